import { withinBudget } from '../../../src/edges/http/within-budget.ts';
import { EcgError } from '../../../src/errors.ts';

const soon = () => performance.now() + 60_000;
const never = new Promise<string>(() => undefined);

describe('work within a budget', () => {
  it('brings its result, or its failure', async () => {
    expect(await withinBudget(Promise.resolve('done'), soon())).toBe('done');
    await expect(withinBudget(Promise.reject(new Error('failed')), soon())).rejects.toThrow('failed');
  });

  it('brings nothing when its time is over, be it unfinished or failed since', async () => {
    expect(await withinBudget(never, performance.now())).toBeUndefined();
    expect(await withinBudget(Promise.reject(new Error('failed')), performance.now())).toBeUndefined();
  });

  it('brings nothing where it was given up because too much was to be done', async () => {
    const givenUp = Promise.reject(new EcgError('OVERLOADED', 'too much'));
    expect(await withinBudget(givenUp, soon())).toBeUndefined();
  });
});
