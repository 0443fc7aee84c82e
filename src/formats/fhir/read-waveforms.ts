import type { EcgWarning, EcgWarningCode } from '../../ecg/ecg.ts';
import type { Lead } from '../../ecg/lead.ts';
import { EcgError } from '../../errors.ts';
import type { LeadChunk } from './assemble-leads.ts';
import { leadOfConcept, leadsOfDimensions, namesEcg } from './codeable-concept.ts';
import { decodeSampledData } from './decode-sampled-data.ts';
import type { CodeableConcept, ObservationResource, SampledData } from './parse-observation.ts';
import { periodMsOf } from './sampling-rate.ts';

/** A message names no more elements than this. */
const MAX_ELEMENTS_NAMED = 15;

/** One SampledData of an Observation and the concept that names its lead or leads. */
export interface Waveform {
  /** Where it stands, for messages. */
  readonly element: string;
  readonly code: CodeableConcept | undefined;
  readonly sampledData: SampledData;
}

interface IdentifiedWaveform extends Waveform {
  /** One for each dimension; empty when they cannot be told. */
  readonly leads: readonly Lead[];
  readonly isConflicting: boolean;
  readonly hasSamples: boolean;
}

/** Every SampledData of an Observation: its value, then its components. */
export function waveformsOf({ code, valueSampledData, component = [] }: ObservationResource): readonly Waveform[] {
  return [
    ...(valueSampledData ? [{ element: 'value', code, sampledData: valueSampledData }] : []),
    ...component.flatMap(({ code, valueSampledData }, index) =>
      valueSampledData ? [{ element: `component ${index + 1}`, code, sampledData: valueSampledData }] : [],
    ),
  ];
}

/** Whether the Observation speaks of an ECG: in its own code or in that of any SampledData. */
export function namesEcgAnywhere(observation: ObservationResource): boolean {
  return [observation.code, ...waveformsOf(observation).map(({ code }) => code)].some(namesEcg);
}

/** Whether the Observation holds a waveform that may be an ECG, judged by its codes. */
export function mayHoldEcg(observation: ObservationResource): boolean {
  const waveforms = waveformsOf(observation);
  return (
    waveforms.length > 0 &&
    (namesEcgAnywhere(observation) || waveforms.some((waveform) => identifyLeads(waveform).leads.length > 0))
  );
}

/**
 * The leads of an Observation in mV, as chunks in document order; what is no lead is left out with a warning.
 * @throws EcgError NO_WAVEFORM without samples or when nothing speaks of an ECG, LEAD_UNKNOWN when no lead of an ECG
 *   is identified, and as `decodeSampledData` and `periodMsOf`.
 */
export function readWaveforms(observation: ObservationResource): {
  readonly chunks: readonly LeadChunk[];
  readonly warnings: readonly EcgWarning[];
} {
  const read = waveformsOf(observation).map(identifyLeads);
  if (!read.some(({ hasSamples }) => hasSamples)) {
    throw new EcgError('NO_WAVEFORM', 'the Observation has no SampledData with samples');
  }
  const usable = read.filter(({ leads, hasSamples }) => leads.length > 0 && hasSamples);
  if (usable.length === 0) throw noLead(observation);
  const decoded = usable.map(decode);
  return {
    chunks: decoded.flatMap(({ chunks }) => chunks),
    warnings: [
      ...warnings(
        'CHANNEL_SKIPPED',
        'no lead could be told, left out',
        read.filter(({ leads }) => leads.length === 0),
      ),
      ...warnings(
        'CHANNEL_SKIPPED',
        'no samples, left out',
        read.filter(({ hasSamples }) => !hasSamples),
      ),
      ...warnings(
        'LEAD_CODE_CONFLICT',
        'code and name of the lead disagree',
        read.filter(({ isConflicting }) => isConflicting),
      ),
      ...new Map(decoded.flatMap((each) => each.warnings).map((warning) => [warning.message, warning])).values(),
    ],
  };
}

function identifyLeads(waveform: Waveform): IdentifiedWaveform {
  const { code, sampledData } = waveform;
  const { dimensions } = sampledData;
  const hasSamples = /\S/.test(sampledData.data ?? '');
  if (typeof dimensions === 'number' && dimensions > 1) {
    return { ...waveform, hasSamples, leads: leadsOfDimensions(code, dimensions), isConflicting: false };
  }
  const { lead, isConflicting } = leadOfConcept(code);
  return { ...waveform, hasSamples, leads: lead === undefined ? [] : [lead], isConflicting };
}

function decode({ sampledData, leads, isConflicting }: IdentifiedWaveform): {
  readonly chunks: readonly LeadChunk[];
  readonly warnings: readonly EcgWarning[];
} {
  const periodMs = periodMsOf(sampledData);
  const { dimensions, warnings } = decodeSampledData(sampledData);
  return {
    chunks: leads.map((lead, index) => ({ lead, periodMs, isConflicting, samples: dimensions[index]! })),
    warnings,
  };
}

function noLead(observation: ObservationResource): EcgError {
  return namesEcgAnywhere(observation)
    ? new EcgError('LEAD_UNKNOWN', 'no SampledData names its lead; code it in 11073-10101, LOINC or SNOMED CT')
    : new EcgError('NO_WAVEFORM', 'the SampledData of the Observation is not an ECG by its codes');
}

function warnings(code: EcgWarningCode, message: string, of: readonly Waveform[]): readonly EcgWarning[] {
  if (of.length === 0) return [];
  const elements = of.slice(0, MAX_ELEMENTS_NAMED).map(({ element }) => element);
  const more = of.length > MAX_ELEMENTS_NAMED ? ` and ${of.length - MAX_ELEMENTS_NAMED} more` : '';
  return [{ code, message: `${message}: ${elements.join(', ')}${more}` }];
}
