import type { Config } from '../config.ts';
import { listModels } from '../edges/model-files/model-store.ts';
import { EcgError } from '../errors.ts';
import type { Io } from './console-io.ts';
import { MODELS_DIRECTORY, type OpenedModels, openModels } from './open-models.ts';

/**
 * The model that `--model` names, or by default both: ecgfounder-12-lead and -1-lead where they are installed, else the
 * stand-ins, else the untrained ones. Warnings go to stderr.
 * @param workers one per core unless given.
 * @throws EcgError MODEL_UNAVAILABLE, or CONFIG_INVALID for a name that is none.
 */
export async function openNamedModels(name: string | undefined, io: Io, workers?: number): Promise<OpenedModels> {
  const inference: Config['inference'] = { executionProvider: 'cpu', ...(workers === undefined ? {} : { workers }) };
  const warn = (_fields: object, message?: string) => {
    if (message !== undefined) io.stderr(`cardhook: ${message}`);
  };
  return await openModels({
    ...(await wantedModels(name)),
    directory: MODELS_DIRECTORY,
    inference,
    log: { info: () => {}, warn, error: warn },
  });
}

/** The model for ECGs of that many leads where none is named. */
export async function defaultModel(leads: 1 | 12): Promise<string> {
  const installed = new Set((await listModels(MODELS_DIRECTORY)).map((model) => model.name));
  const wanted = [`ecgfounder-${leads}-lead`, leads === 12 ? 'stand-in' : 'stand-in-1-lead'];
  return wanted.find((name) => installed.has(name)) ?? `untrained-${leads}-lead`;
}

async function wantedModels(name: string | undefined): Promise<{ twelveLead?: string; singleLead?: string }> {
  if (name === undefined) return { twelveLead: await defaultModel(12), singleLead: await defaultModel(1) };
  const chosen = (await listModels(MODELS_DIRECTORY)).find((model) => model.name === name);
  if (chosen?.manifest === undefined && !name.startsWith('untrained-')) {
    throw new EcgError('MODEL_UNAVAILABLE', `there is no model ${name}; see cardhook model list`);
  }
  const isSingle = chosen?.manifest?.input.leads.length === 1 || name === 'untrained-1-lead';
  return isSingle ? { singleLead: name } : { twelveLead: name };
}
