import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODELS_DIRECTORY } from '../../src/cli/open-models.ts';
import { loadManifest } from '../../src/edges/model-files/model-store.ts';
import { createOnnxModel } from '../../src/edges/onnx/onnx-model.ts';
import { classActivation } from '../../src/model/class-activation.ts';
import { readClassifier } from '../../src/model/onnx/read-classifier.ts';
import { networkWindows } from '../../src/signal/network-windows.ts';
import { simulateEcg } from '../../src/simulator/simulate-ecg.ts';
import { recordingLog } from '../edges/onnx/recording-log.ts';

describe('the class activation of an output', () => {
  it.each(['stand-in', 'stand-in-1-lead'])('adds up to the logit of %s, for every output', async (name) => {
    const manifest = await loadManifest(MODELS_DIRECTORY, name);
    const folder = join(MODELS_DIRECTORY, name);
    const classifier = readClassifier(readFileSync(join(folder, manifest.onnx.file)));
    const model = await createOnnxModel(manifest, folder, {
      executionProvider: 'cpu',
      workers: 1,
      log: recordingLog().log,
    });
    const ecg = simulateEcg({
      finding: 'atrial fibrillation',
      seed: 5,
      format: 'dicom',
      recordedAt: '2026-11-22T09:15:30Z',
      patient: { ids: [] },
    });
    const [window] = networkWindows(ecg, manifest.input).windows;
    const { logits, featureMap } = await model.run(window!.input);
    await model.close();
    const faults = Array.from(logits, (logit, output) => {
      const { contributions, bias } = classActivation(featureMap, classifier, output);
      return Math.abs(contributions.reduce((sum, value) => sum + value, bias) - logit);
    });
    expect(faults).toHaveLength(manifest.architecture.n_classes);
    expect(Math.max(...faults)).toBeLessThan(1e-5);
  });

  it('is of each bin alone', () => {
    const classifier = { weights: Float32Array.of(1, 2, -1, 0), biases: Float32Array.of(0.5, 0) };
    // Two channels, three bins.
    const map = Float32Array.of(3, 0, 6, 0, 3, 3);
    expect(classActivation(map, classifier, 0)).toEqual({ contributions: Float64Array.of(1, 2, 4), bias: 0.5 });
    expect([...classActivation(map, classifier, 1).contributions]).toEqual([-1, 0, -2]);
  });

  it('is none of another network, or of an output that is not there', () => {
    const classifier = { weights: Float32Array.of(1, 2), biases: Float32Array.of(0) };
    expect(() => classActivation(new Float32Array(3), classifier, 0)).toThrow('no feature map of 2 channels');
    expect(() => classActivation(new Float32Array(0), classifier, 0)).toThrow('no feature map of 2 channels');
    expect(() => classActivation(new Float32Array(4), classifier, 1)).toThrow('no output 1');
  });

  it.each([
    ['no bytes', new Uint8Array()],
    ['bytes that are no ONNX file', Uint8Array.of(0xff, 0xff, 0xff)],
  ])('cannot be had from %s', (_what, bytes) => {
    expect(() => readClassifier(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_UNAVAILABLE' }));
  });
});
