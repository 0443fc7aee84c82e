/**
 * Accuracy of the measurements: against the truth of simulated ECGs, and against what recorders stated in the files of a
 * folder (ECG_FILES), where it is given; and their CPU time. Limits were tuned on seeds below 2000 and from 5000 to 6499, which are not used here.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEcgFile } from '../src/cli/read-ecg-file.ts';
import { createEcg, type Ecg } from '../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../src/ecg/lead.ts';
import { measureEcg } from '../src/measurement/measure-ecg.ts';
import type { EcgMeasurements, Measurement, MeasurementName } from '../src/measurement/measurement.ts';
import { assessQuality } from '../src/quality/assess-quality.ts';
import { judgeSignal } from '../src/quality/judge-signal.ts';
import { seededRandom } from '../src/random.ts';
import { drawParameters, type NoiseLevel } from '../src/simulator/draw-parameters.ts';
import { simulate } from '../src/simulator/simulate.ts';
import { print } from './table.ts';

const FIRST_SEED = 100_000;
const COUNT = 1000;
const SETS: readonly { readonly name: string; readonly noise: NoiseLevel; readonly limits: Limits }[] = [
  { name: 'clean', noise: 'none', limits: { p: [10, 8], pr: [10, 8], qrs: [6, 5], qt: [12, 10] } },
  { name: 'realistic noise', noise: 'typical', limits: { p: [10, 15], pr: [10, 10], qrs: [10, 10], qt: [25, 30] } },
];

type Interval = 'p' | 'pr' | 'qrs' | 'qt';
type Limits = Readonly<Record<Interval, readonly [mean: number, deviation: number]>>;

/** What became of one measurement in all recordings. */
interface Tally {
  /** Measured less true, ms. */
  readonly errors: { readonly error: number; readonly confidence: 'high' | 'low' }[];
  missing: number;
  /** Measured where there is nothing to measure, with either confidence. */
  readonly invented: { high: number; low: number };
  absent: number;
}

const INTERVALS: readonly Interval[] = ['p', 'pr', 'qrs', 'qt'];

export async function run(): Promise<void> {
  for (const set of SETS) simulatedTable(set);
  await recorderTable(process.env['ECG_FILES']);
}

function simulatedTable({ name, noise, limits }: (typeof SETS)[number]): void {
  const tallies = new Map(INTERVALS.map((interval) => [interval, emptyTally()]));
  const missing: Partial<Record<string, number>> = {};
  let cpuMs = 0;
  let qualityCpuMs = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
    const parameters = drawParameters(seededRandom(seed), { seed, noise });
    const { leads, truth } = simulate(parameters);
    const ecg = ecgOf(leads, parameters.samplingRate);
    const start = process.cpuUsage();
    const measurements = measureEcg(ecg);
    const { user, system } = process.cpuUsage(start);
    cpuMs += (user + system) / 1000;
    const startOfQuality = process.cpuUsage();
    judgeSignal(assessQuality(ecg, measurements, { startSeconds: 0, durationSeconds: 10 }), STANDARD_LEADS);
    const quality = process.cpuUsage(startOfQuality);
    qualityCpuMs += (quality.user + quality.system) / 1000;
    const isConstant = parameters.av === '1:1' && parameters.rhythm !== 'multifocal atrial';
    const prMs = isConstant ? truth.prMs : undefined;
    const truths: Readonly<Record<Interval, number | undefined>> = {
      p: prMs === undefined ? undefined : parameters.pMs,
      pr: prMs,
      qrs: truth.qrsMs,
      qt: truth.qtMs,
    };
    for (const interval of INTERVALS) count(tallies.get(interval)!, measurements[interval], truths[interval]);
    for (const interval of ['pr', 'qt'] as const) {
      const measurement = measurements[interval];
      if ('reason' in measurement && truths[interval] !== undefined) {
        const reason = `${interval}: ${measurement.reason}`;
        missing[reason] = (missing[reason] ?? 0) + 1;
      }
    }
  }
  print(
    `\n${COUNT} simulated 12-lead ECGs of 10 s, ${name}, all rhythms and findings; error in ms (measured - true)\n`,
  );
  for (const interval of INTERVALS) print(row(interval, tallies.get(interval)!, limits[interval]));
  print('  not measured though there is one, by reason:\n');
  for (const [reason, times] of Object.entries(missing)) print(`    ${String(times).padStart(4)}  ${reason}\n`);
  const perEcg = [cpuMs, qualityCpuMs].map((ms) => (ms / COUNT).toFixed(1));
  print(`  CPU per ECG: ${perEcg[0]} ms, and ${perEcg[1]} ms for the signal quality\n`);
}

