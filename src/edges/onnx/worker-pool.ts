import type { Worker } from 'node:worker_threads';
import { EcgError } from '../../errors.ts';
import type { ModelOutput } from '../../model/model.ts';
import type { Batch, OnnxLog, WorkerMessage } from './worker-messages.ts';

export interface WorkerPoolOptions {
  /** Starts a thread that speaks the messages of `worker-messages.ts`. */
  readonly createWorker: () => Worker;
  readonly workers: number;
  /** Requests given to a worker at once. */
  readonly maxBatch: number;
  /** How long the oldest request waits for others to share its batch. */
  readonly maxBatchDelayMs: number;
  /** Requests that wait for a worker; one more is refused. */
  readonly maxQueue: number;
  readonly log: OnnxLog;
  /** Called once all workers are gone for good. */
  readonly onStop?: () => void;
}

export interface PoolStatus {
  /** Workers that are loaded and alive. */
  readonly workers: number;
  readonly queued: number;
  /** Workers that died and were replaced, since the start. */
  readonly restarts: number;
}

interface Request {
  readonly input: Float32Array;
  readonly acceptedAtMs: number;
  /** Workers that died with this request in hand. */
  interruptions: number;
  readonly resolve: (output: ModelOutput) => void;
  readonly reject: (error: EcgError) => void;
}

interface Slot {
  worker?: Worker | undefined;
  ready: boolean;
  batch: readonly Request[];
  restart?: NodeJS.Timeout;
}

/** A request is repeated this often; one that is still in hand when the next worker dies is to blame. */
const MAX_REPEATS = 2;
/** Deaths without one answer in between after which requests are refused until a worker is ready again. */
const MAX_FAILURES = 5;
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 30_000;

