import type { ModelOutput } from '../../model/model.ts';

export type ExecutionProvider = 'cuda' | 'webgpu' | 'cpu';

/** What a worker is told at its start: one session on one execution provider. */
export interface SessionSettings {
  readonly modelPath: string;
  readonly executionProvider: ExecutionProvider;
  readonly leads: number;
  /** Samples per lead. */
  readonly length: number;
  /** Every batch size up to this one is run once before the worker is ready. */
  readonly maxBatch: number;
}

/** Pool to worker: `count` windows one after another, transferred. */
export interface Batch {
  readonly input: Float32Array<ArrayBuffer>;
  readonly count: number;
}

/** Worker to pool: `ready` once, then `outputs` for each batch, in order. A worker that cannot do its work dies. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'outputs'; readonly outputs: readonly ModelOutput[] };

/** Where pool and model report; a pino logger fits. */
export interface OnnxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
