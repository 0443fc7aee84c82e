import type { ReportInput } from '../fhir/report-input.ts';
import type { ReportStamp } from '../fhir/report-stamp.ts';
import type { ModelTrust } from '../model/manifest.ts';

/** A site's own model is not better than the official one, nor worse: the operator has chosen it. */
const TIER: Readonly<Record<ModelTrust, number>> = { untrained: 0, 'stand-in': 1, official: 2, site: 2 };

type Made = Pick<ReportStamp, 'model' | 'modelVersion' | 'trust' | 'pipelineVersion'>;

/**
 * Whether a reading may take the place of one of the same tracing by another model or pipeline: never of a more
 * trusted model, of a later version of the same model, or of a later pipeline. Versions that are no dotted numbers,
 * and models of other names, have no order; there the model that is configured now counts. One model calibrated twice by
 * a site reads as the later calibration has it, and calibrated goes before uncalibrated.
 */
export function outranks(
  { manifest, pipelineVersion }: Pick<ReportInput, 'manifest' | 'pipelineVersion'>,
  earlier: Made,
) {
  const tiers = TIER[manifest.trust] - TIER[earlier.trust];
  if (tiers !== 0) return tiers > 0;
  const isOlderModel = manifest.name === earlier.model && isOlderVersion(manifest.version, earlier.modelVersion);
  return !isOlderModel && compareVersions(pipelineVersion, earlier.pipelineVersion) >= 0;
}

function isOlderVersion(version: string, earlier: string): boolean {
  const [model = '', calibration = ''] = version.split('+site.');
  const [earlierModel = '', earlierCalibration = ''] = earlier.split('+site.');
  if (model === earlierModel) return calibration < earlierCalibration;
  return compareVersions(model, earlierModel) < 0;
}

/** Negative where `a` is the older; 0 also where they have no order. */
function compareVersions(a: string, b: string): number {
  if (![a, b].every((version) => /^v?\d{1,9}(\.\d{1,9})*$/.test(version))) return 0;
  const [partsA, partsB] = [a, b].map((version) => version.replace('v', '').split('.').map(Number));
  const length = Math.max(partsA?.length ?? 0, partsB?.length ?? 0);
  for (let place = 0; place < length; place += 1) {
    const difference = (partsA?.[place] ?? 0) - (partsB?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
