/**
 * The gate on signal quality: how well it tells simulated ECGs with a fault from those without one, what it does to good
 * ones, and to the recordings of a folder (ECG_FILES), where it is given. Limits were chosen on other seeds
 * (`mappings/signal-quality.json`), and on no recording.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEcgFile } from '../src/cli/read-ecg-file.ts';
import { createEcg, durationSeconds, type Ecg } from '../src/ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../src/ecg/lead.ts';
import { bootstrapIntervals } from '../src/evaluation/bootstrap.ts';
import { areaUnderRoc, rankCases } from '../src/evaluation/ranked-cases.ts';
import { measureEcg } from '../src/measurement/measure-ecg.ts';
import { isMeasured } from '../src/measurement/measurement.ts';
import { assessQuality } from '../src/quality/assess-quality.ts';
import { areArmLeadsExchanged, chestRowAfterExchange } from '../src/quality/electrode-placement.ts';
import { judgeSignal } from '../src/quality/judge-signal.ts';
import { createLeadProbe } from '../src/quality/lead-signal.ts';
import { QUALITY_POLICY } from '../src/quality/quality-policy.ts';
import { seededRandom } from '../src/random.ts';
import { drawParameters, type NoiseLevel } from '../src/simulator/draw-parameters.ts';
import { simulate } from '../src/simulator/simulate.ts';
import { wilsonInterval } from '../src/wilson-interval.ts';
import { ECG_FAULTS, type EcgFault } from './ecg-faults.ts';
import { print } from './table.ts';

const FIRST_SEED = 200_000;
const CLEAN = 1000;
const SPOILT = 200;
const BOOTSTRAP = { replicates: 500, seed: 1 };

/** What the gate makes of one recording. */
interface Gated {
  /** How far the worst of its limits is used up: 1 and more is a defect of a lead. */
  readonly leadScore: number;
  readonly armScore: number;
  readonly chestScore: number;
  readonly isFlagged: boolean;
  readonly isUnreadable: boolean;
  readonly isWithheld: boolean;
  readonly isDoubted: boolean;
  readonly defects: ReadonlySet<string>;
}

export async function run(): Promise<void> {
  const clean = Array.from({ length: CLEAN }, (_, index) => gate(simulated(FIRST_SEED + index, 'typical')));
  print(`\nROC of the gate: ${SPOILT} simulated ECGs with each fault against ${CLEAN} without, 95 % intervals\n`);
  print('  fault, size                            area under ROC       seen by the shipped limits   unreadable\n');
  for (const fault of ECG_FAULTS) for (const size of fault.sizes) print(faultRow(fault, size, clean));
  print(`\n${CLEAN} simulated ECGs of all rhythms and findings without a fault: falsely\n`);
  for (const noise of ['low', 'typical', 'high'] as const) {
    const gated = noise === 'typical' ? clean : cleanOf(noise);
    print(`  ${noise.padEnd(8)} noise: ${verdicts(gated)}\n`);
  }
  const leadI = Array.from({ length: CLEAN }, (_, index) =>
    gate(leadIOf(simulated(FIRST_SEED + index, 'typical')), ['I']),
  );
  print(`  lead I alone, typical noise: ${verdicts(leadI)}\n`);
  await realTable(process.env['ECG_FILES']);
}

function leadIOf(ecg: Ecg): Ecg {
  return createEcg({ ...ecg, warnings: [], leads: ecg.leads.filter(({ lead }) => lead === 'I') });
}

function cleanOf(noise: NoiseLevel): readonly Gated[] {
  return Array.from({ length: CLEAN }, (_, index) => gate(simulated(FIRST_SEED + index, noise)));
}

function faultRow({ kind }: EcgFault, { name, apply }: EcgFault['sizes'][number], clean: readonly Gated[]): string {
  const spoilt = Array.from({ length: SPOILT }, (_, index) => {
    // Other hearts than those without the fault.
    const seed = FIRST_SEED + CLEAN + index;
    return gate(apply(simulated(seed, 'typical'), seededRandom(seed)));
  });
  const scoreOf = ({ leadScore, armScore, chestScore }: Gated) =>
    kind.startsWith('arm') ? armScore : kind.startsWith('chest') ? chestScore : leadScore;
  const isSeen = ({ isFlagged, defects }: Gated) =>
    kind.startsWith('arm')
      ? defects.has('arm-leads-exchanged')
      : kind.startsWith('chest')
        ? defects.has('chest-leads-exchanged')
        : isFlagged;
  const all = [...clean, ...spoilt];
  const ranking = rankCases(
    all.map(scoreOf),
    all.map((_, index) => index >= clean.length),
  );
  const [interval] = bootstrapIntervals(
    all.map((_, index) => String(index)),
    (weights) => [areaUnderRoc(ranking, weights)],
    BOOTSTRAP,
  );
  const area = `${areaUnderRoc(ranking).toFixed(3)} (${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)})`;
  const seen = share(spoilt, isSeen);
  const unreadable = share(spoilt, ({ isUnreadable }) => isUnreadable);
  return `  ${`${kind}, ${name}`.padEnd(38)} ${area.padEnd(24)} ${seen.padEnd(26)} ${unreadable}\n`;
}

