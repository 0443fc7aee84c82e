import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadManifest } from '../edges/model-files/model-store.ts';
import { createOnnxModel } from '../edges/onnx/onnx-model.ts';
import { EcgError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Model, ModelOutput } from '../model/model.ts';
import type { Io } from './console-io.ts';
import { MODELS_DIRECTORY } from './open-models.ts';

/** Opens a stored model to run it. */
export type OpenModel = (manifest: Manifest, modelDir: string) => Promise<Model>;

/**
 * First logits of the released 12-lead weights for 60 000 values from −1 to 1 as [1, 12, 5000], published by a third
 * party (github.com/srgnunlu/corio-ecg).
 */
const PUBLISHED_LOGITS = [8.3751173, -4.1527028, -6.785675, -2.86479, 4.4135675];
const PUBLISHED_TOLERANCE = 1e-3;
const MAX_WINDOWS = 1000;
const BYTES_PER_VALUE = 4;

/** One session on the CPU, the reference among the execution providers. */
export async function openOnCpu(manifest: Manifest, modelDir: string): Promise<Model> {
  const quiet = () => {};
  const log = { info: quiet, warn: quiet, error: quiet };
  return await createOnnxModel(manifest, modelDir, { executionProvider: 'cpu', workers: 1, log });
}

/** `cardhook model run NAME --input RAW.f32 --shape B,C,L`: prints `{logits: [[…]], features: [[…]]}`. */
export async function runModelRun(args: readonly string[], io: Io, openModel: OpenModel): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      models: { type: 'string', default: MODELS_DIRECTORY },
      input: { type: 'string' },
      shape: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0 || values.input === undefined || values.shape === undefined) {
    io.stderr('cardhook model run: give one NAME, --input RAW.f32 and --shape B,C,L; see cardhook model --help');
    return 2;
  }
  const manifest = await loadManifest(values.models, name);
  const windowCount = parseWindowCount(values.shape, manifest);
  const input = await readFloats(values.input, windowCount * windowSize(manifest));
  const outputs = await runWindows(await openModel(manifest, join(values.models, name)), input);
  io.stdout(
    JSON.stringify({
      logits: outputs.map(({ logits }) => [...logits]),
      features: outputs.map((output) => deepFeatures(output, manifest)),
    }),
  );
  return 0;
}

/** `cardhook model verify NAME`: exit code 1 when the official model does not give the published logits. */
export async function runModelVerify(args: readonly string[], io: Io, openModel: OpenModel): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { models: { type: 'string', default: MODELS_DIRECTORY } },
  });
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) {
    io.stderr('cardhook model verify: give one NAME; see cardhook model --help');
    return 2;
  }
  const manifest = await loadManifest(values.models, name);
  io.stdout(`${name}: the weights are those of the manifest (SHA-256 ${manifest.onnx.sha256})`);
  if (manifest.trust !== 'official') {
    io.stdout(`${name}: trust is '${manifest.trust}'; there are no published logits to compare with`);
    return 0;
  }
  const size = windowSize(manifest);
  const ramp = Float32Array.from({ length: size }, (_, index) => (2 * index) / (size - 1) - 1);
  const [output] = await runWindows(await openModel(manifest, join(values.models, name)), ramp);
  const logits = [...(output?.logits ?? [])].slice(0, PUBLISHED_LOGITS.length);
  const difference = Math.max(
    ...PUBLISHED_LOGITS.map((published, i) => Math.abs(published - (logits[i] ?? Number.NaN))),
  );
  const agrees = difference <= PUBLISHED_TOLERANCE;
  io.stdout(`${name}: logits of a ramp ${logits.map((logit) => logit.toFixed(7)).join(', ')}`);
  io.stdout(
    `${name}: ${agrees ? 'they agree with' : 'they DIFFER from'} those a third party published for the released weights ` +
      `by at most ${difference.toExponential(1)} (tolerance ${PUBLISHED_TOLERANCE})`,
  );
  return agrees ? 0 : 1;
}

function windowSize({ input }: Manifest): number {
  return input.leads.length * input.length;
}

function parseWindowCount(shape: string, { input }: Manifest): number {
  const [, batch, leads, length] = /^(\d{1,9}),(\d{1,9}),(\d{1,9})$/.exec(shape) ?? [];
  const windowCount = Number(batch);
  if (Number(leads) !== input.leads.length || Number(length) !== input.length || !(windowCount >= 1)) {
    throw new EcgError('CONFIG_INVALID', `the model takes --shape B,${input.leads.length},${input.length}`);
  }
  if (windowCount > MAX_WINDOWS) throw new EcgError('CONFIG_INVALID', `give at most ${MAX_WINDOWS} windows at once`);
  return windowCount;
}

async function readFloats(file: string, count: number): Promise<Float32Array> {
  const { size } = await stat(file);
  if (size !== count * BYTES_PER_VALUE) {
    throw new EcgError('CONFIG_INVALID', `--input has ${size} bytes where --shape needs ${count * BYTES_PER_VALUE}`);
  }
  return new Float32Array(Uint8Array.from(await readFile(file)).buffer);
}

/** Runs windows one after another and closes the model. */
async function runWindows(model: Model, input: Float32Array): Promise<readonly ModelOutput[]> {
  const size = windowSize(model.manifest);
  const outputs: ModelOutput[] = [];
  try {
    for (let start = 0; start < input.length; start += size) {
      outputs.push(await model.run(input.slice(start, start + size)));
    }
  } finally {
    await model.close();
  }
  return outputs;
}

/** Means over time of the feature map. */
function deepFeatures({ featureMap }: ModelOutput, { architecture }: Manifest): readonly number[] {
  const channels = architecture.filter_list.at(-1) ?? architecture.base_filters;
  const timeBins = featureMap.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    const row = featureMap.subarray(channel * timeBins, (channel + 1) * timeBins);
    return row.reduce((sum, value) => sum + value, 0) / timeBins;
  });
}
