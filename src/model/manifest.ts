import { z } from 'zod';
import { LEADS, type Lead } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import type { SiteCalibration } from './site-calibration.ts';

/** Shape of an ECGFounder Net1D (Li et al., NEJM AI 2025; official net1d.py), in the names of the official code. */
export const net1dConfigSchema = z.strictObject({
  in_channels: z.int().min(1).max(64),
  base_filters: z.int().min(1).max(4096),
  filter_list: z.array(z.int().min(1).max(8192)).min(1).max(32),
  m_blocks_list: z.array(z.int().min(1).max(64)).min(1).max(32),
  kernel_size: z.int().min(1).max(255),
  stride: z.literal(2),
  groups_width: z.int().min(1).max(4096),
  ratio: z.number().positive().max(16),
  n_classes: z.int().min(1).max(10_000),
});
export type Net1dConfig = z.infer<typeof net1dConfigSchema>;

/** How far a model's scores may be trusted; shown wherever a finding is. */
export const trustSchema = z.enum(['official', 'site', 'stand-in', 'untrained']);
export type ModelTrust = z.infer<typeof trustSchema>;

/** Absolute addresses. */
export interface ModelPages {
  /** The model card. */
  readonly model: string;
  readonly intendedUse: string;
}

/** `models/NAME/manifest.json`: everything that belongs to one model besides its weights. */
export const manifestSchema = z.strictObject({
  /** Identifies model and weights in reports: ECG identity, name, version and pipeline version key a report. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().min(1).max(64),
  title: z.string().min(1).max(200),
  trust: trustSchema,
  /** Shown on every card, report, page and log line of this model. */
  notice: z.string().min(1).max(300).optional(),
  licence: z.string().min(1),
  architecture: net1dConfigSchema,
  input: z.strictObject({
    leads: z.array(z.enum(LEADS as [Lead, ...Lead[]])).min(1),
    samplingRate: z.literal(500),
    /** Samples per lead. */
    length: z.literal(5000),
    /** `ecgfounder`: the authors' notch, band-pass, median and z-score. `z-score`: their PTB-XL evaluation, z-score alone. */
    recipe: z.enum(['ecgfounder', 'z-score']),
    /** Mains frequency of the notch in Hz; the authors use 50. */
    notch: z.union([z.literal(50), z.literal(60)]).default(50),
  }),
  /** Name of the label set in `mappings/`, in output order; outputs without one are named by `labels`. */
  labelSet: z.enum(['ecgfounder']).optional(),
  labels: z.array(z.string().min(1)).optional(),
  /** Output indices that are not trained and never reported. */
  disabledOutputs: z.array(z.int().min(0)).default([]),
  /** Output indices whose findings are of low confidence whatever the label: no test on real ECGs, or a weak one. */
  lowTierOutputs: z.array(z.int().min(0)).default([]),
  thresholds: z.strictObject({
    /** Where they come from. `uncalibrated` is shown wherever a score is. */
    basis: z.enum(['uncalibrated', 'simulated', 'site']),
    default: z.number().gt(0).lt(1),
    /** By output index. */
    byOutput: z.record(z.string().regex(/^\d+$/), z.number().gt(0).lt(1)).default({}),
  }),
  onnx: z.strictObject({
    file: z.string().regex(/^[\w.-]+\.onnx$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.int().positive(),
  }),
  /** The checkpoint it was made from, or the seed of an untrained network. */
  source: z.union([
    z.strictObject({ file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    z.strictObject({ seed: z.int() }),
  ]),
});
export type Manifest = z.infer<typeof manifestSchema> & {
  /** What the site that is asked for has added; never in the file. */
  readonly calibration?: SiteCalibration;
  /** Where the service shows what it is and is for, if it has a public address; never in the file. */
  readonly pages?: ModelPages;
};

/**
 * Checks a `manifest.json`.
 * @throws EcgError CONFIG_INVALID naming every fault.
 */
export function parseManifest(json: unknown): Manifest {
  const result = manifestSchema.safeParse(json);
  if (!result.success) throw new EcgError('CONFIG_INVALID', `manifest: ${z.prettifyError(result.error)}`);
  const { architecture, labels, labelSet } = result.data;
  if ((labels === undefined) === (labelSet === undefined)) {
    throw new EcgError('CONFIG_INVALID', 'manifest: give either labels or labelSet');
  }
  if (labels && labels.length !== architecture.n_classes) {
    throw new EcgError('CONFIG_INVALID', `manifest: ${labels.length} labels for ${architecture.n_classes} outputs`);
  }
  return result.data;
}
