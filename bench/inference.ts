/**
 * Inference of the full-size network (30.8 M parameters, random weights): CPU time per ECG against the same network as
 * `torch.onnx.export` writes it and against eager PyTorch, then what `inference-load.ts` measures.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { STANDARD_LEADS } from '../src/ecg/lead.ts';
import { goldenInputs } from '../src/edges/onnx/golden-check.ts';
import { fullSizeModel } from './full-size-model.ts';
import { naiveNet1dOnnx } from './naive-net1d-onnx.ts';
import { median, print, printRow } from './table.ts';

const ROUNDS = 12;
const RUNS_PER_ROUND = 5;

/** Runs the network `runs` times and gives the CPU milliseconds of each. */
type Contestant = (runs: number) => Promise<readonly number[]>;

export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cardhook-bench-'));
  try {
    print(`inference on ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, `);
    print(`ONNX Runtime ${env.versions.node}\n`);
    await writeNetworks(folder);
    await compareCpuTime(folder);
    await measureLoad(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeNetworks(folder: string): Promise<void> {
  const { network, manifest, onnx } = fullSizeModel('ours');
  await writeFile(join(folder, manifest.onnx.file), onnx);
  await writeFile(join(folder, 'naive.onnx'), naiveNet1dOnnx(network));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** All contestants take turns, so that each sees the same machine. */
async function compareCpuTime(folder: string): Promise<void> {
  const torch = await startTorch();
  const contestants: [string, Contestant][] = [
    ['ours', await openSession(join(folder, 'ours.onnx'))],
    ['1-D graph of torch.onnx.export', await openSession(join(folder, 'naive.onnx'))],
    ...(torch ? [[`PyTorch ${torch.version}, eager`, torch.contestant] satisfies [string, Contestant]] : []),
  ];
  const times = contestants.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, [, contestant]] of contestants.entries())
      times[index]?.push(...(await contestant(RUNS_PER_ROUND)));
  }
  torch?.close();
  print(`one ECG on one thread, CPU ms, median of ${ROUNDS * RUNS_PER_ROUND}\n`);
  const ours = median(times[0] ?? []);
  for (const [index, [name]] of contestants.entries()) {
    const own = median(times[index] ?? []);
    printRow(name, own.toFixed(1), index === 0 ? '' : `${(own / ours).toFixed(2)} x ours`);
  }
  if (torch === undefined) printRow('PyTorch, eager', 'not measured: python3 with torch is not here');
}

async function openSession(path: string): Promise<Contestant> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const input = new Tensor('float32', goldenInputs(12 * 5000)[1], [1, STANDARD_LEADS.length, 5000]);
  const contestant: Contestant = async (runs) => {
    const times: number[] = [];
    for (let index = 0; index < runs; index += 1) {
      const start = process.cpuUsage();
      await session.run({ input });
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    return times;
  };
  await contestant(RUNS_PER_ROUND);
  return contestant;
}

/** Undefined where python3 or torch is absent. */
async function startTorch(): Promise<{ version: string; contestant: Contestant; close: () => void } | undefined> {
  const script = fileURLToPath(new URL('./inference_torch.py', import.meta.url));
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const readLine = async (): Promise<string> => String((await lines.next()).value ?? '');
  // Without python3 neither the child nor its input exists; what counts is that no line comes back.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const [ready, version] = (await readLine()).split(' ');
  if (ready !== 'ready' || version === undefined) return undefined;
  const contestant: Contestant = async (runs) => {
    child.stdin.write(`${runs}\n`);
    return (await readLine()).split(',').map(Number);
  };
  await contestant(RUNS_PER_ROUND);
  return { version, contestant, close: () => child.stdin.end() };
}

/** In a process of its own: the memory and garbage of building and comparing would count as the workers'. */
async function measureLoad(folder: string): Promise<void> {
  const script = fileURLToPath(new URL('./inference-load.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`inference-load.ts ended with ${code}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
