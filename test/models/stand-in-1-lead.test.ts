import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationSchema, NOTICE, standInManifest } from '../../models/stand-in/stand-in-manifest.ts';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { loadManifest } from '../../src/edges/model-files/model-store.ts';
import { createOnnxModel, type OnnxModel } from '../../src/edges/onnx/onnx-model.ts';
import { interpretEcg } from '../../src/interpret-ecg.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { recordingLog } from '../edges/onnx/recording-log.ts';

const FOLDER = join(MODELS_DIRECTORY, 'stand-in-1-lead');
const LEFT_BUNDLE_BRANCH_BLOCK = 20;

describe('the stand-in for lead I', () => {
  let manifest: Manifest;
  let singleLead: OnnxModel;
  beforeAll(async () => {
    manifest = await loadManifest(MODELS_DIRECTORY, 'stand-in-1-lead');
    singleLead = await createOnnxModel(manifest, FOLDER, {
      executionProvider: 'cpu',
      workers: 1,
      log: recordingLog().log,
    });
  });
  afterAll(() => singleLead.close());

  const inFolder = (file: string) => readFile(join(FOLDER, file), 'utf8');

  it('has the manifest that follows from its evaluation, and a card of these very weights', async () => {
    const evaluation = evaluationSchema.parse(JSON.parse(await inFolder('evaluation.json')));
    expect(standInManifest(manifest, evaluation)).toEqual(manifest);
    expect(manifest).toMatchObject({ trust: 'stand-in', notice: NOTICE, input: { leads: ['I'] } });
    expect(await inFolder('model-card.md')).toContain(manifest.onnx.sha256);
  });

  it('says nothing of what one lead does not show, and all it says with low confidence', () => {
    expect(manifest.disabledOutputs).toContain(LEFT_BUNDLE_BRANCH_BLOCK);
    expect(manifest.lowTierOutputs).toEqual(Object.keys(manifest.thresholds.byOutput).map(Number));
  });

  it.each(['premature ventricular complexes', 'sinus tachycardia'])(
    'finds %s in most simulated watch ECGs',
    async (finding) => {
      const recorder = { format: 'fhir', samplingRate: 512, durationSeconds: 30, leads: ['I'] } as const;
      const sentences = await Promise.all(
        [1, 2, 3, 4, 5].map(async (seed) => {
          const patient = { ids: [] };
          const ecg = simulateEcg({ ...recorder, finding, seed, patient, recordedAt: '2026-03-01T10:00:00Z' });
          return (await interpretEcg(ecg, { singleLead }, {})).interpretation.sentence.toLowerCase();
        }),
      );
      expect(sentences.filter((sentence) => sentence.includes(finding)).length).toBeGreaterThan(2);
    },
  );
});
