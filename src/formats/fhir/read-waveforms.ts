import type { EcgWarning, EcgWarningCode } from '../../ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../../ecg/lead.ts';
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
  /** The lead its display or text names, where one lead is meant. */
  readonly named: Lead | undefined;
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
  const leads = waveforms.flatMap((waveform) => identifyLeads(waveform).leads);
  // X, Y and Z alone are more often those of an accelerometer.
  return waveforms.length > 0 && (namesEcgAnywhere(observation) || leads.some((lead) => STANDARD_LEADS.includes(lead)));
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
  const isMislabelled = mislabelledAmong(read);
  const usable = read.filter(
    (waveform) => waveform.leads.length > 0 && waveform.hasSamples && !isMislabelled(waveform),
  );
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
      ...warnings('CHANNEL_SKIPPED', 'coded as a lead that others are coded as, left out', read.filter(isMislabelled)),
      ...new Map(decoded.flatMap((each) => each.warnings).map((warning) => [warning.message, warning])).values(),
    ],
  };
}

function identifyLeads(waveform: Waveform): IdentifiedWaveform {
  const { code, sampledData } = waveform;
  const { dimensions } = sampledData;
  const hasSamples = /\S/.test(sampledData.data ?? '');
  if (typeof dimensions === 'number' && dimensions > 1) {
    return {
      ...waveform,
      hasSamples,
      leads: leadsOfDimensions(code, dimensions),
      named: undefined,
      isConflicting: false,
    };
  }
  const { lead, ...labels } = leadOfConcept(code);
  return { ...waveform, ...labels, hasSamples, leads: lead === undefined ? [] : [lead] };
}

/**
 * The code of a lead stands against its name, unless the waveforms of that code have different names, or one has both
 * right: then the code is wrong in the others, and they are some other lead.
 */
function mislabelledAmong(waveforms: readonly IdentifiedWaveform[]): (waveform: IdentifiedWaveform) => boolean {
  const namesByLead = new Map<Lead | undefined, Set<Lead | undefined>>();
  for (const { leads, named, isConflicting } of waveforms) {
    const names = namesByLead.get(leads[0]) ?? new Set();
    namesByLead.set(leads[0], names.add(isConflicting ? named : leads[0]));
  }
  return ({ leads, isConflicting }) => isConflicting && leads.length > 0 && (namesByLead.get(leads[0])?.size ?? 0) > 1;
}

function decode({ sampledData, leads }: IdentifiedWaveform): {
  readonly chunks: readonly LeadChunk[];
  readonly warnings: readonly EcgWarning[];
} {
  const periodMs = periodMsOf(sampledData);
  const { dimensions, warnings } = decodeSampledData(sampledData);
  return {
    chunks: leads.map((lead, index) => ({ lead, periodMs, samples: dimensions[index]! })),
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
