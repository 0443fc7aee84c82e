import { createEcg, type Ecg, type EcgPatient, type EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import type { EcgFormat } from '../format.ts';
import { assembleLeads, chooseRate } from './assemble-leads.ts';
import { isWithdrawn } from './fhir-json.ts';
import { looksLikeFhirJson, parseJson } from './parse-json.ts';
import { type ObservationResource, parseObservation } from './parse-observation.ts';
import { readMeasurements } from './read-measurements.ts';
import { readStatements } from './read-statements.ts';
import { readTiming } from './read-timing.ts';
import { readWaveforms, waveformsOf } from './read-waveforms.ts';
import { samplingRateOf } from './sampling-rate.ts';

/** Periods are often written to whole seconds, and a recording is some 10 s. */
const DURATION_TOLERANCE = 0.2;

/** An ECG as one FHIR Observation in JSON. Containers (Bundle, DocumentReference …) are for `ecgSources`. */
export const fhirFormat: EcgFormat = {
  name: 'fhir',
  sniff: looksLikeFhirJson,
  read: (bytes) => readObservation(parseJson(bytes)),
};

/**
 * The ECG of a FHIR Observation (R4, R4B, R5) with SampledData as value (one lead) or in components.
 * @throws EcgError NO_WAVEFORM, LEAD_UNKNOWN, UNIT_UNKNOWN, FORMAT_UNSUPPORTED, SOURCE_INVALID, SOURCE_TOO_LARGE.
 */
export function readObservation(resource: unknown): Ecg {
  const observation = parseObservation(resource);
  if (isWithdrawn(observation.status)) {
    throw new EcgError('SOURCE_INVALID', 'the Observation was cancelled or entered in error: it must not be read');
  }
  const waveforms = readWaveforms(observation);
  const timing = readTiming(observation);
  const { value: chunks, warnings: rateWarnings } = chooseRate(waveforms.chunks);
  const rate = samplingRateOf(chunks[0]?.periodMs ?? Number.NaN, timing.statedRate);
  const statedCount = timing.statedSeconds === undefined ? undefined : timing.statedSeconds * rate.samplingRate;
  const assembled = assembleLeads(chunks, statedCount);
  const { measurements, warnings: measurementWarnings } = readMeasurements(observation);
  const device = observation.device?.display;
  return createEcg({
    format: 'fhir',
    samplingRate: rate.samplingRate,
    leads: assembled.value,
    ...(timing.recordedAt === undefined ? {} : { recordedAt: timing.recordedAt }),
    patient: patientOf(observation),
    ...(device === undefined ? {} : { device: { model: device } }),
    measurements,
    statements: readStatements(observation),
    warnings: [
      ...waveforms.warnings,
      ...rateWarnings,
      ...rate.warnings,
      ...assembled.warnings,
      ...timing.warnings,
      ...lengthWarnings(assembled.value[0]?.samples.length ?? 0, statedCount, observation),
      ...measurementWarnings,
    ],
  });
}

/** The subject as the Observation states it; a reference to a contained resource identifies nobody. */
function patientOf({ subject }: ObservationResource): EcgPatient {
  const ids = [subject?.reference, subject?.identifier?.value];
  const name = subject?.display;
  return {
    ids: ids.flatMap((id) => (id && !id.startsWith('#') ? [id] : [])),
    ...(name === undefined ? {} : { name }),
  };
}

/** @throws EcgError SOURCE_INVALID where the length contradicts the reading of blank dimensions as one. */
function lengthWarnings(
  count: number,
  statedCount: number | undefined,
  observation: ObservationResource,
): readonly EcgWarning[] {
  if (statedCount === undefined || Math.abs(count - statedCount) <= DURATION_TOLERANCE * statedCount) return [];
  const message = `effectivePeriod lasts as long as ${Math.round(statedCount)} samples, but there are ${count}`;
  if (waveformsOf(observation).some(({ sampledData }) => typeof sampledData.dimensions !== 'number')) {
    throw new EcgError('SOURCE_INVALID', `SampledData.dimensions is blank, and not 1: ${message}`);
  }
  return [{ code: 'VALUE_INVALID', message }];
}
