import type { AtrialBeat, VentricularBeat } from './beats.ts';
import { between, normal, oneOf, type Random } from './draw.ts';
import type { SimulationParameters } from './parameters.ts';

/** How the premature beats of one person come. */
interface Habit {
  /** Of the cycle, after which they come. */
  readonly coupling: number;
  readonly couplingSpread: number;
  /** Probability that another follows at once. */
  readonly couplets: number;
  /** From when on one is due, in seconds, so that there is one at least. */
  readonly due: number;
}

/** Some come late, some always at the same distance, some in pairs; the only one may come in the last second. */
function drawHabit(random: Random, durationSeconds: number, [earliest, latest]: readonly [number, number]): Habit {
  return {
    coupling: between(random, earliest, latest),
    couplingSpread: oneOf(random, [0.015, 0.02, 0.06]),
    couplets: random() < 0.12 ? 0.6 : 0,
    due: between(random, 0, Math.max(0.5, durationSeconds - 1.5)),
  };
}

/**
 * Replaces beats by premature ones from elsewhere in the atria. Most reach the sinus node, which counts anew from them,
 * now and then after some hesitation; the others leave its beat alone, and a full pause follows.
 */
export function insertPrematureAtrial(
  beats: readonly AtrialBeat[],
  { atrialEctopy, durationSeconds }: SimulationParameters,
  random: Random,
): readonly AtrialBeat[] {
  if (atrialEctopy === 0) return beats;
  const habit = drawHabit(random, durationSeconds, [0.48, 0.87]);
  const resets = random() < 0.85;
  const hesitation = between(random, 0, 0.18);
  let shift = 0;
  let due = habit.due;
  let wasPremature = false;
  return beats.map((beat, index): AtrialBeat => {
    const seconds = beat.seconds + shift;
    const interval = beat.seconds - (beats[index - 1]?.seconds ?? Number.NEGATIVE_INFINITY);
    const isDue: boolean = seconds > due && !wasPremature;
    const comes: boolean = random() < (wasPremature ? habit.couplets : atrialEctopy);
    wasPremature = index > 0 && (isDue || comes);
    if (!wasPremature) return { ...beat, seconds };
    if (seconds > 0) due = Number.POSITIVE_INFINITY;
    const early = interval * (1 - habit.coupling - habit.couplingSpread * normal(random));
    if (resets) shift += interval * hesitation - early;
    return { seconds: seconds - early, focus: 'premature', premature: true };
  });
}

/**
 * Adds beats from the ventricles, at least one. The next conducted beat is lost in the wake of one, so that the pause
 * makes up for it; only in some people a premature beat is interpolated.
 */
export function insertPrematureVentricular(
  beats: readonly VentricularBeat[],
  parameters: SimulationParameters,
  random: Random,
): readonly VentricularBeat[] {
  const { ventricularEctopy, bigeminy, fusion } = parameters;
  const habit = drawVentricularHabit(parameters, random);
  const result: VentricularBeat[] = [];
  let { due } = habit;
  let wake = Number.NEGATIVE_INFINITY;
  let merged = false;
  for (const [index, beat] of beats.entries()) {
    if (beat.seconds < wake) continue;
    const afterPremature = result.at(-1)?.premature ?? false;
    result.push(beat);
    const next = beats[index + 1];
    if (next === undefined || beat.premature || next.premature) continue;
    const follows: boolean = bigeminy || beat.seconds > due || (!afterPremature && random() < ventricularEctopy);
    if (!follows) continue;
    if (beat.seconds > 0) due = Number.POSITIVE_INFINITY;
    const merges: boolean = fusion && (!merged || random() < 0.5);
    merged ||= merges && beat.seconds > 0;
    const interval = next.seconds - beat.seconds;
    const added = merges
      ? [{ seconds: next.seconds - 0.02, kind: 'fusion' as const, premature: true }]
      : volley(beat.seconds, interval, { habit, random });
    result.push(...added);
    wake = added.at(-1)!.seconds + (merges ? 0.2 : habit.wake(interval));
  }
  return result;
}

interface VentricularHabit extends Habit {
  readonly kinds: readonly ['ventricular', ...VentricularBeat['kind'][]];
  /** Seconds after one in which no beat is conducted. */
  readonly wake: (interval: number) => number;
}

function drawVentricularHabit({ bigeminy, durationSeconds }: SimulationParameters, random: Random): VentricularHabit {
  const interpolates = !bigeminy && random() < 0.1;
  return {
    ...drawHabit(random, durationSeconds, bigeminy ? [0.48, 0.75] : [0.45, 0.85]),
    kinds: random() < 0.2 ? ['ventricular', 'second ventricular'] : ['ventricular'],
    wake: (interval) => (interpolates ? 0.36 : Math.max(0.42, 0.62 * interval)),
  };
}

/** One premature beat, or two. */
function volley(
  after: number,
  interval: number,
  { habit, random }: { readonly habit: VentricularHabit; readonly random: Random },
): readonly VentricularBeat[] {
  const coupling = habit.coupling + habit.couplingSpread * normal(random);
  const first = after + Math.max(0.32, interval * coupling);
  const second = first + between(random, 0.34, 0.5);
  const onsets = random() < habit.couplets ? [first, second] : [first];
  return onsets.map((seconds) => ({ seconds, kind: oneOf(random, habit.kinds), premature: true }));
}