function ecgOf(leads: readonly Float64Array[], samplingRate: number): Ecg {
  return createEcg({
    format: 'fhir',
    samplingRate,
    patient: { ids: [] },
    leads: leads.map((samples, index) => ({
      lead: STANDARD_LEADS[index]!,
      samples: samples.map((value) => Math.round(value * 400) / 400),
    })),
  });
}

function emptyTally(): Tally {
  return { errors: [], missing: 0, invented: { high: 0, low: 0 }, absent: 0 };
}

function count(tally: Tally, measurement: Measurement, truth: number | undefined): void {
  const isThere = 'value' in measurement;
  if (truth === undefined) {
    tally.absent += 1;
    if (isThere) tally.invented[measurement.confidence] += 1;
  } else if (isThere) tally.errors.push({ error: measurement.value - truth, confidence: measurement.confidence });
  else tally.missing += 1;
}

function row(interval: Interval, tally: Tally, [meanLimit, deviationLimit]: readonly [number, number]): string {
  const all = statistics(tally.errors.map(({ error }) => error));
  const high = statistics(tally.errors.filter(({ confidence }) => confidence === 'high').map(({ error }) => error));
  const isWithin = Math.abs(all.mean) <= meanLimit && all.deviation <= deviationLimit;
  const total = tally.errors.length + tally.missing;
  return [
    `  ${interval.padEnd(4)} n ${String(total).padStart(4)}`,
    `not measured ${((100 * tally.missing) / total).toFixed(1)} %`,
    `mean ${all.mean.toFixed(1)} SD ${all.deviation.toFixed(1)} (limit ${meanLimit}/${deviationLimit}: ${isWithin ? 'within' : 'outside'})`,
    `high confidence ${high.count}: ${high.mean.toFixed(1)} SD ${high.deviation.toFixed(1)}`,
    ...(tally.absent === 0
      ? []
      : [`measured without one ${tally.invented.high} high, ${tally.invented.low} low of ${tally.absent}`]),
  ]
    .join('; ')
    .concat('\n');
}

function statistics(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count: values.length, mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

const RECORDER_NAMES: readonly (readonly [MeasurementName, readonly string[]])[] = [
  ['ventricularRate', ['MDC_ECG_HEART_RATE']],
  ['p', ['MDC_ECG_TIME_PD_P', 'MDC_ECG_TIME_PD_PWD']],
  ['pr', ['MDC_ECG_TIME_PD_PR']],
  ['qrs', ['MDC_ECG_TIME_PD_QRS']],
  ['qt', ['MDC_ECG_TIME_PD_QT']],
  ['qrsAxis', ['MDC_ECG_ANGLE_QRS_FRONT']],
];

/** Files whose recorders state measurements; two of one tracing count as two. */
async function recorderTable(folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    print('\nagainst recorders: set ECG_FILES to a folder of ECG files with measurements\n');
    return;
  }
  const pairs: { readonly ecg: Ecg; readonly measurements: EcgMeasurements }[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(xml|dcm)$/.test(name)) continue;
    const found = await readEcgFile(join(folder, name)).catch(() => []);
    for (const each of found) {
      if (!('ecg' in each) || each.ecg.measurements.length === 0) continue;
      pairs.push({ ecg: each.ecg, measurements: measureEcg(each.ecg) });
    }
  }
  print(`\n${pairs.length} files with the recorder's own measurements; difference (ours - recorder's)\n`);
  for (const [name, codes] of RECORDER_NAMES) {
    const stated = pairs.flatMap(({ ecg, measurements }) => {
      const theirs = ecg.measurements.find((each) => codes.includes(each.name));
      return theirs === undefined ? [] : [{ theirs: theirs.value, ours: measurements[name] }];
    });
    const differences = stated.flatMap(({ ours, theirs }) => ('value' in ours ? [ours.value - theirs] : []));
    const { mean, deviation } = statistics(differences);
    print(
      `  ${name.padEnd(16)} n ${stated.length}, not measured ${stated.length - differences.length}, mean ${mean.toFixed(1)}, SD ${deviation.toFixed(1)}\n`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
