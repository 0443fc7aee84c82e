/** What the test and its scripted workers share. */
export interface Script {
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Values per window. */
  readonly length: number;
}

export const SCRIPT = {
  /** Slots of `state`: workers wait before a batch while the gate is 0, and refuse to start when no start is left. */
  gate: 0,
  startsLeft: 1,
  /** First samples that kill the worker. */
  exit: -1,
  throw: -2,
} as const;

/** An open gate and plenty of starts. */
export function createScript(length: number): Script {
  const state = new Int32Array(new SharedArrayBuffer(8));
  state[SCRIPT.gate] = 1;
  state[SCRIPT.startsLeft] = 1000;
  return { state, length };
}

export function shutGate({ state }: Script): void {
  Atomics.store(state, SCRIPT.gate, 0);
}

export function openGate({ state }: Script): void {
  Atomics.store(state, SCRIPT.gate, 1);
  Atomics.notify(state, SCRIPT.gate);
}
