/**
 * What the cross-check of findings against measurements does to precision and recall: on the labelled WFDB records of a
 * folder (ECG_FILES), with the model of `cardhook evaluate`. Its bounds come from definitions and were not tuned here.
 */
import { fileURLToPath } from 'node:url';
import { collectCases } from '../src/cli/collect-cases.ts';
import { findRecords } from '../src/cli/find-records.ts';
import { openNamedModels } from '../src/cli/open-named-models.ts';
import { ECGFOUNDER_REFERENCE } from '../src/evaluation/reference-table.ts';
import { interpretEcg } from '../src/interpret-ecg.ts';
import { CROSS_CHECK } from '../src/quality/cross-check-rules.ts';
import { wilsonInterval } from '../src/wilson-interval.ts';
import { print } from './table.ts';

const FAMILIES: readonly (readonly [name: string, outputs: readonly number[]])[] = [
  ['rate (4, 6, 33)', [4, 6, 33]],
  ['PR (43, 79)', [43, 79]],
  ['QRS, complete block (11, 20, 65, 103)', [11, 20, 65, 103]],
  ['QRS, other (18, 62, 89, 107, 112)', [18, 62, 89, 107, 112]],
  ['QT (80)', [80]],
  ['axis (8, 36, 37, 70)', [8, 36, 37, 70]],
  ['atrial fibrillation (5)', [5]],
  ['normal (2)', [2]],
];
const CONCURRENCY = 4;

/** What is said of a label of one record, without and with the cross-check. */
interface Said {
  readonly isPositive: boolean;
  readonly without: boolean;
  readonly beside: boolean;
}

export async function run(): Promise<void> {
  const folder = process.env['ECG_FILES'];
  if (folder === undefined) {
    print('\ncross-check: set ECG_FILES to a folder of labelled WFDB records\n');
    return;
  }
  const io = { stdout: () => {}, stderr: () => {} };
  const models = await openNamedModels(undefined, io);
  const contradicted = new Set(CROSS_CHECK.rules.map(({ id }) => id));
  const findingsOf = new Map<ArrayLike<number>, { readonly stated: Set<number>; readonly doubted: Set<number> }>();
  try {
    const { records } = await findRecords(folder);
    const { cases } = await collectCases(records, {
      table: ECGFOUNDER_REFERENCE,
      score: async (ecg) => {
        const { interpretation, scores } = await interpretEcg(ecg, models, { ageYears: 50 });
        const { findings, suppressed } = interpretation;
        const isContradicted = (cautions: readonly string[] = []) =>
          cautions.some((caution) => /^(measured|stated|RR)/.test(caution));
        findingsOf.set(scores, {
          stated: new Set(findings.map(({ index }) => index)),
          doubted: new Set([
            ...findings.filter(({ cautions }) => isContradicted(cautions)).map(({ index }) => index),
            ...suppressed.filter(({ rule }) => contradicted.has(rule)).map(({ index }) => index),
          ]),
        });
        return scores;
      },
      concurrency: CONCURRENCY,
      onProgress: () => {},
    });
    print(`\n${cases.length} labelled records, ${models.twelveLead?.manifest.name}; 95 % intervals\n`);
    for (const [name, outputs] of FAMILIES) {
      const said = cases.flatMap(({ scores, states }) =>
        ECGFOUNDER_REFERENCE.targets.flatMap((target, place): readonly Said[] => {
          const [output] = target.outputs;
          const state = states[place];
          if (target.isUnion || output === undefined || !outputs.includes(output)) return [];
          if (state !== 'positive' && state !== 'negative') return [];
          const { stated, doubted } = findingsOf.get(scores)!;
          const without = stated.has(output) || doubted.has(output);
          return [{ isPositive: state === 'positive', without, beside: without && !doubted.has(output) }];
        }),
      );
      print(familyRow(name, said));
    }
  } finally {
    await models.close();
  }
}

function familyRow(name: string, said: readonly Said[]): string {
  const lost = said.filter(({ without, beside }) => without && !beside);
  const right = lost.filter(({ isPositive }) => !isPositive).length;
  return [
    `  ${name}: ${said.filter(({ isPositive }) => isPositive).length} positive`,
    `    precision ${precision(said, 'without')} -> ${precision(said, 'beside')}`,
    `    recall    ${recall(said, 'without')} -> ${recall(said, 'beside')}`,
    `    contradicted ${lost.length}, of these ${right} not in the reference\n`,
  ].join('\n');
}

function precision(said: readonly Said[], way: 'without' | 'beside'): string {
  const stated = said.filter((each) => each[way]);
  return share(stated.filter(({ isPositive }) => isPositive).length, stated.length);
}

function recall(said: readonly Said[], way: 'without' | 'beside'): string {
  const positive = said.filter(({ isPositive }) => isPositive);
  return share(positive.filter((each) => each[way]).length, positive.length);
}

function share(count: number, total: number): string {
  const interval = wilsonInterval(count, total);
  if (interval === undefined) return 'none of 0';
  const percent = (value: number) => (100 * value).toFixed(0);
  return `${count}/${total} = ${percent(count / total)} % (${percent(interval.low)} to ${percent(interval.high)})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
