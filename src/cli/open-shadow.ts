import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { stackFrames } from '../edges/http/stack-frames.ts';
import { loadManifest } from '../edges/model-files/model-store.ts';
import { createShadowReader, type ShadowReader } from '../edges/shadow/shadow-reader.ts';
import type { Database } from '../edges/store/open-database.ts';
import { createShadowCounts } from '../edges/store/sql-shadow-counts.ts';
import { type Models, modelsFor } from '../interpret-ecg.ts';
import type { Model } from '../model/model.ts';
import { calibratedFor, readSignedCalibrations } from './open-calibrations.ts';
import { type OpenedModels, openModels } from './open-models.ts';

/** The networks with those that read in their shadow. */
export interface Shadow {
  readonly models: Models;
  readonly reader: ShadowReader;
  close(): Promise<void>;
}

export interface ShadowOptions {
  readonly config: Config;
  /** Of the models; absolute. */
  readonly directory: string;
  readonly database: Database;
  readonly log: Logger;
}

/** Above this share of its time the event loop has other things to do. */
const BUSY_LOOP = 0.5;

/**
 * Opens the models that tenants have in the shadow, each on one thread of the processor. Nothing where there is none.
 * @throws EcgError MODEL_UNAVAILABLE, CONFIG_INVALID.
 */
export async function openShadow(
  models: Models,
  { config, directory, database, log }: ShadowOptions,
): Promise<Shadow | undefined> {
  const tenants = config.tenants.flatMap(({ name, shadow }) => (shadow === undefined ? [] : [{ name, shadow }]));
  if (tenants.length === 0) return undefined;
  const opened = new Map<string, OpenedModels>();
  const closeAll = async () => void (await Promise.all([...opened.values()].map((each) => each.close())));
  try {
    for (const { model } of tenants.map(({ shadow }) => shadow)) {
      if (opened.has(model)) continue;
      const { input } = await loadManifest(directory, model);
      const wanted = input.leads.length === 1 ? { singleLead: model } : { twelveLead: model };
      opened.set(
        model,
        await openModels({ ...wanted, directory, inference: { executionProvider: 'cpu', workers: 1 }, log }),
      );
    }
    const watch = createWatch();
    const reader = createShadowReader({
      counts: createShadowCounts(database),
      isBusy: watch.isBusy,
      onFailure: (error) => log.warn({ err: stackFrames(error) }, 'the shadow was disturbed'),
    });
    const byTenant = new Map([...(models.byTenant ?? [])].map(([name, each]) => [name, watch.watched(each)]));
    const watched = { ...watch.watched(models), byTenant };
    for (const { name, shadow } of tenants) {
      const files = shadow.calibration === undefined ? [] : [resolve(shadow.calibration)];
      const calibrations = await readSignedCalibrations(files, config);
      const inShadow = calibratedFor(name, calibrations, opened.get(shadow.model) ?? {});
      const { twelveLead, singleLead } = modelsFor(watched, name);
      byTenant.set(name, {
        twelveLead,
        singleLead,
        shadow: (read, context) => reader.offer(name, inShadow, read, context),
      });
      log.info({ tenant: name, model: shadow.model }, 'a model reads in the shadow');
    }
    const close = async () => {
      await reader.close();
      await closeAll();
    };
    return { models: watched, reader, close };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Whether the models that are shown, or anything else of this process, have work. */
function createWatch() {
  let running = 0;
  let last = performance.eventLoopUtilization();
  const watchedModel = (model: Model | undefined): Model | undefined =>
    model && {
      ...model,
      run: async (input) => {
        running += 1;
        try {
          return await model.run(input);
        } finally {
          running -= 1;
        }
      },
    };
  return {
    watched: ({ twelveLead, singleLead }: Models): Models => ({
      twelveLead: watchedModel(twelveLead),
      singleLead: watchedModel(singleLead),
    }),
    isBusy: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return running > 0 || utilization > BUSY_LOOP;
    },
  };
}
