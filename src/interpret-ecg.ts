import type { Ecg } from './ecg/ecg.ts';
import { EcgError } from './errors.ts';
import { aggregateScores } from './findings/aggregate-windows.ts';
import type { Interpretation } from './findings/finding.ts';
import { interpret } from './findings/interpret.ts';
import { measureEcg } from './measurement/measure-ecg.ts';
import type { EcgMeasurements } from './measurement/measurement.ts';
import { disagreements } from './measurement/preferred-value.ts';
import type { Manifest } from './model/manifest.ts';
import type { Model, ModelOutput } from './model/model.ts';
import { calibratedScores } from './model/site-calibration.ts';
import { assessQuality, worstQuality } from './quality/assess-quality.ts';
import { crossCheck } from './quality/cross-check.ts';
import { judgeSignal } from './quality/judge-signal.ts';
import type { SignalQuality } from './quality/signal-quality.ts';
import { compareEcgs } from './serial/compare-ecgs.ts';
import { firstUrgent } from './serial/comparison-text.ts';
import type { PreviousEcg, SerialComparison } from './serial/serial-comparison.ts';
import { seconds } from './signal/choose-windows.ts';
import { type NetworkWindow, networkWindows } from './signal/network-windows.ts';

/** The networks at hand; either may be missing. */
export interface Models {
  readonly twelveLead?: Model | undefined;
  readonly singleLead?: Model | undefined;
  /** By the name of a tenant: as its site has calibrated them, and what reads in their shadow; for every other as they come. */
  readonly byTenant?: ReadonlyMap<string, Models> | undefined;
  /** Is offered every new reading, to compare it with another model's; never waits and never fails. */
  readonly shadow?: ((reading: EcgReading, context: InterpretationContext) => void) | undefined;
}

/** The networks as a tenant is to read with them; where no tenant is named, as they come. */
export function modelsFor(models: Models, tenant: string | undefined): Models {
  return (tenant === undefined ? undefined : models.byTenant?.get(tenant)) ?? models;
}

/** What the caller knows about the patient beyond the tracing. */
export interface InterpretationContext {
  /** At the time of the recording. */
  readonly ageYears?: number | undefined;
  readonly snomedEdition?: 'all' | 'gps' | undefined;
}

/** The outcome of the whole pipeline on one recording. */
export interface EcgReading {
  readonly ecg: Ecg;
  readonly manifest: Manifest;
  readonly interpretation: Interpretation;
  /** Ours; the source's own are in `ecg`. */
  readonly measurements: EcgMeasurements;
  /** With the previous ECG of the patient, where there is one and it was looked for. */
  readonly comparison?: SerialComparison;
  /** Sentences a reader of the result should know: derived leads, resampling, padding, model substitution. */
  readonly notes: readonly string[];
  /** Those of them that say whose ECG it may be; absent where that was not asked. */
  readonly patientNotes?: readonly string[];
}

/** A reading that can be made anew in the light of more, without the network. */
export interface ScoredReading extends EcgReading {
  /** Of {@link EcgScores}. */
  readonly scores: Float64Array;
  /** Of what the network saw. */
  readonly quality: SignalQuality;
}

/** What a network says of one recording, before thresholds and rules. */
export interface EcgScores {
  readonly manifest: Manifest;
  /** Sigmoid of the logits, one per output, over all windows of the recording. */
  readonly scores: Float64Array;
  readonly notes: readonly string[];
}

const AGE_UNKNOWN = "the patient's age is not known; adult criteria are assumed";

/**
 * Ecg → signal → model → findings, and measurements beside them. The state of the signal decides what may be said: windows
 * that cannot be read are left out, findings whose leads cannot be read are not stated.
 * The single-lead network is used where the recording cannot fill the twelve-lead one, and the notes say so.
 * @throws EcgError MODEL_UNAVAILABLE, LEAD_MISSING, RECORDING_TOO_SHORT or SIGNAL_UNUSABLE.
 */
export async function interpretEcg(ecg: Ecg, models: Models, context: InterpretationContext): Promise<ScoredReading> {
  // The network runs on a thread of its own while this one measures.
  const [run, measured] = await Promise.all([runNetwork(ecg, models), measure(ecg)]);
  const { manifest } = run;
  const { windows, measurements, quality, notes } = readableWindows(ecg, run, measured);
  const scores = scoresOf(windows, manifest);
  const { interpretation, signalNotes } = interpretScores({ ecg, manifest, scores, measurements, quality }, context);
  return {
    ecg,
    manifest,
    interpretation,
    scores,
    measurements,
    quality,
    notes: [
      ...run.notes,
      ...windowNotes(windows),
      ...notes,
      ...signalNotes,
      ...disagreements({ ecg, measurements }),
      ...(context.ageYears === undefined ? [AGE_UNKNOWN] : []),
    ],
  };
}

/**
 * The reading beside the previous ECG of the same patient: what has changed, and those comparison labels of the network
 * that this bears out.
 * @param context as the reading was made with.
 */
export function besidePrevious(
  reading: ScoredReading,
  previous: PreviousEcg,
  context: InterpretationContext,
): ScoredReading {
  const comparison = compareEcgs(previous, reading, context.ageYears);
  if (comparison.outcome === 'not comparable') return { ...reading, comparison };
  const { serialLabels } = comparison;
  const isToBeMadeAnew =
    reading.manifest.labelSet === 'ecgfounder' &&
    reading.interpretation.suppressed.some(({ index }) => serialLabels.includes(index));
  const made = isToBeMadeAnew ? interpretScores(reading, context, serialLabels).interpretation : reading.interpretation;
  const reasons = firstUrgent(comparison) === undefined ? [] : [URGENT_CHANGE];
  const interpretation = { ...made, overReadReasons: [...made.overReadReasons, ...reasons] };
  return { ...reading, comparison, interpretation };
}