/**
 * Worker threads over one queue: idle workers pull, in order of arrival. A worker that dies is replaced and its
 * requests go back to the head of the queue, so that none is lost.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: readonly Slot[];
  readonly #queue: Request[] = [];
  readonly #started = Promise.withResolvers<void>();
  readonly #drained = Promise.withResolvers<void>();
  #isStarted = false;
  #accepting = true;
  #stopped = false;
  #closed: Promise<void> | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #pending = 0;
  #restarts = 0;
  #failures = 0;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.workers }, () => ({ ready: false, batch: [] }));
  }

  /**
   * Resolves once every worker is ready.
   * @throws EcgError MODEL_UNAVAILABLE when one of them dies before.
   */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      for (const slot of pool.#slots) pool.#spawn(slot);
      await pool.#started.promise;
    } catch (error) {
      await pool.#stop();
      throw error;
    }
    pool.#isStarted = true;
    return pool;
  }

  /**
   * @param input one window; left untouched, and to be left untouched until the answer.
   * @throws EcgError MODEL_UNAVAILABLE when closed, busy, out of workers, or when the input keeps killing them.
   */
  async run(input: Float32Array): Promise<ModelOutput> {
    if (!this.#accepting) throw unavailable('the model is closed');
    if (this.#isDown()) throw unavailable('the model keeps failing; the log says why');
    if (this.#queue.length >= this.#options.maxQueue) throw unavailable('busy: too many ECGs are waiting; try again');
    const { promise, resolve, reject } = Promise.withResolvers<ModelOutput>();
    this.#pending += 1;
    this.#queue.push({ input, acceptedAtMs: performance.now(), interruptions: 0, resolve, reject });
    this.#dispatch();
    return promise;
  }

  status(): PoolStatus {
    return {
      workers: this.#slots.filter(({ ready }) => ready).length,
      queued: this.#queue.length,
      restarts: this.#restarts,
    };
  }

  /** Accepts no more, answers what was accepted, ends the workers. Calling it again waits for the same end. */
  close(): Promise<void> {
    this.#accepting = false;
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  async #drain(): Promise<void> {
    this.#dispatch();
    if (this.#pending > 0) await this.#drained.promise;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#gathering);
    for (const { restart } of this.#slots) clearTimeout(restart);
    await Promise.all(this.#slots.map(({ worker }) => worker?.terminate()));
    this.#options.onStop?.();
  }

  #spawn(slot: Slot): void {
    const worker = this.#options.createWorker();
    let reason: string | undefined;
    worker.on('message', (message: WorkerMessage) => this.#receive(slot, message));
    worker.on('error', (error) => {
      reason = (error instanceof Error ? error.message : String(error)).trim();
    });
    worker.once('exit', (code) => this.#bury(slot, reason ?? `exit code ${code}`));
    slot.worker = worker;
  }

  #receive(slot: Slot, message: WorkerMessage): void {
    if (message.kind === 'ready') {
      slot.ready = true;
      if (this.#slots.every(({ ready }) => ready)) this.#started.resolve();
    } else {
      const answered = slot.batch;
      slot.batch = [];
      this.#failures = 0;
      for (const [index, output] of message.outputs.entries()) answered[index]?.resolve(output);
      this.#settled(answered.length);
    }
    this.#dispatch();
  }

  /** The worker of `slot` is dead. */
  #bury(slot: Slot, reason: string): void {
    const interrupted = slot.batch;
    slot.worker = undefined;
    slot.ready = false;
    slot.batch = [];
    if (this.#stopped) return;
    if (!this.#isStarted) {
      this.#started.reject(unavailable(`the model cannot be loaded: ${reason}`));
      return;
    }
    this.#failures += 1;
    const delayMs = Math.min(LAST_RESTART_MS, FIRST_RESTART_MS * 2 ** (this.#failures - 1));
    this.#options.log.warn({ reason, interrupted: interrupted.length, delayMs }, 'model worker died, restarting it');
    slot.restart = setTimeout(() => {
      this.#restarts += 1;
      this.#spawn(slot);
    }, delayMs);
    this.#repeat(interrupted);
    if (this.#isDown()) this.#refuseQueued();
    this.#dispatch();
  }

  #repeat(interrupted: readonly Request[]): void {
    for (const request of interrupted) request.interruptions += 1;
    const guilty = interrupted.filter(({ interruptions }) => interruptions > MAX_REPEATS);
    for (const { reject } of guilty) reject(unavailable(`the model fails on this ECG (${MAX_REPEATS + 1} attempts)`));
    this.#queue.unshift(...interrupted.filter(({ interruptions }) => interruptions <= MAX_REPEATS));
    this.#settled(guilty.length);
  }

  #refuseQueued(): void {
    this.#options.log.error({ failures: this.#failures, refused: this.#queue.length }, 'model workers keep dying');
    const refused = this.#queue.splice(0);
    for (const { reject } of refused) reject(unavailable('the model keeps failing; the log says why'));
    this.#settled(refused.length);
  }

  #isDown(): boolean {
    return this.#failures >= MAX_FAILURES && this.#slots.every(({ ready }) => !ready);
  }

  #settled(count: number): void {
    this.#pending -= count;
    if (this.#pending === 0 && !this.#accepting) this.#drained.resolve();
  }

  #dispatch(): void {
    clearTimeout(this.#gathering);
    for (const slot of this.#slots) {
      const [first] = this.#queue;
      if (first === undefined) return;
      if (slot.worker === undefined || !slot.ready || slot.batch.length > 0) continue;
      const waitMs = this.#gatherMs(first);
      if (waitMs > 0) {
        this.#gathering = setTimeout(() => this.#dispatch(), waitMs);
        return;
      }
      // A repeated request runs alone: if it kills again, it takes no other along.
      slot.batch = this.#queue.splice(0, first.interruptions > 0 ? 1 : this.#options.maxBatch);
      const message = toBatch(slot.batch);
      slot.worker.postMessage(message, [message.input.buffer]);
    }
  }

  #gatherMs(oldest: Request): number {
    const { maxBatch, maxBatchDelayMs } = this.#options;
    if (this.#queue.length >= maxBatch || oldest.interruptions > 0 || !this.#accepting) return 0;
    return Math.ceil(oldest.acceptedAtMs + maxBatchDelayMs - performance.now());
  }
}

/** The one copy on the way in: the worker gets its own buffer, and the request keeps its input for a repetition. */
function toBatch(requests: readonly Request[]): Batch {
  const length = requests[0]?.input.length ?? 0;
  const input = new Float32Array(requests.length * length);
  for (const [index, request] of requests.entries()) input.set(request.input, index * length);
  return { input, count: requests.length };
}

function unavailable(message: string): EcgError {
  return new EcgError('MODEL_UNAVAILABLE', message);
}
