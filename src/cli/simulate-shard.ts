import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../random.ts';
import { preprocess } from '../signal/preprocess.ts';
import { drawParameters } from '../simulator/draw-parameters.ts';
import { simulate } from '../simulator/simulate.ts';

export const RECORDS_PER_SHARD = 1000;
export const LABEL_COUNT = 150;
/** Labels a reader could argue about: neither right nor wrong to predict. */
const MASKED = 255;
const LEADS = 12;
const SAMPLES = 5000;
/** Standard deviations; what lies beyond is an artefact. */
const CLIP = 20;

export interface Shard {
  readonly folder: string;
  readonly number: number;
  readonly seed: number;
  readonly records: number;
}

/** One training example: network input and what holds of it. */
export interface Example {
  readonly input: Float64Array;
  readonly labels: Uint8Array;
}

/** Record `index` of the data set of that seed, preprocessed as the product does it. */
export function simulateExample(seed: number, index: number): Example {
  const own = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
  const parameters = drawParameters(seededRandom(own), { seed: own, variants: true });
  const { leads, labels: found } = simulate(parameters);
  const input = preprocess(leads, { recipe: 'ecgfounder', notch: 50 });
  const labels = new Uint8Array(LABEL_COUNT);
  for (const label of found.present) labels[label] = 1;
  for (const label of found.unknown) labels[label] = MASKED;
  return { input, labels };
}

/** Simulates one shard and writes its two files: inputs as little-endian binary16 and labels as bytes. */
export async function writeShard({ folder, number, seed, records }: Shard): Promise<void> {
  const inputs = new DataView(new ArrayBuffer(records * LEADS * SAMPLES * 2));
  const labels = new Uint8Array(records * LABEL_COUNT);
  for (let record = 0; record < records; record++) {
    const example = simulateExample(seed, number * RECORDS_PER_SHARD + record);
    const start = record * LEADS * SAMPLES;
    for (let i = 0; i < example.input.length; i++) {
      const value = Math.min(CLIP, Math.max(-CLIP, example.input[i]!));
      inputs.setUint16(2 * (start + i), toBinary16(value), true);
    }
    labels.set(example.labels, record * LABEL_COUNT);
  }
  const name = `shard-${String(number).padStart(5, '0')}`;
  await writeFile(join(folder, `${name}.input.f16`), new Uint8Array(inputs.buffer));
  await writeFile(join(folder, `${name}.labels.u8`), labels);
}

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** IEEE 754 binary16 of a number within ±65504, rounded half up in its last bit; numbers below 6e-5 become 0. */
export function toBinary16(value: number): number {
  FLOAT[0] = value;
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = (bits & 0x7fffffff) + 0x1000;
  return magnitude < 0x38800000 ? sign : sign | ((magnitude - 0x38000000) >>> 13);
}
