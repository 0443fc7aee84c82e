import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EcgError } from '../../errors.ts';
import { sha256Of } from '../../model/checkpoint/byte-source.ts';
import { checkName } from '../../model/import-model.ts';
import { type Manifest, parseManifest } from '../../model/manifest.ts';
import type { ModelPackage } from '../../model/model-package.ts';
import { untrainedModels } from '../../model/untrained-models.ts';
import { withFileSource } from './file-source.ts';

const MANIFEST_FILE = 'manifest.json';

/** A folder of the models directory: its manifest, or why it has none that can be used. */
export interface ModelListing {
  readonly name: string;
  readonly manifest?: Manifest;
  readonly error?: EcgError;
}

/** The models in a directory, by name; a missing directory holds none. Weights are not looked at. */
export async function listModels(modelsDir: string): Promise<readonly ModelListing[]> {
  const folders = (await namesIn(modelsDir)).filter((name) => !name.startsWith('.')).sort();
  const listings = await Promise.all(folders.map((name) => listModel(modelsDir, name)));
  return listings.filter((listing) => listing !== undefined);
}

/**
 * The manifest of a model whose weights are there, unchanged.
 * @throws EcgError CONFIG_INVALID for a name or manifest that is none; MODEL_UNAVAILABLE when there is no such model
 *   or its weights are not those of the manifest.
 */
export async function loadManifest(modelsDir: string, name: string): Promise<Manifest> {
  checkName(name);
  const manifest = await readManifest(modelsDir, name);
  const { file, bytes, sha256 } = manifest.onnx;
  const weights = await weightsOf(join(modelsDir, name, file));
  if (weights?.sha256 !== sha256 || weights.bytes !== bytes) {
    throw new EcgError(
      'MODEL_UNAVAILABLE',
      `the weights of model ${name} are not those of its manifest; import it again`,
    );
  }
  return manifest;
}

/**
 * Stores a model as `modelsDir/NAME/`, all of it or nothing.
 * @param ifPresent what to do when there is a model of that name.
 * @throws EcgError CONFIG_INVALID when there is one and it is to be refused.
 */
export async function saveModel(
  modelsDir: string,
  { manifest, onnx }: ModelPackage,
  ifPresent: 'refuse' | 'replace' | 'keep' = 'refuse',
): Promise<void> {
  const folder = join(modelsDir, manifest.name);
  const draft = join(modelsDir, `.${manifest.name}.${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, manifest.onnx.file), onnx, { flush: true });
    await writeFile(join(draft, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    if (ifPresent === 'replace') await moveOver(draft, folder);
    else await rename(draft, folder);
  } catch (error) {
    if (!isSystemError(error, ['ENOTEMPTY', 'EEXIST'])) throw error;
    if (ifPresent === 'keep') return;
    throw new EcgError('CONFIG_INVALID', `there is a model ${manifest.name} already; replace it with --force`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Stores `untrained-12-lead` and `untrained-1-lead` where they are not there as this version makes them. */
export async function saveUntrainedModels(modelsDir: string): Promise<void> {
  const present = new Map((await listModels(modelsDir)).map((listing) => [listing.name, listing]));
  for (const model of untrainedModels()) {
    const listing = present.get(model.manifest.name);
    if (isDeepStrictEqual(listing?.manifest, model.manifest)) continue;
    await saveModel(modelsDir, model, listing ? 'replace' : 'keep');
  }
}

async function listModel(modelsDir: string, name: string): Promise<ModelListing | undefined> {
  try {
    return { name, manifest: await readManifest(modelsDir, name) };
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return error.code === 'MODEL_UNAVAILABLE' ? undefined : { name, error };
  }
}

async function readManifest(modelsDir: string, name: string): Promise<Manifest> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(join(modelsDir, name, MANIFEST_FILE), 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new EcgError('CONFIG_INVALID', `manifest of ${name} is not JSON`, { cause });
    if (!isSystemError(cause, ['ENOENT', 'ENOTDIR'])) throw cause;
    throw new EcgError(
      'MODEL_UNAVAILABLE',
      `there is no model ${name}: import it (docs/models.md); 'cardhook model list' shows those there are`,
      {
        cause,
      },
    );
  }
  const manifest = parseManifest(json);
  if (manifest.name !== name) {
    throw new EcgError('CONFIG_INVALID', `the manifest in folder ${name} is that of model ${manifest.name}`);
  }
  return manifest;
}

/** Puts `draft` in the place of `folder`; on failure `folder` is as it was. */
async function moveOver(draft: string, folder: string): Promise<void> {
  const former = `${draft}.former`;
  try {
    await rename(folder, former);
  } catch (error) {
    if (!isSystemError(error, ['ENOENT'])) throw error;
    return await rename(draft, folder);
  }
  try {
    await rename(draft, folder);
  } catch (error) {
    await rename(former, folder);
    throw error;
  }
  await rm(former, { recursive: true, force: true });
}

/** Names in a directory; none where it does not exist. */
async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isSystemError(error, ['ENOENT'])) return [];
    throw error;
  }
}

/** Checksum and size of the weights, or undefined where the file is missing. */
async function weightsOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number } | undefined> {
  try {
    return await withFileSource(path, async (source) => ({ sha256: await sha256Of(source), bytes: source.size }));
  } catch (error) {
    if (isSystemError(error, ['ENOENT'])) return undefined;
    throw error;
  }
}

function isSystemError(error: unknown, codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));
}
