import { readFileSync } from 'node:fs';
import { ORDER_RULES } from '../../src/cds/order-rules.ts';
import { decisionsOf, drugRulesTable, labelsOf, outcomeOf } from './drug-rules-table.ts';

const SILENCE = '–';
const rows = ORDER_RULES.rules.map((rule) => ({ rule, cells: decisionsOf(rule) }));
const idsWhere = (isSo: (row: (typeof rows)[number]) => boolean) => rows.filter(isSo).map(({ rule }) => rule.id);

describe('the decision table of the drug rules', () => {
  it('is the one in the documentation (node test/cds/write-drug-rules.ts writes it)', () => {
    expect(readFileSync(new URL('../../docs/drug-rules.md', import.meta.url), 'utf8')).toBe(drugRulesTable());
  });

  it('has every rule speak where its finding stands, or the record says so if it needs that', () => {
    expect(idsWhere(({ rule, cells }) => cells[rule.history ? 'on record' : 'finding'] === SILENCE)).toEqual([]);
  });

  it('has no rule speak of the network alone where the record must say so', () => {
    expect(idsWhere(({ rule, cells }) => rule.history !== undefined && cells['finding'] !== SILENCE)).toEqual([]);
  });

  it('has no rule speak without a finding, a value or a record', () => {
    expect(idsWhere(({ cells }) => cells['no finding'] !== SILENCE)).toEqual([]);
  });

  it('has no rule speak of another drug', () => {
    const speaking = rows.filter(({ rule }) => {
      const other = { ...rule, ingredient: 'paracetamol', rxnorm: '161' };
      return outcomeOf(other, { labels: labelsOf(rule), isOnRecord: true }) !== SILENCE;
    });
    expect(speaking).toEqual([]);
  });

  it('has no rule speak of a stale ECG', () => {
    expect(idsWhere(({ cells }) => !['', SILENCE].includes(cells['stale'] ?? ''))).toEqual([]);
  });

  it.each(['low confidence', 'low confidence, value within', 'name only', 'ageing'])(
    'has no rule call anything critical for the column "%s"',
    (column) => {
      expect(idsWhere(({ cells }) => cells[column] === 'critical')).toEqual([]);
    },
  );

  it('has a value go before a label of low confidence, whatever the drug', () => {
    const isQt = ({ rule }: (typeof rows)[number]) => rule.findingGroup === 'qtc_prolonged';
    expect(rows.filter(isQt).map(({ cells }) => cells['low confidence, value within'])).toEqual(
      rows.filter(isQt).map(() => SILENCE),
    );
    expect(idsWhere((row) => isQt(row) && row.cells['value beyond limit'] === SILENCE)).toEqual([]);
  });
});
