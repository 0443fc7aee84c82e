/** Runs work while nobody else, in this process or another, runs work under any of the same keys. Adapter: `edges/store`. */
export type Exclusively = <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>;

/** What a write may create on a server, by the identity under which it is looked for first. */
export interface WriteIdentity {
  /** Base URL. */
  readonly server: string;
  readonly ecgIdentity: string;
  /** Of the model's Device, which all its reports share; absent where none is written. */
  readonly modelKey?: string | undefined;
}

/** Runs one write at a time about the same tracing. */
export type WriteGuard = <T>(identity: WriteIdentity, write: () => Promise<T>) => Promise<T>;

/**
 * A conditional create looks first and creates then; servers do not keep two callers from looking at once. So writes
 * about the same tracing follow each other, and so do the first ones of a model, until its Device is there.
 */
export function createWriteGuard(exclusively: Exclusively): WriteGuard {
  const known = new Set<string>();
  return async ({ server, ecgIdentity, modelKey }, write) => {
    const tracing = `${server} ECG ${ecgIdentity}`;
    if (modelKey === undefined) return await exclusively([tracing], write);
    const device = `${server} Device ${modelKey}`;
    const result = await exclusively(known.has(device) ? [tracing] : [device, tracing], write);
    known.add(device);
    return result;
  };
}
