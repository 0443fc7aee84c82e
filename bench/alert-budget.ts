/**
 * How many cards a prescriber gets on 1,000 simulated orders, by problem, under several settings. Findings, values and
 * orders are drawn from the tables of `alert-cohort.ts`; no tracing is simulated and no network runs. What is measured
 * is what rules, thresholds and economy make of them.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ecgOrderSign } from '../cds-hooks/ecg-order-sign.ts';
import type { TracedCard } from '../src/cds/cds-service.ts';
import { ORDER_RULES } from '../src/cds/order-rules.ts';
import { measureEcg } from '../src/measurement/measure-ecg.ts';
import { type Manifest, parseManifest } from '../src/model/manifest.ts';
import { cohort, NETWORK, readingFor, type Signing } from './alert-cohort.ts';
import { print } from './table.ts';

const ORDERS = 1_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const NOW = new Date('2026-06-01T12:00:00Z');
const MANIFEST = parseManifest(
  JSON.parse(readFileSync(new URL('../models/stand-in/manifest.json', import.meta.url), 'utf8')),
);

interface Setting {
  readonly name: string;
  readonly basis: Manifest['thresholds']['basis'];
  readonly statesMeasurements: boolean;
  readonly priority: 1 | 2;
  readonly unverified: boolean;
}

const DEFAULT = { basis: 'uncalibrated', statesMeasurements: true, priority: 1, unverified: true } as const;
const SETTINGS: readonly Setting[] = [
  { ...DEFAULT, name: 'default' },
  { ...DEFAULT, name: 'no values stated', statesMeasurements: false },
  { ...DEFAULT, name: 'site thresholds', basis: 'site' },
  { ...DEFAULT, name: 'priority 2', priority: 2 },
  { ...DEFAULT, name: 'verified only', unverified: false },
];

/** The rows that stand first; the problems follow, then nothing. */
const TOTALS = ['all cards', 'signings with a card', 'critical', 'warning', 'info', 'of a finding that is not there'];
type Counts = ReadonlyMap<string, number>;

export async function run(): Promise<void> {
  print(`cards per 100 orders: ${SEEDS.length} cohorts of ${ORDERS} simulated orders each, mean (least to most)\n`);
  print(`network: sensitivity ${NETWORK.sensitivity}, false positives ${NETWORK.falsePositives} per label\n\n`);
  const columns = SETTINGS.map((setting) => SEEDS.map((seed) => countsOf(setting, seed, problemOf)));
  printTable('per 100 orders', columns, TOTALS);
  const byRule = SEEDS.map((seed) => countsOf({ ...DEFAULT, name: 'default' }, seed, rulesOf));
  print('\n');
  printTable('by rule', [byRule], []);
}

function printTable(title: string, columns: readonly (readonly Counts[])[], first: readonly string[]): void {
  const names = [...new Set(columns.flat().flatMap((counts) => [...counts.keys()]))]
    .filter((name) => !TOTALS.includes(name))
    .sort((a, b) => total(columns[0], b) - total(columns[0], a));
  print(`| ${[title, ...SETTINGS.slice(0, columns.length).map(({ name }) => name)].join(' | ')} |\n`);
  print(`| --- |${' --- |'.repeat(columns.length)}\n`);
  for (const name of [...first, ...names]) {
    print(`| ${[name, ...columns.map((column) => cell(column, name))].join(' | ')} |\n`);
  }
}

/** Cards by what `namesOf` calls them, by severity, and signings with any. */
function countsOf(setting: Setting, seed: number, namesOf: (card: TracedCard) => readonly string[]): Counts {
  const counts = new Map<string, number>();
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const signing of cohort(ORDERS, seed, NOW)) {
    const cards = cardsOn(signing, setting);
    if (cards.length > 0) add('signings with a card');
    for (const card of cards) {
      add('all cards');
      add(card.indicator);
      for (const name of namesOf(card)) add(name);
      if (isMistaken(card, signing)) add('of a finding that is not there');
    }
  }
  return counts;
}

/** Rests on the network alone, which names nothing that holds. Values and records are right here by assumption. */
function isMistaken({ subject, detail = '' }: TracedCard, { truth }: Signing): boolean {
  const isStated = /as the recording states it|is on record/.test(detail);
  const findings = subject?.findings ?? [];
  return !isStated && findings.length > 0 && !findings.some((index) => truth.includes(index));
}

function cardsOn(
  signing: Signing,
  { basis, statesMeasurements, priority, unverified }: Setting,
): readonly TracedCard[] {
  const manifest: Manifest = {
    ...MANIFEST,
    trust: 'site',
    lowTierOutputs: [],
    disabledOutputs: [],
    thresholds: { basis, default: 0.5, byOutput: {} },
  };
  const { ecg, interpretation } = readingFor(signing, manifest, statesMeasurements);
  const { drafts, records, ageYears, sex } = signing;
  const draftOrders = { resourceType: 'Bundle', type: 'collection', entry: drafts.map((resource) => ({ resource })) };
  const reading = { ecg, manifest, interpretation, measurements: measureEcg(ecg), notes: [] };
  return ecgOrderSign.cards(
    { outcome: 'read', ecgIdentity: 'e', source: 'Observation/1', patient: { ageYears, sex }, notes: [], reading },
    {
      request: { hook: 'order-sign', hookInstance: randomUUID(), context: { patientId: 'p', draftOrders } },
      now: NOW,
      newUuid: randomUUID,
      further: records,
      drugRules: { priority, unverified },
    },
  );
}

function problemOf({ subject }: TracedCard): readonly string[] {
  const [rule] = subject?.rules ?? [];
  if (rule === undefined) return ['finding alone'];
  const group = ORDER_RULES.rules.find(({ id }) => id === rule)?.findingGroup;
  return [ORDER_RULES.groups.get(group ?? '')?.name ?? 'ECG ordered again'];
}

function rulesOf({ subject }: TracedCard): readonly string[] {
  return subject?.rules ?? [];
}

function total(column: readonly Counts[] = [], problem: string): number {
  return column.reduce((sum, counts) => sum + (counts.get(problem) ?? 0), 0);
}

function cell(column: readonly Counts[], problem: string): string {
  const rates = column.map((counts) => ((counts.get(problem) ?? 0) * 100) / ORDERS);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  return mean === 0 ? '0' : `${mean.toFixed(2)} (${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)})`;
}
