import { createDeferredWriter } from '../../../src/edges/store/deferred-writer.ts';

/** A store that can be away. */
function store() {
  const written: (number | string)[] = [];
  const failures: unknown[] = [];
  let away = false;
  const writer = createDeferredWriter<number | string>({
    write: async (batch) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (away) throw new Error('away');
      written.push(...batch);
    },
    capacity: 500,
    onFailure: (error) => failures.push(error),
    onLost: (count) => `${count} lost`,
  });
  return {
    ...{ written, failures, writer },
    go: () => {
      away = true;
    },
    comeBack: () => {
      away = false;
    },
  };
}
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a deferred writer', () => {
  it('writes everything once, in order, before it closes', async () => {
    const { writer, written } = store();
    for (const n of numbers(450)) writer.add(n);
    await writer.close();
    expect(written).toEqual(numbers(450));
  });

  it('keeps what could not be written until the store is back, and marks what was too much', async () => {
    const { writer, written, failures, go, comeBack } = store();
    go();
    for (const n of numbers(503)) writer.add(n);
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([written, failures.length]).toEqual([[], 1]);
    comeBack();
    await writer.close();
    expect(written.filter((each) => typeof each === 'number')).toEqual(numbers(500));
    expect(written.filter((each) => typeof each === 'string')).toEqual(['3 lost']);
  });

  it('gives up on closing while the store is away', async () => {
    const { writer, written, go } = store();
    go();
    writer.add(1);
    await writer.close();
    expect(written).toEqual([]);
  });
});
