import { rm } from 'node:fs/promises';
import { createOnnxModel, type OnnxModel, type OnnxModelOptions } from '../../../src/edges/onnx/onnx-model.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { recordingLog } from './recording-log.ts';
import { randomWindow, writeTinyModel } from './tiny-model.ts';

describe('createOnnxModel', () => {
  let manifest: Manifest;
  let modelDir: string;
  let open: OnnxModel[];

  beforeEach(async () => {
    open = [];
    ({ manifest, modelDir } = await writeTinyModel());
  });

  afterEach(async () => {
    await Promise.all(open.map((model) => model.close()));
    await rm(modelDir, { recursive: true });
  });

  async function openModel(options: Partial<OnnxModelOptions> = {}): Promise<OnnxModel> {
    const { log } = recordingLog();
    const model = await createOnnxModel(manifest, modelDir, { executionProvider: 'cpu', workers: 1, log, ...options });
    open.push(model);
    return model;
  }

  it('answers with the logits and the feature map of the network', async () => {
    const model = await openModel();
    const { logits, featureMap } = await model.run(randomWindow(1));
    expect(logits).toHaveLength(5);
    expect(featureMap).toHaveLength(32 * 625);
    expect(model.manifest).toBe(manifest);
    expect(model.executionProvider).toBe('cpu');
    expect(model.fallbacks).toEqual([]);
  });

  it('gives the same answers on one worker and on two, each to its own input', async () => {
    const windows = Array.from({ length: 12 }, (_, seed) => randomWindow(seed));
    const [one, two] = [await openModel(), await openModel({ workers: 2 })];
    const expected: Float32Array[] = [];
    for (const window of windows) expected.push((await one.run(window)).logits);
    const answers = await Promise.all(windows.map((window) => two.run(window)));
    expect(answers.map(({ logits }) => logits)).toEqual(expected);
    expect(new Set(expected.map((logits) => logits[0])).size).toBe(windows.length);
  });

  it('leaves the event loop free while workers compute', async () => {
    const model = await openModel();
    let turns = 0;
    let done = false;
    const turn = () => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    const window = randomWindow(1);
    for (let run = 0; run < 10; run += 1) await model.run(window);
    done = true;
    expect(turns).toBeGreaterThan(100);
  });

  it('refuses an input of another length', async () => {
    const model = await openModel();
    await expect(model.run(new Float32Array(5000))).rejects.toEqual(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/takes 60000 values/) }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses an input that holds %s', async (value) => {
    const model = await openModel();
    const window = randomWindow(1);
    window[59_999] = value;
    await expect(model.run(window)).rejects.toEqual(expect.objectContaining({ code: 'SIGNAL_UNUSABLE' }));
  });

  it('refuses to pass on an output that is not finite', async () => {
    const model = await openModel();
    const window = new Float32Array(60_000).fill(3e38);
    await expect(model.run(window)).rejects.toEqual(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/NaN or infinite/) }),
    );
    expect((await model.run(randomWindow(1))).logits).toHaveLength(5);
  });

  it('refuses requests beyond its queue', async () => {
    const model = await openModel({ maxQueue: 1 });
    const runs = await Promise.allSettled([1, 2, 3].map((seed) => model.run(randomWindow(seed))));
    expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('answers what it accepted before it closes, then refuses', async () => {
    const model = await openModel();
    const runs = [1, 2, 3].map((seed) => model.run(randomWindow(seed)));
    await model.close();
    await expect(Promise.all(runs)).resolves.toHaveLength(3);
    await expect(model.run(randomWindow(1))).rejects.toEqual(expect.objectContaining({ code: 'MODEL_UNAVAILABLE' }));
    expect(model.status().workers).toBe(0);
  });

  it('falls back to the CPU with a reason, logged as an error, where CUDA was asked for and is absent', async () => {
    const { log, lines } = recordingLog();
    const model = await openModel({ executionProvider: 'cuda', log });
    expect(model.executionProvider).toBe('cpu');
    expect(model.fallbacks).toEqual([{ provider: 'cuda', reason: expect.stringMatching(/cuda/i) }]);
    expect(lines).toContainEqual({
      level: 'error',
      message: 'execution provider not used',
      fields: model.fallbacks[0],
    });
    expect((await model.run(randomWindow(1))).logits).toHaveLength(5);
  });

  it('does not open weights that are missing', async () => {
    await rm(`${modelDir}/tiny.onnx`);
    await expect(openModel({ executionProvider: 'auto' })).rejects.toEqual(
      expect.objectContaining({ code: 'MODEL_UNAVAILABLE', message: expect.stringMatching(/cannot be loaded/) }),
    );
  });

  it('does not open weights with another number of outputs than the manifest', async () => {
    manifest = { ...manifest, architecture: { ...manifest.architecture, n_classes: 6 } };
    await expect(openModel()).rejects.toEqual(
      expect.objectContaining({
        code: 'MODEL_UNAVAILABLE',
        message: expect.stringMatching(/5 outputs, the manifest 6/),
      }),
    );
  });
});
