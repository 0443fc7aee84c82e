import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { createEcg, type SourceMeasurement } from '../../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { identityKey } from '../../src/fhir/identity.ts';
import { interpret } from '../../src/findings/interpret.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import type { EcgMeasurements, Measured } from '../../src/measurement/measurement.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { ecgFounderManifest, scoresOf } from '../findings/scored-labels.ts';

export const NOW = new Date('2026-03-10T12:00:00Z');
const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

/** A draft order for an ingredient by its RxNorm code. */
export function draft(code: string, display: string, more: Record<string, unknown> = {}) {
  return {
    resourceType: 'MedicationRequest',
    id: `draft-${display}`,
    status: 'draft',
    intent: 'order',
    medicationCodeableConcept: { coding: [{ system: RXNORM, code, display }] },
    subject: { reference: 'Patient/p1' },
    ...more,
  };
}

export function draftBundle(...drafts: readonly unknown[]) {
  return { resourceType: 'Bundle', type: 'collection', entry: drafts.map((resource) => ({ resource })) };
}

/** A diagnosis on record of patient p1, by SNOMED CT. */
export function condition(code: string, more: Record<string, unknown> = {}) {
  return {
    resourceType: 'Condition',
    clinicalStatus: { coding: [{ code: 'active' }] },
    verificationStatus: { coding: [{ code: 'confirmed' }] },
    code: { coding: [{ system: 'http://snomed.info/sct', code }] },
    subject: { reference: 'Patient/p1' },
    ...more,
  };
}

/** The tracing itself plays no part where the scores are given: 10 s of it, in few samples. */
const SAMPLES = Float64Array.from({ length: 50 }, (_, n) => Math.sin(n));

export interface ReadingSettings {
  /** `site`: findings of every label are dependable. */
  readonly basis?: Manifest['thresholds']['basis'];
  readonly trust?: Manifest['trust'];
  readonly recordedAt?: string | undefined;
  readonly ageYears?: number;
  readonly sex?: 'male' | 'female';
  readonly measurements?: readonly SourceMeasurement[];
  /** Of low confidence whatever the basis. */
  readonly lowTierOutputs?: readonly number[];
  /** A watch records lead I alone. */
  readonly isSingleLead?: boolean;
  /** Twelve were recorded, and the network of one had to do. */
  readonly isReadFromLeadI?: boolean;
  /** What of the tracing could not be read. */
  readonly limitation?: string;
}

/** Values as a recording states them. */
export const qtc = (value: number, formula: '' | '_FREDERICA' | '_BAZETT' = '') => ({
  name: `MDC_ECG_TIME_PD_QTC${formula}`,
  value,
  unit: 'ms',
});
export const heartRate = (value: number) => ({ name: 'MDC_ECG_HEART_RATE', value, unit: '/min' });
export const pr = (value: number) => ({ name: 'MDC_ECG_TIME_PD_PR', value, unit: 'ms' });
export const qrs = (value: number) => ({ name: 'MDC_ECG_TIME_PD_QRS', value, unit: 'ms' });

/** A draft order for a test by SNOMED CT. */
export function draftTest(code: string, more: Record<string, unknown> = {}) {
  return {
    resourceType: 'ServiceRequest',
    id: 'draft-test',
    status: 'draft',
    intent: 'order',
    code: { coding: [{ system: 'http://snomed.info/sct', code }] },
    subject: { reference: 'Patient/p1' },
    ...more,
  };
}

/** The reading of an ECG whose scores are high for the labels at `above`. */
export function readingOf(
  above: readonly number[],
  settings: ReadingSettings = {},
): PatientEcgReading & { outcome: 'read' } {
  const { basis = 'site', trust = 'site', ageYears = 60, sex, measurements = [], isSingleLead, limitation } = settings;
  const ecgFounder = ecgFounderManifest({ basis });
  const recordedAt = 'recordedAt' in settings ? settings.recordedAt : '2026-03-09T16:00:00Z';
  const manifest: Manifest = {
    ...ecgFounder,
    input: { ...ecgFounder.input, leads: isSingleLead || settings.isReadFromLeadI ? ['I'] : [...STANDARD_LEADS] },
    trust,
    lowTierOutputs: [...(settings.lowTierOutputs ?? [])],
  };
  const ecg = createEcg({
    format: 'fhir',
    samplingRate: 5,
    ...(recordedAt === undefined ? {} : { recordedAt }),
    patient: { ids: [] },
    leads: (isSingleLead ? (['I'] as const) : STANDARD_LEADS).map((lead) => ({ lead, samples: SAMPLES })),
    measurements,
  });
  return {
    outcome: 'read',
    ecgIdentity: identityKey(recordedAt ?? ''),
    source: 'Observation/1',
    notes: [],
    patient: { ageYears, sex },
    reading: {
      ecg,
      measurements: measureEcg(ecg),
      manifest,
      interpretation: interpret(scoresOf(above), manifest, { ageYears, limitation }),
      notes: [],
    },
  };
}

/** The reading with these values measured in its tracing, with high confidence. */
export function measuring(
  read: ReturnType<typeof readingOf>,
  values: Readonly<Partial<Record<'qtcFridericia' | 'qtcBazett' | 'ventricularRate' | 'pr' | 'qrs', number>>>,
): ReturnType<typeof readingOf> {
  const measured = Object.entries(values).map(([name, value]): readonly [string, Measured] => [
    name,
    { value, unit: name === 'ventricularRate' ? '/min' : 'ms', confidence: 'high' },
  ]);
  const measurements: EcgMeasurements = { ...read.reading.measurements, ...Object.fromEntries(measured) };
  return { ...read, reading: { ...read.reading, measurements } };
}
