import { MS_PER_SAMPLE } from './analysis-signal.ts';
import type { Waves } from './delineate.ts';
import type { Measured, Measurement, MeasurementName } from './measurement.ts';
import { bazett, framingham, fridericia, hodges, type QtCorrection } from './qtc.ts';
import { NOISE_STRIDE, type RepresentativeBeat } from './representative-beat.ts';
import type { Rhythm } from './rhythm.ts';

/** Everything the intervals follow from. */
export interface BeatAnalysis {
  readonly beat: RepresentativeBeat;
  readonly waves: Waves;
  readonly rhythm: Rhythm;
  readonly isPaced: boolean;
}

type Intervals = Readonly<Record<Exclude<MeasurementName, 'pAxis' | 'qrsAxis' | 'tAxis'>, Measurement>>;

/** ms. A global QRS or QT outside is an error of delineation, and no number. */
const QRS_RANGE = [50, 260] as const;
const QT_RANGE = [200, 750] as const;
const PR_RANGE = [70, 450] as const;
const P_RANGE = [40, 200] as const;
/** A QRS that seems to take more of the interval between beats runs into T. */
const MOST_OF_CYCLE = 0.6;
/** Fewer beats than this in the average, or more noise in mV per lead, make low confidence. */
const FEW_BEATS = 5;
const NOISY = 0.025;
const WIDE_QRS_MS = 120;
/** /min. Outside, the formulas for QTc part ways. */
const QTC_RATES = [50, 110] as const;
/** P waves whose window is so much noisier than the rest of the beat come at varying times. */
const OUT_OF_STEP = 2.5;
/** P waves lower than this many times the noise are doubtful; in an irregular rhythm they have to be clear. */
const SMALL_P = 8;
const CLEAR_P = 14;
/** Atria that move this much between T and P, of the speed of P, do not rest: noise makes it 0.24 in 2 of 100. */
const RESTLESS = 0.28;
/** A P wave from below comes less than so long before the QRS, ms, and points up, degrees. */
const RETROGRADE = { prMs: 120, axis: [-30, 150] } as const;

export type SteadyP = NonNullable<Waves['p']> | { readonly reason: string };

interface AtrialActivation {
  readonly p: SteadyP;
  readonly axis: Measurement;
}

export function intervalsOf(analysis: BeatAnalysis, atria: AtrialActivation): Intervals {
  const { rhythm } = analysis;
  const qrs = qrsDuration(analysis);
  const qt = qtInterval(analysis, qrs);
  const [p, pr] = atrial(analysis, atria);
  return {
    ventricularRate: measured(rhythm.ratePerMinute, '/min'),
    atrialRate: 'reason' in pr ? { reason: pr.reason } : measured(60_000 / rhythm.rrMs, '/min', cautions(pr.caution)),
    rr: measured(rhythm.rrMs, 'ms'),
    rrDeviation: measured(rhythm.rrDeviationMs, 'ms'),
    ...{ p, pr, qrs, qt },
    qtcBazett: corrected(qt, rhythm, bazett),
    qtcFridericia: corrected(qt, rhythm, fridericia),
    qtcFramingham: corrected(qt, rhythm, framingham),
    qtcHodges: corrected(qt, rhythm, hodges),
  };
}

function qrsDuration({ beat, waves, rhythm }: BeatAnalysis): Measurement {
  const { qrsOnset, qrsOffset } = waves;
  const ms = (qrsOffset - qrsOnset) * MS_PER_SAMPLE;
  if (qrsOnset < 4 || !isWithin(ms, QRS_RANGE) || ms > MOST_OF_CYCLE * rhythm.rrMs)
    return { reason: 'where the QRS begins or ends cannot be told' };
  return measured(ms, 'ms', signalCautions({ beat, waves }));
}

function qtInterval({ beat, waves, rhythm, isPaced }: BeatAnalysis, qrs: Measurement): Measurement {
  const { qrsOnset, t } = waves;
  if ('reason' in qrs) return qrs;
  if (t === undefined)
    return { reason: 'the end of the T wave cannot be told: flat, noisy or cut off by the next beat' };
  const ms = (t.offset - qrsOnset) * MS_PER_SAMPLE;
  if (!isWithin(ms, QT_RANGE)) return { reason: 'where the T wave ends cannot be told' };
  return measured(ms, 'ms', [
    ...signalCautions({ beat, waves }),
    ...(rhythm.isIrregular ? ['irregular rhythm'] : []),
    ...(isPaced ? ['paced'] : qrs.value >= WIDE_QRS_MS ? ['wide QRS lengthens QT'] : []),
    ...(ms > 0.9 * rhythm.rrMs ? ['T meets the next P wave'] : []),
  ]);
}

