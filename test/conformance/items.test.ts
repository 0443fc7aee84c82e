import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Items of the checklist that a test of this folder has to name, by its number; 99 is the sandbox of test/edges/demo. */
const REQUIRED = [...range(1, 98), 100];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('the conformance tests', () => {
  it('leave no item of the checklist out', () => {
    const sources = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
    const named = sources.flatMap((source) =>
      [...source.matchAll(/[[(]\s*['"`](\d+):? /g)].map(([, number]) => Number(number)),
    );
    expect(REQUIRED.filter((number) => !named.includes(number))).toEqual([]);
  });
});
