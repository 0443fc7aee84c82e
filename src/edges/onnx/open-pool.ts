import { EcgError } from '../../errors.ts';
import type { ModelOutput } from '../../model/model.ts';
import { disagreement } from './golden-check.ts';
import type { ExecutionProvider, OnnxLog } from './worker-messages.ts';
import type { WorkerPool } from './worker-pool.ts';

export type ProviderWish = 'auto' | ExecutionProvider;

/** A provider that was tried and is not in use. */
export interface Fallback {
  readonly provider: ExecutionProvider;
  readonly reason: string;
}

export interface OpenedPool {
  readonly pool: WorkerPool;
  readonly executionProvider: ExecutionProvider;
  readonly fallbacks: readonly Fallback[];
}

export interface OpenPoolParts {
  readonly start: (provider: ExecutionProvider) => Promise<WorkerPool>;
  /** One worker on the CPU, to compare with. */
  readonly startReference: () => Promise<WorkerPool>;
  readonly goldenInputs: readonly Float32Array[];
  readonly log: OnnxLog;
}

const GPU_PROVIDERS = { auto: ['cuda', 'webgpu'], cuda: ['cuda'], webgpu: ['webgpu'], cpu: [] } as const;

/**
 * Starts a pool on the first wished provider that loads and agrees with the CPU on the golden inputs, else on the
 * CPU. What was passed over is returned with its reason, and logged: as an error where it was asked for by name or
 * gives other numbers than the CPU, for information where `auto` finds no GPU.
 * @throws EcgError MODEL_UNAVAILABLE when the CPU cannot run the model either.
 */
export async function openPool(wish: ProviderWish, parts: OpenPoolParts): Promise<OpenedPool> {
  const fallbacks: Fallback[] = [];
  for (const provider of GPU_PROVIDERS[wish]) {
    const attempt = await startAndCompare(provider, parts);
    if ('pool' in attempt) return { pool: attempt.pool, executionProvider: provider, fallbacks };
    const { reason, isWrong } = attempt;
    fallbacks.push({ provider, reason });
    parts.log[wish === provider || isWrong ? 'error' : 'info']({ provider, reason }, 'execution provider not used');
  }
  return { pool: await parts.start('cpu'), executionProvider: 'cpu', fallbacks };
}

type Attempt = { readonly pool: WorkerPool } | { readonly reason: string; readonly isWrong: boolean };

async function startAndCompare(provider: ExecutionProvider, parts: OpenPoolParts): Promise<Attempt> {
  let pool: WorkerPool;
  try {
    pool = await parts.start(provider);
  } catch (error) {
    return { reason: reasonOf(error), isWrong: false };
  }
  try {
    const [answers, references] = [await answersOf(pool, parts.goldenInputs), await cpuAnswers(parts)];
    const reason = answers.map((answer, index) => disagreement(answer, references[index])).find((why) => why);
    if (reason === undefined) return { pool };
    await pool.close();
    return { reason, isWrong: true };
  } catch (error) {
    await pool.close();
    return { reason: reasonOf(error), isWrong: true };
  }
}

async function cpuAnswers(parts: OpenPoolParts): Promise<ModelOutput[]> {
  const pool = await parts.startReference();
  try {
    return await answersOf(pool, parts.goldenInputs);
  } finally {
    await pool.close();
  }
}

function answersOf(pool: WorkerPool, inputs: readonly Float32Array[]): Promise<ModelOutput[]> {
  return Promise.all(inputs.map((input) => pool.run(input)));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof EcgError)) throw error;
  return error.message;
}