function corrected(qt: Measurement, { rrMs, ratePerMinute }: Rhythm, correction: QtCorrection): Measurement {
  if ('reason' in qt) return qt;
  const extreme = ratePerMinute < QTC_RATES[0] || ratePerMinute > QTC_RATES[1];
  return measured(correction(qt.value, rrMs), 'ms', [
    ...cautions(qt.caution),
    ...(extreme ? [`formulas disagree at ${Math.round(ratePerMinute)}/min`] : []),
  ]);
}

/** The P wave that comes at the same time before every QRS, or why there is none. */
export function steadyP({ waves, rhythm, isPaced }: BeatAnalysis): SteadyP {
  const { p, noise, otherAtrialWaves, atrialMotion } = waves;
  if (p === undefined || (rhythm.isIrregular && p.height < CLEAR_P * noise)) return { reason: noP(rhythm, isPaced) };
  if (otherAtrialWaves > 0) return { reason: 'more than one atrial wave for each QRS, as in AV block or flutter' };
  if (atrialMotion !== undefined && atrialMotion > RESTLESS)
    return { reason: 'the atria do not rest between T and P, as in flutter' };
  return outOfStep(waves) > OUT_OF_STEP ? { reason: 'P waves do not come at a constant time before the QRS' } : p;
}

function atrial(
  { beat, waves, rhythm }: BeatAnalysis,
  { p, axis }: AtrialActivation,
): readonly [p: Measurement, pr: Measurement] {
  const { qrsOnset } = waves;
  if ('reason' in p) return [p, p];
  const prMs = (qrsOnset - p.onset) * MS_PER_SAMPLE;
  const pMs = (p.offset - p.onset) * MS_PER_SAMPLE;
  if (isRetrograde(prMs, axis)) {
    const reason = 'an inverted P wave close to the QRS, as in junctional rhythm';
    return [{ reason }, { reason }];
  }
  const doubts = [
    ...signalCautions({ beat, waves }),
    ...(rhythm.isIrregular ? ['irregular rhythm'] : []),
    ...(waves.atrialMotion === undefined ? ['no rest between T and P'] : []),
    ...(p.height < SMALL_P * waves.noise ? ['small P wave'] : []),
  ];
  return [
    isWithin(pMs, P_RANGE) ? measured(pMs, 'ms', doubts) : { reason: 'where the P wave begins or ends cannot be told' },
    isWithin(prMs, PR_RANGE) ? measured(prMs, 'ms', doubts) : { reason: 'where the P wave begins cannot be told' },
  ];
}

function isRetrograde(prMs: number, pAxis: Measurement): boolean {
  const [least, most] = RETROGRADE.axis;
  return prMs < RETROGRADE.prMs && 'value' in pAxis && (pAxis.value < least || pAxis.value > most);
}

function noP({ isIrregular }: Rhythm, isPaced: boolean): string {
  if (isIrregular) return 'no P wave in step with the QRS, and an irregular rhythm (as in atrial fibrillation)';
  return isPaced ? 'no P wave before the paced QRS' : 'no P wave stands out before the QRS';
}

/** How much noisier the window before the QRS is than the usual of the beat. */
function outOfStep({ noiseAt, p, qrsOnset }: Waves): number {
  const window = noiseAt.subarray(Math.floor((p?.onset ?? 0) / NOISE_STRIDE), Math.floor(qrsOnset / NOISE_STRIDE));
  const usual = noiseAt.slice().sort()[noiseAt.length >> 2] ?? 0;
  const mean = window.reduce((sum, value) => sum + value, 0) / Math.max(1, window.length);
  return mean / Math.max(usual, 0.002);
}

function signalCautions({ beat, waves }: Pick<BeatAnalysis, 'beat' | 'waves'>): readonly string[] {
  return [
    ...(beat.beatCount < FEW_BEATS ? [`from ${beat.beatCount} beats`] : []),
    ...(waves.noise > NOISY * Math.sqrt(waves.leadCount) ? ['noisy'] : []),
    ...(waves.leadCount === 1 ? ['from one lead'] : []),
  ];
}

function cautions(caution: string | undefined): readonly string[] {
  return caution === undefined ? [] : [caution];
}

function measured(value: number, unit: Measured['unit'], doubts: readonly string[] = []): Measured {
  const rounded = Math.round(value);
  if (doubts.length === 0) return { value: rounded, unit, confidence: 'high' };
  return { value: rounded, unit, confidence: 'low', caution: doubts.join(', ') };
}

function isWithin(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}
