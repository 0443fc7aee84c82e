import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS_DIRECTORY, openModels } from '../src/cli/open-models.ts';
import { evidenceOverTime } from '../src/explain-ecg.ts';
import { runNetwork } from '../src/interpret-ecg.ts';
import { classActivation } from '../src/model/class-activation.ts';
import { readClassifier } from '../src/model/onnx/read-classifier.ts';
import { simulateEcg } from '../src/simulator/simulate-ecg.ts';
import { recordingLog } from './edges/onnx/recording-log.ts';

describe('the evidence for a finding over time', () => {
  let models: Awaited<ReturnType<typeof openModels>>;
  beforeAll(async () => {
    models = await openModels({
      ...{ directory: MODELS_DIRECTORY, twelveLead: 'stand-in', log: recordingLog().log },
      inference: { executionProvider: 'cpu', workers: 1 },
    });
  });
  afterAll(async () => await models.close());

  const classifier = readClassifier(readFileSync(join(MODELS_DIRECTORY, 'stand-in', 'stand-in.onnx')));
  const classifierOf = async () => classifier;
  const ecg = simulateEcg({
    ...{ finding: 'atrial fibrillation', seed: 5, format: 'dicom', recordedAt: '2026-11-22T09:15:30Z' },
    patient: { ids: [] },
  });

  it('is the class activation of the network, on a scale up to 1, bin after bin over the whole window', async () => {
    const output = 5;
    const evidence = await evidenceOverTime(ecg, models, { output, classifierOf });
    const [window] = (await runNetwork(ecg, models)).windows;
    const { contributions } = classActivation(window!.output.featureMap, classifier, output);
    const strongest = Math.max(...contributions);
    expect(strongest).toBeGreaterThan(0);
    expect(evidence).toHaveLength(contributions.length);
    evidence.forEach(({ strength }, bin) => {
      expect(strength).toBeCloseTo(Math.max(0, contributions[bin]!) / strongest, 6);
    });
    expect(evidence[0]?.startSeconds).toBe(0);
    expect(evidence.at(-1)?.endSeconds).toBeCloseTo(10, 6);
    evidence.slice(1).forEach(({ startSeconds }, bin) => {
      expect(startSeconds).toBeCloseTo(evidence[bin]!.endSeconds, 6);
    });
  });

  it('is none for an output that the network has not', async () => {
    await expect(evidenceOverTime(ecg, models, { output: 100_000, classifierOf })).rejects.toThrow('no output 100000');
  });
});
