import { type Ecg, implausibleLeads } from './ecg/ecg.ts';
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
import { compareEcgs } from './serial/compare-ecgs.ts';
import type { PreviousEcg, SerialComparison } from './serial/serial-comparison.ts';
import { type NetworkWindow, networkWindows } from './signal/network-windows.ts';

/** The networks at hand; either may be missing. */
export interface Models {
  readonly twelveLead?: Model | undefined;
  readonly singleLead?: Model | undefined;
  /** The same networks as the site of a tenant has calibrated them, by its name; for every other as they come. */
  readonly calibrated?: ReadonlyMap<string, Models> | undefined;
}

/** The networks as a tenant is to read with them; where no tenant is named, as they come. */
export function modelsFor(models: Models, tenant: string | undefined): Models {
  return (tenant === undefined ? undefined : models.calibrated?.get(tenant)) ?? models;
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
}

/** A reading that can be made anew in the light of more, without the network. */
export interface ScoredReading extends EcgReading {
  /** Of {@link EcgScores}. */
  readonly scores: Float64Array;
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
 * Ecg → signal → model → findings, and measurements beside them.
 * The single-lead network is used where the recording cannot fill the twelve-lead one, and the notes say so.
 * @throws EcgError MODEL_UNAVAILABLE, LEAD_MISSING, RECORDING_TOO_SHORT or SIGNAL_UNUSABLE.
 */
export async function interpretEcg(ecg: Ecg, models: Models, context: InterpretationContext): Promise<ScoredReading> {
  const scoring = scoreEcg(ecg, models);
  // While the network runs, on a thread of its own.
  const measurements = measureEcg(ecg);
  const { manifest, scores, notes } = await scoring;
  const interpretation = interpretScores(scores, manifest, context);
  return {
    ecg,
    manifest,
    interpretation,
    scores,
    measurements,
    notes: [
      ...notes,
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
  const { scores, manifest } = reading;
  const serialLabels = comparison.outcome === 'compared' ? comparison.serialLabels : [];
  const isAnyAbove = reading.interpretation.suppressed.some(({ index }) => serialLabels.includes(index));
  if (!isAnyAbove || manifest.labelSet !== 'ecgfounder') return { ...reading, comparison };
  return { ...reading, comparison, interpretation: interpretScores(scores, manifest, context, serialLabels) };
}

function interpretScores(
  scores: Float64Array,
  manifest: Manifest,
  { ageYears, snomedEdition = 'all' }: InterpretationContext,
  serialLabels: readonly number[] = [],
): Interpretation {
  return interpret(calibratedScores(scores, manifest), manifest, {
    ...(ageYears === undefined ? {} : { ageYears }),
    snomedEdition,
    serialLabels,
  });
}

/** Ecg → signal → model: the first half of {@link interpretEcg}, which throws the same. */
export async function scoreEcg(ecg: Ecg, models: Models): Promise<EcgScores> {
  const { manifest, windows, notes } = await runNetwork(ecg, models);
  const scores = aggregateScores(
    windows.map(({ output }) => Float64Array.from(output.logits, sigmoid)),
    manifest,
  );
  const windowNotes = windows.flatMap((window) => window.notes.map((note) => `from ${window.startSeconds} s: ${note}`));
  return { manifest, scores, notes: [...notes, ...windowNotes] };
}

/** What a network says of a recording, window by window. */
export interface NetworkRun {
  readonly manifest: Manifest;
  readonly windows: readonly (NetworkWindow & { readonly output: ModelOutput })[];
  readonly notes: readonly string[];
}

/** Ecg → signal → model, as {@link interpretEcg} does it, which throws the same. */
export async function runNetwork(ecg: Ecg, models: Models): Promise<NetworkRun> {
  const implausible = implausibleLeads(ecg.leads);
  if (implausible.length * 2 > ecg.leads.length) {
    throw new EcgError('SIGNAL_UNUSABLE', `amplitude is not that of an ECG in mV: ${implausible.join(', ')}`);
  }
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
