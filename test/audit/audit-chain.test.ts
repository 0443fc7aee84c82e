import fc from 'fast-check';
import { followChain, linkRecords } from '../../src/audit/audit-chain.ts';

const chain = linkRecords(['{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}'], undefined);

describe('the audit chain', () => {
  it('is unbroken as it was written, also in several batches', async () => {
    const first = linkRecords(['1', '2'], undefined);
    const all = [...first, ...linkRecords(['3'], first.at(-1))];
    expect(await followChain(all)).toEqual({ head: all[2] });
    expect(all).toEqual(linkRecords(['1', '2', '3'], undefined));
  });

  it('shows every entry that was changed, taken out, doubled or swapped, at its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.constantFrom('change', 'remove', 'double', 'swap'), async (at, deed) => {
        const forged = chain.map((entry) => ({ ...entry }));
        const [entry, next] = [forged[at], forged[at + 1]];
        if (!entry || !next) throw new Error('out of the chain');
        if (deed === 'change') forged[at] = { ...entry, record: '{"a":9}' };
        if (deed === 'remove') forged.splice(at, 1);
        if (deed === 'double') forged.splice(at, 0, entry);
        if (deed === 'swap') [forged[at], forged[at + 1]] = [next, entry];
        const { brokenAt } = await followChain(forged);
        expect(brokenAt).toBe(deed === 'double' ? at + 2 : at + 1);
      }),
    );
  });

  it('has no head where it is empty', async () => {
    expect(await followChain([])).toEqual({});
  });
});
