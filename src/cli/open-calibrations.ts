import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { readCalibration } from '../edges/calibration-files/calibration-file.ts';
import { type CalibrationKey, parsePrivateKey, parsePublicKey } from '../edges/calibration-files/calibration-keys.ts';
import { EcgError } from '../errors.ts';
import type { Models } from '../interpret-ecg.ts';
import type { Model } from '../model/model.ts';
import { calibrated, type SiteCalibration } from '../model/site-calibration.ts';
import { PIPELINE_VERSION } from '../pipeline-version.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import { jsonOf, readKeyFile } from './read-key-file.ts';

/**
 * The networks with what the sites of the tenants have calibrated.
 * @throws EcgError CONFIG_INVALID for a calibration that is not signed, not for that tenant or of none of the models.
 */
export async function withCalibrations(
  models: Models,
  config: Config,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<Models> {
  const configured = config.tenants.filter(({ calibrations }) => calibrations.length > 0);
  const perTenant = configured.map(async ({ name, calibrations }) => {
    const read = await readSignedCalibrations(calibrations, config);
    for (const calibration of read) announce(calibration, name, log);
    return [name, calibratedFor(name, read, models)] as const;
  });
  return { ...models, byTenant: new Map(await Promise.all(perTenant)) };
}

/** @throws EcgError CONFIG_INVALID for one that none of the configured keys has signed. */
export async function readSignedCalibrations(
  paths: readonly string[],
  { calibrationKeys }: Pick<Config, 'calibrationKeys'>,
): Promise<readonly SiteCalibration[]> {
  const keys = await Promise.all(calibrationKeys.map(readPublicKey));
  return await Promise.all(paths.map((path) => readCalibration(resolve(path), keys)));
}

/** @throws EcgError CONFIG_INVALID for a calibration that is not for this tenant or of none of the models. */
export function calibratedFor(tenant: string, calibrations: readonly SiteCalibration[], models: Models): Models {
  for (const { tenant: intended, version, model, labels } of calibrations) {
    const refuse = (why: string) =>
      new EcgError('CONFIG_INVALID', `calibration ${version} for tenant ${tenant}: ${why}`);
    if (intended !== tenant) throw refuse(`it was made for tenant ${intended}, and holds for no other site`);
    const strange = labels.find(({ output, label }) => ECGFOUNDER.labels[output]?.label !== label);
    if (strange) throw refuse(`output ${strange.output} is not ${strange.label}`);
    const named = [models.twelveLead, models.singleLead].filter((each) => each?.manifest.name === model.name);
    if (named.length === 0) throw refuse(`it is of model ${model.name}, which is not loaded`);
    if (calibrations.filter((other) => other.model.name === model.name).length > 1) {
      throw refuse(`there is another one of model ${model.name}; name only the one to use`);
    }
  }
  const apply = (model: Model | undefined): Model | undefined => {
    const calibration = calibrations.find((each) => each.model.name === model?.manifest.name);
    if (model === undefined || calibration === undefined) return model;
    return { ...model, manifest: calibrated(model.manifest, calibration) };
  };
  return { twelveLead: apply(models.twelveLead), singleLead: apply(models.singleLead) };
}

function announce(calibration: SiteCalibration, tenant: string, log: Pick<Logger, 'info' | 'warn'>): void {
  const { version, model, labels, pipelineVersion } = calibration;
  const fields = { tenant, calibration: version, model: model.name, labels: labels.length };
  log.info(fields, 'calibration in use');
  if (pipelineVersion === PIPELINE_VERSION) return;
  log.warn(
    { ...fields, calibratedWith: pipelineVersion, pipeline: PIPELINE_VERSION },
    'the calibration was made with another pipeline; calibrate again, and compare',
  );
}

/** What signs a calibration. @throws EcgError CONFIG_INVALID. */
export async function readPrivateKey(path: string): Promise<CalibrationKey> {
  return await parsePrivateKey(jsonOf(await readKeyFile(path, 'key')));
}

async function readPublicKey(path: string): Promise<CalibrationKey> {
  return await parsePublicKey(jsonOf(await readKeyFile(path, 'key')));
}
