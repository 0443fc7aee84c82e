import type { AtrialBeat, VentricularBeat } from './beats.ts';
import { between, normal, type Random } from './draw.ts';
import type { SimulationParameters } from './parameters.ts';

/** Two QRS complexes from the atria are never closer than this. */
const REFRACTORY_SECONDS = 0.24;

/** Every atrial beat reaches the ventricles, unless it comes so early that they cannot answer. */
export function conductedBeats(
  atrial: readonly AtrialBeat[],
  { prMs }: SimulationParameters,
  random: Random,
): readonly VentricularBeat[] {
  const beats: VentricularBeat[] = [];
  for (const { seconds, premature, focus } of atrial) {
    const delay = premature ? between(random, -0.01, 0.04) : focus === 'second ectopic' ? -0.02 : 0;
    const qrs = seconds + prMs / 1000 + delay + 0.003 * normal(random);
    const last = beats.at(-1);
    if (last && qrs - last.seconds < REFRACTORY_SECONDS) continue;
    beats.push({ seconds: qrs, kind: 'conducted', premature, pSeconds: seconds });
  }
  return beats;
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

/** Adds beats from the ventricles, at least one; a conducted beat that would fall into the wake of one is lost. */
export function insertPrematureVentricular(
  beats: readonly VentricularBeat[],
  { ventricularEctopy, bigeminy, fusion, durationSeconds }: SimulationParameters,
  random: Random,
): readonly VentricularBeat[] {
  const coupling = between(random, 0.52, 0.72);
  let due = between(random, 0.5, durationSeconds - 2);
  const result: VentricularBeat[] = [];
  let afterPremature = false;
  let merged = false;
  for (const [index, beat] of beats.entries()) {
    const next = beats[index + 1];
    const last = result.at(-1);
    if (last?.premature && last.kind === 'ventricular' && beat.seconds - last.seconds < 0.42) continue;
    result.push(beat);
    if (next === undefined || beat.premature || next.premature) continue;
    const follows: boolean = bigeminy || beat.seconds > due || (!afterPremature && random() < ventricularEctopy);
    afterPremature = follows;
    if (!follows) continue;
    if (beat.seconds > 0) due = Number.POSITIVE_INFINITY;
    const interval = next.seconds - beat.seconds;
    const merges: boolean = fusion && (!merged || random() < 0.5);
    merged ||= merges && beat.seconds > 0;
    const seconds =
      beat.seconds + (merges ? interval - 0.02 : Math.max(0.32, interval * (coupling + 0.02 * normal(random))));
    result.push({ seconds, kind: merges ? 'fusion' : 'ventricular', premature: true });
  }
  return result.filter((beat, index) => {
    const before = result[index - 1];
    return before === undefined || beat.seconds - before.seconds > 0.2;
  });
}
