import { createRememberedTokens } from '../../../src/edges/client-auth/remembered-tokens.ts';
import { EcgError } from '../../../src/errors.ts';

const soon = () => new Date(Date.now() + 60_000);

describe('used tokens while the database does not answer', () => {
  it.each([
    ['hangs', () => new Promise<boolean>(() => undefined)],
    ['is gone', () => Promise.reject(new EcgError('STORE_UNAVAILABLE', 'away'))],
  ])('are known to this process where it %s, which is logged once', async (_case, claim) => {
    const warnings: unknown[] = [];
    const tokens = createRememberedTokens({ claim }, { warn: (text: unknown) => void warnings.push(text) });
    expect(await tokens.claim('a', soon())).toBe(true);
    expect(await tokens.claim('a', soon())).toBe(false);
    expect(await tokens.claim('b', soon())).toBe(true);
    expect(warnings).toHaveLength(1);
  });

  it('are taken once of many that arrive together', async () => {
    const tokens = createRememberedTokens({ claim: async () => true }, { warn: () => undefined });
    const answers = await Promise.all(Array.from({ length: 20 }, () => tokens.claim('a', soon())));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('are forgotten once they have run out, which the check of exp then tells', async () => {
    const tokens = createRememberedTokens({ claim: async () => true }, { warn: () => undefined });
    await tokens.claim('old', new Date(Date.now() - 1));
    await tokens.claim('new', soon());
    expect(await tokens.claim('old', new Date(Date.now() - 1))).toBe(true);
  });

  it('are what the database says while it answers, at once or not', async () => {
    const claim = (key: string) => new Promise<boolean>((resolve) => setTimeout(() => resolve(key === 'fresh'), 20));
    const warnings: unknown[] = [];
    const tokens = createRememberedTokens({ claim }, { warn: (text: unknown) => void warnings.push(text) });
    expect([await tokens.claim('fresh', soon()), await tokens.claim('used elsewhere', soon())]).toEqual([true, false]);
    expect(warnings).toEqual([]);
  });

  it('fail for what is no outage', async () => {
    const claim = () => Promise.reject(new EcgError('INTERNAL', 'a fault'));
    await expect(createRememberedTokens({ claim }, { warn: () => undefined }).claim('a', soon())).rejects.toThrow(
      'a fault',
    );
  });
});
