import { calibrationModel, type SiteCalibration, siteCalibrationSchema } from '../../src/model/site-calibration.ts';
import { manifest } from '../fhir/report-inputs.ts';

const share = { value: 0.9, low: 0.8, high: 0.95 };
const performance = { brier: 0.1, ece: 0.02, sensitivity: share, specificity: share, ppv: share };

/** A site's calibration of atrial fibrillation; `overrides` replaces members. */
export function calibration(overrides: Partial<SiteCalibration> = {}): SiteCalibration {
  return siteCalibrationSchema.parse({
    format: 'cardhook-site-calibration-1',
    version: '20261126T120000Z',
    tenant: 'main-campus',
    model: calibrationModel(manifest()),
    pipelineVersion: '2',
    target: { measure: 'specificity', atLeast: 0.95 },
    data: { source: 'signed reports', cases: 800, casesSha256: 'c'.repeat(64) },
    labels: [
      {
        ...{ output: 5, label: 'ATRIAL FIBRILLATION', positives: 90, negatives: 700 },
        ...{ slope: 2, intercept: -1, threshold: 0.3, before: performance, after: performance },
      },
    ],
    refused: [],
    ...overrides,
  });
}