/** "12.5 % (8.1 to 18.7)" */
function share<T>(cases: readonly T[], isOne: (each: T) => boolean): string {
  const count = cases.filter(isOne).length;
  const interval = wilsonInterval(count, cases.length);
  const percent = (value: number) => (100 * value).toFixed(1);
  if (interval === undefined) return 'none';
  return `${percent(count / cases.length)} % (${percent(interval.low)} to ${percent(interval.high)})`;
}

function verdicts(gated: readonly Gated[]): string {
  return [
    `n ${gated.length}`,
    `unreadable ${share(gated, ({ isUnreadable }) => isUnreadable)}`,
    `something not judged for it ${share(gated, ({ isWithheld }) => isWithheld)}`,
    `something doubted ${share(gated, ({ isDoubted }) => isDoubted)}`,
    ...byDefect(gated),
  ].join('; ');
}

function byDefect(gated: readonly Gated[]): readonly string[] {
  const kinds = new Set(gated.flatMap(({ defects }) => [...defects]));
  return [...kinds].sort().map((kind) => `${kind} ${share(gated, ({ defects }) => defects.has(kind))}`);
}

function gate(ecg: Ecg, read: readonly Lead[] = STANDARD_LEADS): Gated {
  const measurements = measureEcg(ecg);
  const seconds = Math.min(10, durationSeconds(ecg));
  const quality = assessQuality(ecg, measurements, { startSeconds: 0, durationSeconds: seconds });
  const { unreadable, objections } = judgeSignal(quality, read);
  const own = objections.filter(({ isAbsolute }) => !isAbsolute);
  const isPacing = (rule: string) => rule.startsWith('impulses');
  const { limits } = QUALITY_POLICY;
  const probe = createLeadProbe(ecg.samplingRate);
  const scores = ecg.leads.map(({ samples }) => {
    const signal = probe(samples);
    return Math.max(
      signal.missingShare / limits.missing.moderate,
      signal.flatShare / limits.flat.moderate,
      signal.clippedShare / limits.clipped.moderate,
      signal.baselineWander / limits['baseline-wander'].moderate,
      signal.mains / limits.mains.moderate,
      signal.muscleNoise / limits['muscle-noise'].moderate,
    );
  });
  const isOddGain = quality.defects.some(({ kind }) => kind === 'gain' || kind === 'no-heartbeat');
  const isRightward = !isMeasured(measurements.pAxis) || Math.abs(measurements.pAxis.value) > 90;
  return {
    leadScore: Math.max(...scores, isOddGain ? 10 : 0),
    armScore: areArmLeadsExchanged(measurements) ? 2 : isRightward ? 1 : 0,
    chestScore: -(chestRowAfterExchange(measurements) ?? 1),
    isFlagged: quality.defects.length > 0,
    isUnreadable: unreadable !== undefined,
    isWithheld: own.some(({ effect, rule }) => effect === 'withhold' && !isPacing(rule)),
    isDoubted: own.some(({ effect, rule }) => effect === 'doubt' && !isPacing(rule)),
    defects: new Set([
      ...quality.defects.map(({ kind, severity }) => `${kind} ${severity}`),
      ...quality.recording.filter((kind) => kind !== 'pacing-impulses'),
    ]),
  };
}

function simulated(seed: number, noise: NoiseLevel): Ecg {
  const parameters = drawParameters(seededRandom(seed), { seed, noise });
  return createEcg({
    format: 'fhir',
    samplingRate: parameters.samplingRate,
    patient: { ids: [] },
    leads: simulate(parameters).leads.map((samples, index) => ({
      lead: STANDARD_LEADS[index]!,
      samples: samples.map((value) => Math.round(value * 400) / 400),
    })),
  });
}

/** Recordings of twelve leads, of five seconds or more, each signal once. */
async function realTable(folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    print('\nreal recordings: set ECG_FILES to a folder of ECG files\n');
    return;
  }
  const bySignal = new Map<string, Gated>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(hea|xml|dcm|json)$/.test(name) || /hostile|_lr\.hea$|expected/.test(name)) continue;
    for (const found of await readEcgFile(join(folder, name)).catch(() => [])) {
      if (!('ecg' in found) || durationSeconds(found.ecg) < 5) continue;
      const { leads } = found.ecg;
      if (leads.length < 8) continue;
      // Copies in other formats have fewer leads and rounded values.
      const signal = leads[0]!.samples
        .subarray(0, 200)
        .map((value) => Math.round(value * 100))
        .join();
      if (!bySignal.has(signal)) bySignal.set(signal, gate(found.ecg));
    }
  }
  print(`\nreal recordings of eight leads or more, each signal once: ${verdicts([...bySignal.values()])}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
