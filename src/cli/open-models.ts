import { join } from 'node:path';
import type { Config } from '../config.ts';
import { loadManifest, saveUntrainedModels } from '../edges/model-files/model-store.ts';
import { createOnnxModel, type OnnxModel } from '../edges/onnx/onnx-model.ts';
import type { OnnxLog } from '../edges/onnx/worker-messages.ts';
import { EcgError } from '../errors.ts';
import type { Models } from '../interpret-ecg.ts';

/** The networks of one process, running. */
export interface OpenedModels extends Models {
  /** One line per model: name, version, trust, what it runs on. */
  readonly described: readonly string[];
  readonly running: readonly OnnxModel[];
  ready(): boolean;
  close(): Promise<void>;
}

export interface OpenModelsOptions {
  /** Absolute. */
  readonly directory: string;
  readonly twelveLead?: string | undefined;
  readonly singleLead?: string | undefined;
  readonly inference: Config['inference'];
  readonly log: OnnxLog;
}

/** Where models are unless configured: `models/` of the project. */
export const MODELS_DIRECTORY = join(import.meta.dirname, '..', '..', 'models');

/**
 * Loads the named models, makes the untrained ones where they are named and not there yet, and starts their workers.
 * @throws EcgError MODEL_UNAVAILABLE or CONFIG_INVALID.
 */
export async function openModels(options: OpenModelsOptions): Promise<OpenedModels> {
  const { directory, twelveLead, singleLead } = options;
  if ([twelveLead, singleLead].some((name) => name?.startsWith('untrained-'))) await saveUntrainedModels(directory);
  const opened: OnnxModel[] = [];
  try {
    const open = async (name: string | undefined, workers: number | undefined) => {
      if (name === undefined) return undefined;
      const model = await openModel(name, workers, options);
      opened.push(model);
      return model;
    };
    const twelve = await open(twelveLead, options.inference.workers);
    // Single-lead ECGs are the exception where there is a 12-lead model; one worker keeps the memory small.
    const single = await open(singleLead, twelve ? 1 : options.inference.workers);
    return {
      twelveLead: twelve,
      singleLead: single,
      described: opened.map(describe),
      running: opened,
      ready: () => opened.every((model) => model.status().workers > 0),
      close: async () => void (await Promise.all(opened.map((model) => model.close()))),
    };
  } catch (error) {
    await Promise.all(opened.map((model) => model.close()));
    throw error;
  }
}

async function openModel(name: string, workers: number | undefined, options: OpenModelsOptions): Promise<OnnxModel> {
  const { directory, inference, log } = options;
  const manifest = await loadManifest(directory, name);
  if (manifest.notice !== undefined) log.warn({ model: name }, manifest.notice);
  const expectedLeads = name === options.singleLead ? 1 : 12;
  if (manifest.input.leads.length !== expectedLeads) {
    throw new EcgError(
      'CONFIG_INVALID',
      `model ${name} takes ${manifest.input.leads.length} leads, not ${expectedLeads}`,
    );
  }
  return await createOnnxModel(manifest, join(directory, name), {
    executionProvider: inference.executionProvider,
    log,
    ...(workers === undefined ? {} : { workers }),
  });
}

function describe({ manifest, executionProvider }: OnnxModel): string {
  const { name, version, trust, notice } = manifest;
  return `${name} ${version}, trust: ${trust}, on ${executionProvider}${notice === undefined ? '' : `. ${notice}`}`;
}