const URGENT_CHANGE = 'An urgent change since the previous ECG';

/** Thresholds, label logic, what the signal allows to be said, and what was measured in it. */
function interpretScores(
  { ecg, manifest, scores, measurements, quality }: Omit<ScoredReading, 'interpretation' | 'notes'>,
  { ageYears, snomedEdition = 'all' }: InterpretationContext,
  serialLabels: readonly number[] = [],
) {
  const { objections, limitation, notes: signalNotes } = judgeSignal(quality, manifest.input.leads);
  const interpretation = interpret(calibratedScores(scores, manifest), manifest, {
    ...(ageYears === undefined ? {} : { ageYears }),
    snomedEdition,
    serialLabels,
    objections: [...objections, ...crossCheck({ ecg, measurements }, quality)],
    limitation,
  });
  return { interpretation, signalNotes };
}

async function measure(ecg: Ecg): Promise<EcgMeasurements> {
  return measureEcg(ecg);
}

/**
 * Leaves out the windows that cannot be read; what was measured is then measured anew in a part that can.
 * @throws EcgError SIGNAL_UNUSABLE where no window can be read.
 */
function readableWindows(ecg: Ecg, { manifest, windows }: NetworkRun, measured: EcgMeasurements) {
  const judged = windows.map((window) => {
    const quality = assessQuality(ecg, measured, window);
    return { window, quality, unreadable: judgeSignal(quality, manifest.input.leads).unreadable };
  });
  const readable = judged.flatMap(({ window, unreadable }) => (unreadable === undefined ? [window] : []));
  const reasons = [...new Set(judged.flatMap(({ unreadable = [] }) => unreadable))].join('; ');
  if (readable.length === 0) throw new EcgError('SIGNAL_UNUSABLE', reasons);
  if (readable.length === windows.length) {
    return { windows, measurements: measured, quality: worstQuality(judged.map(({ quality }) => quality)), notes: [] };
  }
  const [from, to] = firstStretch(readable);
  const measurements = measureEcg(partOf(ecg, from, to));
  return {
    windows: readable,
    measurements,
    quality: worstQuality(readable.map((window) => assessQuality(ecg, measurements, window))),
    notes: [
      `${windows.length - readable.length} of ${windows.length} windows left out: ${reasons}`,
      `measured from ${seconds(from)} to ${seconds(to)}`,
    ],
  };
}

/** In seconds: the first window, and those that follow without a gap. */
function firstStretch(windows: NetworkRun['windows']): readonly [from: number, to: number] {
  const from = windows[0]?.startSeconds ?? 0;
  const end = windows.reduce(
    (reached, { startSeconds, durationSeconds }) =>
      startSeconds <= reached ? startSeconds + durationSeconds : reached,
    from,
  );
  return [from, end];
}

function partOf(ecg: Ecg, from: number, to: number): Ecg {
  const [first, last] = [from, to].map((second) => Math.round(second * ecg.samplingRate));
  return { ...ecg, leads: ecg.leads.map(({ lead, samples }) => ({ lead, samples: samples.subarray(first, last) })) };
}

/** Ecg → signal → model, whatever the state of the signal. It throws what {@link runNetwork} throws. */
export async function scoreEcg(ecg: Ecg, models: Models): Promise<EcgScores> {
  const { manifest, windows, notes } = await runNetwork(ecg, models);
  return { manifest, scores: scoresOf(windows, manifest), notes: [...notes, ...windowNotes(windows)] };
}

function scoresOf(windows: NetworkRun['windows'], manifest: Manifest): Float64Array {
  return aggregateScores(
    windows.map(({ output }) => Float64Array.from(output.logits, sigmoid)),
    manifest,
  );
}

function windowNotes(windows: NetworkRun['windows']): readonly string[] {
  return windows.flatMap((window) => window.notes.map((note) => `from ${window.startSeconds} s: ${note}`));
}

/** What a network says of a recording, window by window. */
export interface NetworkRun {
  readonly manifest: Manifest;
  readonly windows: readonly (NetworkWindow & { readonly output: ModelOutput })[];
  readonly notes: readonly string[];
}

/** Ecg → signal → model, as {@link interpretEcg} does it, which throws the same. */
export async function runNetwork(ecg: Ecg, models: Models): Promise<NetworkRun> {
  const { model, windows, notes } = chooseModel(ecg, models);
  const outputs = windows.map(async (window) => ({ ...window, output: await model.run(window.input) }));
  return { manifest: model.manifest, windows: await Promise.all(outputs), notes };
}

function chooseModel(ecg: Ecg, { twelveLead, singleLead }: Models) {
  if (twelveLead === undefined) {
    if (singleLead === undefined) throw new EcgError('MODEL_UNAVAILABLE', 'no model is loaded');
    return { model: singleLead, ...networkWindows(ecg, singleLead.manifest.input) };
  }
  try {
    return { model: twelveLead, ...networkWindows(ecg, twelveLead.manifest.input) };
  } catch (error) {
    if (singleLead === undefined || !isForLackOfLeads(error)) throw error;
    const { windows, notes } = networkWindows(ecg, singleLead.manifest.input);
    return { model: singleLead, windows, notes: [`read from lead I alone: ${error.message}`, ...notes] };
  }
}

function isForLackOfLeads(error: unknown): error is EcgError {
  return error instanceof EcgError && ['LEAD_MISSING', 'SIGNAL_UNUSABLE'].includes(error.code);
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
