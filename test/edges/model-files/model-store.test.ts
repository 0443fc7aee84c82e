import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  listModels,
  loadManifest,
  saveModel,
  saveUntrainedModels,
} from '../../../src/edges/model-files/model-store.ts';
import type { ModelPackage } from '../../../src/model/model-package.ts';
import { untrainedModels } from '../../../src/model/untrained-models.ts';

const [untrained] = untrainedModels();
const packageNamed = (name: string): ModelPackage => {
  if (untrained === undefined) throw new Error('no untrained model');
  return { ...untrained, manifest: { ...untrained.manifest, name } };
};

describe('the model store', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cardhook-models-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const weights = (name: string) => join(directory, name, 'untrained-12-lead.onnx');

  it('stores a model and finds it again, leaving nothing else behind', async () => {
    const model = packageNamed('a');
    await saveModel(directory, model);
    expect(await loadManifest(directory, 'a')).toEqual(model.manifest);
    expect(Buffer.compare(await readFile(weights('a')), model.onnx)).toBe(0);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('makes the directory of models where there is none', async () => {
    const nested = join(directory, 'deep', 'models');
    expect(await listModels(nested)).toEqual([]);
    await saveModel(nested, packageNamed('a'));
    expect((await listModels(nested)).map(({ name }) => name)).toEqual(['a']);
  });

  it('refuses, keeps or replaces a model of the same name', async () => {
    await saveModel(directory, packageNamed('a'));
    const other = packageNamed('a');
    const newer = { ...other, manifest: { ...other.manifest, version: 'newer' } };
    await expect(saveModel(directory, newer)).rejects.toThrow('replace it with --force');
    await saveModel(directory, newer, 'keep');
    expect((await loadManifest(directory, 'a')).version).not.toBe('newer');
    await saveModel(directory, newer, 'replace');
    expect((await loadManifest(directory, 'a')).version).toBe('newer');
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('replaces what is not there yet', async () => {
    await saveModel(directory, packageNamed('a'), 'replace');
    expect((await loadManifest(directory, 'a')).name).toBe('a');
  });

  it('lists models by name, broken ones with the reason, and passes over what is no model', async () => {
    await saveModel(directory, packageNamed('b'));
    await saveModel(directory, packageNamed('a'));
    await mkdir(join(directory, 'labels'));
    await mkdir(join(directory, '.b.draft'));
    await writeFile(join(directory, 'README.md'), 'about models');
    await mkdir(join(directory, 'broken'));
    await writeFile(join(directory, 'broken', 'manifest.json'), '{');
    const listings = await listModels(directory);
    expect(listings.map(({ name, manifest }) => [name, manifest?.name])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['broken', undefined],
    ]);
    expect(listings[2]?.error?.message).toBe('manifest of broken is not JSON');
  });

  it('refuses a model that is not there, or whose name is a path', async () => {
    await expect(loadManifest(directory, 'a')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await expect(loadManifest(directory, '../a')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('refuses a manifest in the folder of another model', async () => {
    await saveModel(directory, packageNamed('a'));
    await mkdir(join(directory, 'b'));
    await writeFile(join(directory, 'b', 'manifest.json'), await readFile(join(directory, 'a', 'manifest.json')));
    await expect(loadManifest(directory, 'b')).rejects.toThrow('is that of model a');
  });

  it('refuses weights that are changed, cut short or missing', async () => {
    const model = packageNamed('a');
    const changed = Buffer.from(model.onnx);
    changed.writeUInt8(changed.readUInt8(1000) ^ 1, 1000);
    await saveModel(directory, { ...model, onnx: changed });
    await expect(loadManifest(directory, 'a')).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    await truncate(weights('a'), 1000);
    await expect(loadManifest(directory, 'a')).rejects.toThrow('not those of its manifest');
    await rm(weights('a'));
    await expect(loadManifest(directory, 'a')).rejects.toThrow('not those of its manifest');
  });

  it('stores untrained models where they are missing, broken or of an earlier version', async () => {
    await mkdir(join(directory, 'untrained-1-lead'));
    await writeFile(join(directory, 'untrained-1-lead', 'manifest.json'), '{}');
    await saveUntrainedModels(directory);
    const first = await readFile(join(directory, 'untrained-12-lead', 'manifest.json'), 'utf8');
    await writeFile(
      join(directory, 'untrained-12-lead', 'manifest.json'),
      first.replace('Untrained', 'Former untrained'),
    );
    await saveUntrainedModels(directory);
    expect((await loadManifest(directory, 'untrained-12-lead')).title).toMatch(/^Untrained/);
    expect((await loadManifest(directory, 'untrained-1-lead')).trust).toBe('untrained');
  });
});
