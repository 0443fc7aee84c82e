import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Router } from 'express';
import type { Tenant } from '../config.ts';
import { createAppContextReader } from '../edges/smart-app/app-context.ts';
import { appPlace, createSmartApp } from '../edges/smart-app/smart-app.ts';
import type { SmartAppDeps } from '../edges/smart-app/smart-app-deps.ts';
import { EcgError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Classifier, readClassifier } from '../model/onnx/read-classifier.ts';

type Given = 'place' | 'secretOf' | 'readAppContext' | 'classifierOf' | 'now' | 'nowMs';
export interface SmartAppOptions extends Omit<SmartAppDeps, Given> {
  /** Of the models. */
  readonly directory: string;
  /** What cards' links are signed with. */
  readonly appContextKey: string | undefined;
}

/**
 * The SMART app, where a tenant has one.
 * @throws EcgError CONFIG_INVALID for a tenant whose secret is not in the environment.
 */
export async function openSmartApp(options: SmartAppOptions): Promise<Router | undefined> {
  const { config, directory, appContextKey, ...rest } = options;
  const { publicUrl, tenants } = config;
  const launched = tenants.filter(({ smartApp }) => smartApp !== undefined);
  if (launched.length === 0 || publicUrl === undefined) return undefined;
  const secrets = new Map(launched.map((tenant) => [tenant.name, secretOf(tenant)]));
  return await createSmartApp({
    ...rest,
    config,
    place: appPlace(publicUrl),
    secretOf: ({ name }) => secrets.get(name),
    readAppContext: createAppContextReader(appContextKey),
    classifierOf: createClassifiers(directory),
    now: () => new Date(),
    nowMs: () => performance.now(),
  });
}

function secretOf({ name, smartApp }: Tenant): string | undefined {
  if (smartApp?.clientAuthentication !== 'client_secret') return undefined;
  const variable = `CARDHOOK_SMART_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;
  const secret = process.env[variable];
  if (secret !== undefined && secret !== '') return secret;
  throw new EcgError('CONFIG_INVALID', `the smartApp of tenant ${name} needs its client secret in ${variable}`);
}

/** Reads the last layer of a model when it is first asked for. */
export function createClassifiers(directory: string): (manifest: Manifest) => Promise<Classifier> {
  const read = new Map<string, Promise<Classifier>>();
  return async ({ name, onnx }) => {
    const known = read.get(onnx.sha256) ?? readFile(join(directory, name, onnx.file)).then(readClassifier);
    read.set(onnx.sha256, known);
    return await known.catch((cause: unknown) => {
      read.delete(onnx.sha256);
      throw new EcgError('MODEL_UNAVAILABLE', 'the weights of the model cannot be read', { cause });
    });
  };
}
