import type { AtrialBeat, VentricularBeat } from './beats.ts';
import { between, normal, type Random } from './draw.ts';
import type { SimulationParameters } from './parameters.ts';

/** Two QRS complexes from the atria are never closer than this. */
const REFRACTORY_SECONDS = 0.24;

/**
 * Every atrial beat reaches the ventricles, unless it comes so early that the node cannot answer. Early ones take
 * longer, and in some people find one bundle branch still refractory.
 */
export function conductedBeats(
  atrial: readonly AtrialBeat[],
  { prMs, intermittentBlock, durationSeconds }: SimulationParameters,
  random: Random,
): readonly VentricularBeat[] {
  const beats: VentricularBeat[] = [];
  const refractory = between(random, 0.1, 0.27);
  const slowing = between(random, 0, 0.35);
  const aberrantWithin = random() < 0.25 ? between(random, 0.45, 0.72) : 0;
  const fails = intermittentBlock ? stretch(durationSeconds, random) : () => false;
  for (const { seconds, premature, focus } of atrial) {
    const last = beats.at(-1)?.seconds ?? Number.NEGATIVE_INFINITY;
    if (premature && seconds - last < refractory) continue;
    const early = premature ? Math.max(0, 0.5 - (seconds - last)) : 0;
    const delay =
      early * slowing + (premature ? between(random, -0.015, 0.02) : focus === 'second ectopic' ? -0.02 : 0);
    const qrs = seconds + prMs / 1000 + delay + 0.003 * normal(random);
    if (qrs - last < REFRACTORY_SECONDS) continue;
    const aberrant = fails(seconds) || (premature && qrs - last < aberrantWithin);
    beats.push({ seconds: qrs, kind: aberrant ? 'aberrant' : 'conducted', premature, pSeconds: seconds });
  }
  return beats;
}

/** Some seconds within the recording. */
function stretch(durationSeconds: number, random: Random): (seconds: number) => boolean {
  const from = between(random, 0, 0.75 * durationSeconds);
  const to = from + between(random, 0.9, 0.5 * durationSeconds);
  return (seconds) => seconds > from && seconds < to;
}

/** Wenckebach: PR grows by shrinking steps until a beat is dropped. 2:1: every second beat is dropped. */
export function avBlockBeats(
  atrial: readonly AtrialBeat[],
  { av, prMs }: SimulationParameters,
  random: Random,
): readonly VentricularBeat[] {
  const beats: VentricularBeat[] = [];
  const firstStep = between(random, 0.05, 0.12);
  let length = av === '2:1' ? 2 : 3 + Math.floor(random() * 3);
  let position = Math.floor(random() * length);
  for (const { seconds } of atrial) {
    position += 1;
    if (position >= length) {
      position = 0;
      if (av === 'mobitz I' && random() < 0.3) length = 3 + Math.floor(random() * 3);
      continue;
    }
    const growth = av === '2:1' ? 0 : firstStep * (1 - 0.5 ** (position - 1)) * 2;
    const qrs = seconds + prMs / 1000 + growth + 0.003 * normal(random);
    beats.push({ seconds: qrs, kind: 'conducted', premature: false, pSeconds: seconds });
  }
  return beats;
}
