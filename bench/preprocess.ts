/** CPU time of preprocessing one 12-lead ECG of 10 s: ours, and SciPy's for the same work where python3 has it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { preprocess } from '../src/signal/preprocess.ts';
import { simulateEcg } from '../src/simulator/simulate-ecg.ts';

const RECIPE = { recipe: 'ecgfounder', notch: 50 } as const;
const ECG = {
  finding: 'sinus rhythm',
  ratePerMinute: 72,
  seed: 1,
  format: 'fhir',
  patient: { ids: [] },
  recordedAt: '2026-01-01T00:00:00Z',
} as const;
const ROUNDS = 15;
const ECGS_PER_ROUND = 20;

/** The same work in another program, which is asked in turns with ours so that both see the same machine. */
interface Rival {
  readonly output: Float64Array;
  /** CPU milliseconds per ECG, over one round. */
  round(): Promise<number>;
  close(): void;
}

export async function run(): Promise<void> {
  const leads = simulateEcg(ECG).leads.map(({ samples }) => samples);
  const rival = await startScipy(leads);
  const ours: number[] = [];
  const scipy: number[] = [];
  measureOurs(leads);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(measureOurs(leads));
    if (rival) scipy.push(await rival.round());
  }
  rival?.close();
  print(`preprocessing one ${leads.length}-lead ECG of 10 s, CPU ms, median of ${ROUNDS} rounds of ${ECGS_PER_ROUND}`);
  print(`  ours   ${median(ours).toFixed(2)}`);
  if (rival === undefined) {
    print('  SciPy  not measured: python3 with numpy and scipy is not here');
    return;
  }
  const output = preprocess(leads, RECIPE);
  const difference = output.reduce((most, value, i) => Math.max(most, Math.abs(value - rival.output[i]!)), 0);
  print(`  SciPy  ${median(scipy).toFixed(2)}`);
  print(
    `  ratio  ${(median(scipy) / median(ours)).toFixed(2)} (SciPy / ours); results differ by ${difference.toExponential(1)} at most`,
  );
}

function measureOurs(leads: readonly Float64Array[]): number {
  const start = process.cpuUsage();
  for (let ecg = 0; ecg < ECGS_PER_ROUND; ecg++) preprocess(leads, RECIPE);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / ECGS_PER_ROUND;
}

/** Undefined when python3, numpy or scipy is absent. */
async function startScipy(leads: readonly Float64Array[]): Promise<Rival | undefined> {
  const script = fileURLToPath(new URL('./preprocess_scipy.py', import.meta.url));
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const readLine = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  // Without python3 neither the child nor its input exists; what counts is that no line comes back.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const signal = Buffer.concat(
    leads.map((lead) => new Uint8Array(lead.buffer, lead.byteOffset, lead.byteLength)),
  ).toString('base64');
  child.stdin.write(`${JSON.stringify({ leads: leads.length, signal })}\n`);
  const output = await readLine();
  if (output === undefined) return undefined;
  return {
    output: new Float64Array(new Uint8Array(Buffer.from(output, 'base64')).buffer),
    round: async () => {
      child.stdin.write(`${ECGS_PER_ROUND}\n`);
      return Number(await readLine());
    },
    close: () => child.stdin.end(),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
