import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import type { ReportInput } from '../../src/fhir/report-input.ts';
import type { Finding, Interpretation } from '../../src/findings/finding.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { type Manifest, parseManifest } from '../../src/model/manifest.ts';

const SNOMED = 'http://snomed.info/sct';

/** A manifest of the official network; `overrides` replaces members. */
export function manifest(overrides: Partial<Manifest> = {}): Manifest {
  return parseManifest({
    name: 'ecgfounder-12-lead',
    version: '1.0.0',
    title: 'ECGFounder, 12 leads',
    trust: 'official',
    licence: 'MIT',
    architecture: {
      in_channels: 12,
      base_filters: 64,
      filter_list: [64, 160, 160, 400, 400, 1024, 1024],
      m_blocks_list: [2, 2, 2, 3, 3, 4, 4],
      kernel_size: 16,
      stride: 2,
      groups_width: 16,
      ratio: 1,
      n_classes: 150,
    },
    input: { leads: ['I'], samplingRate: 500, length: 5000, recipe: 'ecgfounder' },
    labelSet: 'ecgfounder',
    thresholds: { basis: 'uncalibrated', default: 0.5 },
    onnx: { file: 'model.onnx', sha256: 'a'.repeat(64), bytes: 1 },
    source: { file: '12_lead_ECGFounder.pth', sha256: 'b'.repeat(64) },
    ...overrides,
  });
}

export function ecg(recordedAt?: string): Ecg {
  return createEcg({
    format: 'dicom',
    samplingRate: 500,
    leads: [{ lead: 'I', samples: Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i / 20)) }],
    patient: { ids: ['MRN-1'], name: 'Doe^Jane', birthDate: '1950-01-01' },
    ...(recordedAt === undefined ? {} : { recordedAt }),
  });
}

export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    index: 5,
    label: 'ATRIAL FIBRILLATION',
    text: 'Atrial fibrillation',
    score: 0.987654,
    threshold: 0.5,
    kind: 'rhythm',
    urgency: 'urgent',
    codable: true,
    coding: { system: SNOMED, code: '164889003', display: 'Atrial fibrillation (finding)' },
    equivalence: 'equivalent',
    tier: 'standard',
    ...overrides,
  };
}

const LBBB = finding({
  index: 20,
  label: 'LEFT BUNDLE BRANCH BLOCK',
  text: 'Left bundle branch block',
  kind: 'conduction',
  coding: { system: SNOMED, code: '164909002', display: 'Electrocardiographic left bundle branch block (finding)' },
});

/** A rule took its code away: it cannot be told beside left bundle branch block. */
const DOWNGRADED_INFARCT = finding({
  index: 12,
  label: 'ANTERIOR INFARCT',
  text: 'Q waves in anterior leads, not assessable beside left bundle branch block',
  kind: 'ischemia',
  codable: false,
  tier: 'low',
});

const SINUS = finding({
  index: 1,
  label: 'NORMAL SINUS RHYTHM',
  text: 'Sinus rhythm',
  urgency: 'normal',
  coding: { system: SNOMED, code: '426783006', display: 'Electrocardiographic sinus rhythm (finding)' },
});

/** A label without an evidenced code. */
const RSR = finding({ index: 56, label: 'RSR PRIME OR QR PATTERN IN V1', text: "RSR' in V1", urgency: 'routine' });

function interpretation(
  sentence: string,
  findings: readonly Finding[],
  overReadReasons: string[] = [],
): Interpretation {
  return { findings, suppressed: [], sentence, overReadReasons };
}

export function reportInput(overrides: Partial<ReportInput> = {}): ReportInput {
  const tracing = overrides.ecg ?? ecg('2026-03-01T10:15:00+01:00');
  return {
    ecgIdentity: '0'.repeat(64),
    ecg: tracing,
    measurements: measureEcg(tracing),
    interpretation: interpretation('Atrial fibrillation', [finding()]),
    manifest: manifest(),
    subject: 'Patient/p1',
    sources: ['Observation/o1'],
    issued: '2026-03-01T11:00:00.000Z',
    pipelineVersion: '1',
    notes: [],
    ...overrides,
  };
}

const stripped = ({ coding: _coding, ...rest }: Finding): Finding => rest;

/** The cases a report has to be valid for. */
export const REPORT_INPUTS: Readonly<Record<string, ReportInput>> = {
  'sinus rhythm': reportInput({ interpretation: interpretation('Sinus rhythm', [SINUS]) }),
  'atrial fibrillation with rapid ventricular response': reportInput({
    interpretation: interpretation('Atrial fibrillation with rapid ventricular response', [
      finding(),
      finding({
        index: 28,
        label: 'WITH RAPID VENTRICULAR RESPONSE',
        text: 'Rapid ventricular response',
        coding: {
          system: SNOMED,
          code: '120041000119109',
          display: 'Atrial fibrillation with rapid ventricular response (disorder)',
        },
      }),
    ]),
  }),
  'left bundle branch block beside a downgraded infarct': reportInput({
    interpretation: interpretation(
      'Left bundle branch block',
      [LBBB, DOWNGRADED_INFARCT],
      ['infarct cannot be told beside left bundle branch block'],
    ),
  }),
  'a child': reportInput({
    interpretation: interpretation('Not interpreted: paediatric ECG', [], ['the patient is under 18 years old']),
  }),
  'an untrained network': reportInput({
    manifest: manifest({ trust: 'untrained', source: { seed: 1 }, notice: 'Random weights: findings mean nothing.' }),
  }),
  'a stand-in without a notice of its own': reportInput({ manifest: manifest({ trust: 'stand-in' }) }),
  'thresholds of the site': reportInput({
    manifest: manifest({ trust: 'site', thresholds: { basis: 'site', default: 0.3, byOutput: {} } }),
  }),
  'no finding': reportInput({ interpretation: interpretation('No reportable finding', []) }),
  'a finding without a code': reportInput({ interpretation: interpretation("RSR' in V1", [stripped(RSR)]) }),
  'no time zone': reportInput({ ecg: ecg('2026-03-01T10:15:30.250') }),
  'no time of day': reportInput({ ecg: ecg('2026-03-01') }),
  'no time at all': reportInput({ ecg: ecg() }),
  'a lone file': reportInput({ sources: [] }),
  'an encounter, notes and two sources': reportInput({
    encounter: 'Encounter/e1',
    notes: ['III, aVR, aVL and aVF were derived from I and II.'],
    sources: ['DocumentReference/d1/_history/2', 'DiagnosticReport/r1'],
  }),
};
