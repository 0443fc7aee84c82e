import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { Manifest } from './manifest.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const share = z.number().min(0).max(1);
const proportionSchema = z.strictObject({ value: share, low: share, high: share });

/** How a label did on cases it was not fitted on; proportions with 95 % intervals (Wilson). */
export const performanceSchema = z.strictObject({
  /** Mean squared error of the score as a probability. */
  brier: share,
  /** Expected calibration error, ten bins of equal count. */
  ece: share,
  sensitivity: proportionSchema,
  specificity: proportionSchema,
  /** At the prevalence of the cases; absent where nothing was flagged. */
  ppv: proportionSchema.optional(),
});
export type Performance = z.infer<typeof performanceSchema>;

const TARGET_MEASURES = ['specificity', 'sensitivity', 'ppv'] as const;
/** What a threshold has to keep: the lower end of the measure's 95 % interval is at least this. */
export const targetSchema = z.strictObject({
  measure: z.enum(TARGET_MEASURES),
  atLeast: z.number().gt(0).lt(1),
});
export type CalibrationTarget = z.infer<typeof targetSchema>;

const counted = {
  output: z.int().min(0),
  label: z.string().min(1),
  positives: z.int().min(0),
  negatives: z.int().min(0),
};

export const calibratedLabelSchema = z.strictObject({
  ...counted,
  /** Probability = sigmoid(slope × logit + intercept); a rising one, so that no ranking changes. */
  slope: z.number().positive(),
  intercept: z.number(),
  /** Of that probability. */
  threshold: z.number().gt(0).lt(1),
  /** As the model came, at its own threshold. */
  before: performanceSchema,
  /** By cross-validation. */
  after: performanceSchema,
});
export type CalibratedLabel = z.infer<typeof calibratedLabelSchema>;

export const siteCalibrationSchema = z.strictObject({
  format: z.literal('cardhook-site-calibration-1'),
  /** When it was made, in UTC: of two, the greater is the newer. */
  version: z.string().regex(/^\d{8}T\d{6}Z$/),
  /** Name of the tenant whose site it is for. */
  tenant: z.string().min(1),
  model: z.strictObject({
    name: z.string(),
    version: z.string(),
    onnxSha256: sha256,
    checkpointSha256: sha256.optional(),
    recipe: z.string(),
    notch: z.number(),
  }),
  pipelineVersion: z.string(),
  target: targetSchema,
  data: z.strictObject({
    source: z.enum(['labelled records', 'signed reports']),
    cases: z.int().positive(),
    /** Over the sorted identities of all tracings: tells two data sets apart, and nothing of a patient. */
    casesSha256: sha256,
  }),
  labels: z.array(calibratedLabelSchema).min(1),
  refused: z.array(z.strictObject({ ...counted, reason: z.string() })),
});
/** What one site's labelled ECGs say of a model's scores. */
export type SiteCalibration = z.infer<typeof siteCalibrationSchema>;

/** Which network a calibration is of. */
export function calibrationModel({ name, version, onnx, source, input }: Manifest): SiteCalibration['model'] {
  return {
    ...{ name, version, onnxSha256: onnx.sha256 },
    ...('sha256' in source ? { checkpointSha256: source.sha256 } : {}),
    ...{ recipe: input.recipe, notch: input.notch },
  };
}

/**
 * A manifest with the thresholds of a site, for that site's ECGs alone. Its version says so, as semantic versioning
 * writes build metadata, and with it every report, card and audit record: readings by another calibration are others.
 * @throws EcgError CONFIG_INVALID for a calibration of another network, or of the same with another preprocessing.
 */
export function calibrated(manifest: Manifest, calibration: SiteCalibration): Manifest {
  const { version: _ofManifest, ...wanted } = calibrationModel(manifest);
  const { version: _ofCalibration, ...given } = calibration.model;
  const members = ['name', 'onnxSha256', 'checkpointSha256', 'recipe', 'notch'] as const;
  const differing = members.find((member) => wanted[member] !== given[member]);
  if (differing !== undefined) {
    throw new EcgError(
      'CONFIG_INVALID',
      `calibration ${calibration.version} is not of model ${manifest.name}: ${differing} is another. Calibrate the model anew, or configure the one it is of`,
    );
  }
  const byOutput = calibration.labels.map(({ output, threshold }) => [String(output), threshold] as const);
  return {
    ...manifest,
    version: `${manifest.version}+site.${calibration.version}`,
    thresholds: {
      ...manifest.thresholds,
      byOutput: { ...manifest.thresholds.byOutput, ...Object.fromEntries(byOutput) },
    },
    calibration,
    ...(manifest.pages && {
      pages: { ...manifest.pages, model: `${manifest.pages.model}?calibration=${calibration.version}` },
    }),
  };
}

/** Scores by output, those that the site has calibrated as probabilities. */
export function calibratedScores(scores: Float64Array, { calibration }: Manifest): Float64Array {
  const result = Float64Array.from(scores);
  for (const { output, slope, intercept } of calibration?.labels ?? []) {
    result[output] = calibratedScore(scores[output] ?? Number.NaN, { slope, intercept });
  }
  return result;
}

/** Platt's curve on a score. */
export function calibratedScore(score: number, { slope, intercept }: Pick<CalibratedLabel, 'slope' | 'intercept'>) {
  return 1 / (1 + Math.exp(-(slope * boundedLogit(score) + intercept)));
}

/** Nothing in double precision is nearer to certainty than this allows. */
const MAX_LOGIT = 36;

/** Log odds of a score; finite for 0 and 1 too. */
export function boundedLogit(score: number): number {
  return Math.min(MAX_LOGIT, Math.max(-MAX_LOGIT, Math.log(score / (1 - score))));
}

export type ThresholdBasis = Manifest['thresholds']['basis'];

/** Where the threshold of one output comes from. */
export function thresholdBasis({ calibration, thresholds }: Manifest, output: number): ThresholdBasis {
  return calibration?.labels.some((label) => label.output === output) ? 'site' : thresholds.basis;
}

/** Where the thresholds come from, in words that a reader of a report can check: "uncalibrated". */
export function thresholdSummary({ calibration, thresholds }: Manifest): string {
  if (calibration === undefined) return thresholds.basis;
  const { labels, version } = calibration;
  return `of this site for ${labels.length} ${labels.length === 1 ? 'label' : 'labels'} (calibration ${version}), else ${thresholds.basis}`;
}
