import { EcgError } from '../../errors.ts';

/**
 * The result if it comes before `deadlineMs` (by `performance.now()`), else undefined; also where it failed after that,
 * or because too much was to be done. The work goes on, and its later failure is the caller's to log.
 */
export async function withinBudget<T>(work: Promise<T>, deadlineMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, deadlineMs - performance.now()));
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (isOverload(error) || performance.now() >= deadlineMs) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function isOverload(error: unknown): boolean {
  return error instanceof EcgError && error.code === 'OVERLOADED';
}
