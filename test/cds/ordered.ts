import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { createEcg } from '../../src/ecg/ecg.ts';
import { interpret } from '../../src/findings/interpret.ts';
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

export interface ReadingSettings {
  /** `site`: findings of every label are dependable. */
  readonly basis?: Manifest['thresholds']['basis'];
  readonly trust?: Manifest['trust'];
  readonly recordedAt?: string | undefined;
  readonly ageYears?: number;
}

/** The reading of an ECG whose scores are high for the labels at `above`. */
export function readingOf(
  above: readonly number[],
  settings: ReadingSettings = {},
): PatientEcgReading & { outcome: 'read' } {
  const { basis = 'site', trust = 'site', ageYears = 60 } = settings;
  const recordedAt = 'recordedAt' in settings ? settings.recordedAt : '2026-03-09T16:00:00Z';
  const manifest: Manifest = { ...ecgFounderManifest({ basis }), trust };
  return {
    outcome: 'read',
    ecgIdentity: 'e'.repeat(64),
    source: 'Observation/1',
    notes: [],
    reading: {
      ecg: createEcg({
        format: 'fhir',
        samplingRate: 500,
        ...(recordedAt === undefined ? {} : { recordedAt }),
        patient: { ids: [] },
        leads: [{ lead: 'I', samples: Float64Array.from({ length: 5000 }, (_, n) => Math.sin(n / 20)) }],
      }),
      manifest,
      interpretation: interpret(scoresOf(above), manifest, { priorCompared: false, ageYears }),
      notes: [],
    },
  };
}
