import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationSchema, NOTICE, standInManifest } from '../../models/stand-in/stand-in-manifest.ts';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { loadManifest } from '../../src/edges/model-files/model-store.ts';
import { createOnnxModel, type OnnxModel } from '../../src/edges/onnx/onnx-model.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { preprocess } from '../../src/signal/preprocess.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { recordingLog } from '../edges/onnx/recording-log.ts';
import { fixedEcg } from './fixed-ecg.ts';
import golden from './stand-in.logits.json' with { type: 'json' };

const FOLDER = join(MODELS_DIRECTORY, 'stand-in');
const MAX_BYTES = 6_000_000;
const SEEDS = [1, 2, 3, 4, 5];
const SHOWN = {
  'atrial fibrillation': 5,
  'sinus tachycardia': 6,
  'premature ventricular complexes': 9,
  'left bundle branch block': 20,
};

describe('the stand-in model', () => {
  let manifest: Manifest;
  let model: OnnxModel;

  beforeAll(async () => {
    manifest = await loadManifest(MODELS_DIRECTORY, 'stand-in');
    model = await createOnnxModel(manifest, FOLDER, { executionProvider: 'cpu', workers: 1, log: recordingLog().log });
  });

  afterAll(async () => {
    await model.close();
  });

  const inFolder = (file: string) => readFile(join(FOLDER, file), 'utf8');
  const logitsOf = async (leads: readonly Float64Array[]) => {
    const { logits } = await model.run(Float32Array.from(preprocess(leads, manifest.input)));
    return [...logits];
  };
  const statedFor = async (finding: string, seed: number) => {
    const recording = { format: 'dicom', patient: { ids: [] }, recordedAt: '2025-06-01T10:00:00Z' } as const;
    const { leads } = simulateEcg({ finding, seed, ...recording });
    const logits = await logitsOf(leads.map(({ samples }) => Float64Array.from(samples)));
    const { byOutput, default: otherwise } = manifest.thresholds;
    return logits.flatMap((logit, output) =>
      1 / (1 + Math.exp(-logit)) >= (byOutput[output] ?? otherwise) ? [output] : [],
    );
  };

  it('is small enough for the repository', () => {
    expect(manifest.onnx.bytes).toBeLessThan(MAX_BYTES);
  });

  it('has the manifest that follows from its evaluation', async () => {
    const evaluation = evaluationSchema.parse(JSON.parse(await inFolder('evaluation.json')));
    expect(standInManifest(manifest, evaluation)).toEqual(manifest);
  });

  it('says of itself that it is for demonstration', async () => {
    expect(manifest).toMatchObject({ trust: 'stand-in', notice: NOTICE, thresholds: { basis: 'simulated' } });
    expect(NOTICE).toBe('demonstration model, trained on simulated ECGs, not for clinical use');
  });

  it('has a model card of these very weights, and the log of their training', async () => {
    const [card, log] = await Promise.all([inFolder('model-card.md'), inFolder('training.log')]);
    expect(card.toLowerCase()).toContain(NOTICE.toLowerCase());
    expect(card).toContain(manifest.onnx.sha256);
    expect(log).toMatch(/stop rule, fixed before training/);
    expect(log).toContain('sha256' in manifest.source ? manifest.source.sha256 : 'a checkpoint');
  });

  it('gives the logits it gave when it was made', async () => {
    const logits = await logitsOf(fixedEcg());
    expect(logits).toHaveLength(golden.length);
    const differences = logits.map((logit, output) => Math.abs(logit - golden[output]!));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  it.each(Object.entries(SHOWN))('finds %s in most simulated ECGs that show it', async (finding, output) => {
    const found = await Promise.all(SEEDS.map(async (seed) => (await statedFor(finding, seed)).includes(output)));
    expect(found.filter(Boolean).length).toBeGreaterThan(SEEDS.length / 2);
  });

  it('finds none of these in simulated normal ECGs', async () => {
    const stated = await Promise.all(SEEDS.map((seed) => statedFor('normal ecg', seed)));
    expect(stated.flat().filter((output) => Object.values(SHOWN).includes(output))).toEqual([]);
  });

  it('keeps untrained outputs silent', async () => {
    const logits = await logitsOf(fixedEcg());
    expect(manifest.disabledOutputs.length).toBeGreaterThan(0);
    expect(manifest.disabledOutputs.map((output) => logits[output])).toEqual(manifest.disabledOutputs.map(() => -12));
  });

  it('has a threshold for every other output', () => {
    const outputs = Array.from({ length: manifest.architecture.n_classes }, (_, output) => output);
    const trained = outputs.filter((output) => !manifest.disabledOutputs.includes(output));
    expect(Object.keys(manifest.thresholds.byOutput).map(Number)).toEqual(trained);
  });
});
