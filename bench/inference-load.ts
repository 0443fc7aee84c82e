/**
 * The event loop, throughput and memory of one worker thread and of two under full load; run by `inference.ts` with the
 * folder of its network.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { goldenInputs } from '../src/edges/onnx/golden-check.ts';
import { createOnnxModel } from '../src/edges/onnx/onnx-model.ts';
import { type Manifest, parseManifest } from '../src/model/manifest.ts';
import type { Model } from '../src/model/model.ts';
import { median, print, printRow } from './table.ts';

const ROUNDS = 7;
const ECGS_PER_WORKER = 40;
/** Requests under way at any time, enough to keep both workers busy. */
const IN_FLIGHT = 6;

interface Load {
  readonly ecgsPerSecond: number;
  /** The longest and the 99th percentile of the turns of the event loop. */
  readonly longestMs: number;
  readonly mostMs: number;
}

const [folder = ''] = process.argv.slice(2);
const manifest = parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
const rssBefore = process.memoryUsage.rss();
const one = await openModel(manifest, 1);
const rssOfOne = process.memoryUsage.rss();
const two = await openModel(manifest, 2);
const rssOfThree = process.memoryUsage.rss();
const [, ecg] = goldenInputs(12 * 5000);
const loads: { readonly one: Load; readonly two: Load }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  loads.push({ one: await measure(one, ECGS_PER_WORKER), two: await measure(two, 2 * ECGS_PER_WORKER) });
}
await Promise.all([one.close(), two.close()]);

const [rateOfOne, rateOfTwo] = [
  median(loads.map((load) => load.one.ecgsPerSecond)),
  median(loads.map((load) => load.two.ecgsPerSecond)),
];
print('worker threads under full load\n');
printRow('one worker', `${rateOfOne.toFixed(1)} ECG/s`);
printRow('two workers', `${rateOfTwo.toFixed(1)} ECG/s`, `${(rateOfTwo / rateOfOne).toFixed(2)} x one`);
printRow('event loop, longest turn', `${Math.max(...loads.map(({ two: load }) => load.longestMs)).toFixed(1)} ms`);
printRow('event loop, 99th percentile', `${median(loads.map(({ two: load }) => load.mostMs)).toFixed(1)} ms`);
printRow('memory of the first worker', `${((rssOfOne - rssBefore) / 1e6).toFixed(0)} MB`);
printRow('memory of each further one', `${((rssOfThree - rssOfOne) / 2e6).toFixed(0)} MB`);

function openModel(of: Manifest, workers: number): Promise<Model> {
  const ignore = () => undefined;
  const log = { info: ignore, warn: ignore, error: ignore };
  return createOnnxModel(of, folder, { executionProvider: 'cpu', workers, log });
}

async function measure(model: Model, count: number): Promise<Load> {
  const eventLoop = monitorEventLoopDelay({ resolution: 1 });
  eventLoop.enable();
  const start = performance.now();
  let left = count;
  const lane = async () => {
    while (left-- > 0) await model.run(ecg);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  const seconds = (performance.now() - start) / 1000;
  eventLoop.disable();
  return {
    ecgsPerSecond: count / seconds,
    longestMs: eventLoop.max / 1e6,
    mostMs: eventLoop.percentile(99) / 1e6,
  };
}
