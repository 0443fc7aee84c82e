import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Ecg, EcgFormatName } from '../ecg/ecg.ts';
import { toAecg } from '../formats/aecg/write-aecg.ts';
import { toDicom } from '../formats/dicom/write-dicom.ts';
import { toObservation } from '../formats/fhir/write-observation.ts';
import type { NoiseLevel } from '../simulator/draw-parameters.ts';
import { FINDINGS } from '../simulator/findings.ts';
import { simulateEcg } from '../simulator/simulate-ecg.ts';
import type { Io } from './console-io.ts';
import { simulateDataset } from './simulate-dataset.ts';

export const USAGE = `usage: cardhook simulate --finding NAME --out FILE.dcm|.xml|.json [--seed N] [--seconds N] [--noise low|typical|high]
       cardhook simulate --list
       cardhook simulate --dataset DIR --count N [--seed N] [--workers N]`;

interface Output {
  readonly format: EcgFormatName;
  readonly write: (ecg: Ecg) => Uint8Array | string;
}

const PATIENT = 'Patient/simulated';
const OUTPUTS: Readonly<Record<string, Output>> = {
  '.dcm': { format: 'dicom', write: toDicom },
  '.xml': { format: 'aecg', write: toAecg },
  '.json': { format: 'fhir', write: (ecg) => `${JSON.stringify(toObservation(ecg, PATIENT), null, 2)}\n` },
};

const NOISE_LEVELS: readonly NoiseLevel[] = ['none', 'low', 'typical', 'high'];

/** Simulated recordings begin at this moment, so that the same call writes the same file. */
const RECORDED_AT = '2026-01-01T00:00:00Z';
const MAX_SECONDS = 3600;
const MAX_RECORDS = 10_000_000;

const OPTIONS = {
  finding: { type: 'string' },
  out: { type: 'string' },
  seed: { type: 'string' },
  seconds: { type: 'string' },
  noise: { type: 'string' },
  list: { type: 'boolean' },
  dataset: { type: 'string' },
  count: { type: 'string' },
  workers: { type: 'string' },
} as const;

type Values = { readonly [option in Exclude<keyof typeof OPTIONS, 'list'>]?: string };

/** `cardhook simulate`: one synthetic ECG as a file, the list of findings, or a data set for training. */
export async function runSimulate(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { list, ...rest } = values;
  if (list) {
    for (const { name } of FINDINGS) io.stdout(name);
    return 0;
  }
  const done = rest.dataset === undefined ? await writeEcg(rest) : await writeDataset(rest.dataset, rest, io);
  if (!done) io.stderr(USAGE);
  return done ? 0 : 2;
}

async function writeEcg({ finding, out, seed, seconds, noise = 'low' }: Values): Promise<boolean> {
  const output = OUTPUTS[extname(out ?? '').toLowerCase()];
  const level = NOISE_LEVELS.find((name) => name === noise);
  const seedNumber = whole(seed, 1, 2 ** 32 - 1);
  const durationSeconds = whole(seconds, 10, MAX_SECONDS);
  if (finding === undefined || out === undefined || output === undefined) return false;
  if (level === undefined || seedNumber === undefined || !durationSeconds) return false;
  const ecg = simulateEcg({
    finding,
    seed: seedNumber,
    noise: level,
    durationSeconds,
    format: output.format,
    patient: { ids: [PATIENT] },
    recordedAt: RECORDED_AT,
  });
  await writeFile(out, output.write(ecg), { flag: 'wx' });
  return true;
}

async function writeDataset(folder: string, { count, seed, workers }: Values, io: Io): Promise<boolean> {
  const records = count === undefined ? undefined : whole(count, 0, MAX_RECORDS);
  const seedNumber = whole(seed, 1, 2 ** 32 - 1);
  const threads = whole(workers, availableParallelism(), 64);
  if (!records || seedNumber === undefined || !threads) return false;
  await simulateDataset({ folder, count: records, seed: seedNumber, workers: threads }, io);
  return true;
}

/** A whole number from 0 to `most`; undefined where the text is none. */
function whole(text: string | undefined, otherwise: number, most: number): number | undefined {
  if (text === undefined) return otherwise;
  const value = Number(text);
  return /^\d+$/.test(text) && value <= most ? value : undefined;
}
