import { createHash } from 'node:crypto';
import type { ConceptMap } from '@medplum/fhirtypes';
import codeSystem from '../../mappings/ecgfounder.codesystem.json' with { type: 'json' };
import conceptMap from '../../mappings/ecgfounder-snomed.conceptmap.json' with { type: 'json' };
import { ECGFOUNDER, parseLabelSet } from '../../src/terminology/label-set.ts';
import { isSctConceptId } from '../../src/terminology/sct-id.ts';

const codeOf = (index: number) => ECGFOUNDER.translate(index, 'all')?.coding.code;
const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' });
const elements = (conceptMap as ConceptMap).group?.flatMap(({ element }) => element) ?? [];
const targets = elements.flatMap(({ target }) => target ?? []);

describe('the labels of ECGFounder', () => {
  it.each([
    [0, 'ABNORMAL ECG'],
    [1, 'NORMAL SINUS RHYTHM'],
    [2, 'NORMAL ECG'],
    [5, 'ATRIAL FIBRILLATION'],
    [11, 'RIGHT BUNDLE BRANCH BLOCK'],
    [20, 'LEFT BUNDLE BRANCH BLOCK'],
    [32, 'ATRIAL FLUTTER'],
    [39, 'UNDETERMINED RHYTHM'],
    [61, 'INFERIOR INFARCT'],
    [80, 'PROLONGED QT'],
    [87, 'ACUTE MI / STEMI'],
    [98, 'VENTRICULAR TACHYCARDIA'],
    [107, 'WOLFF-PARKINSON-WHITE'],
    [121, 'WITH COMPLETE HEART BLOCK'],
    [149, 'MULTIFOCAL ATRIAL TACHYCARDIA'],
  ])('stand at their output index: %i is %s', (index, label) => {
    expect(ECGFOUNDER.labels[index]).toMatchObject({ index, label });
  });

  it('are the 150 of the authors, in their order', () => {
    const lines = ECGFOUNDER.labels.map(({ label }) => label).join('\n');
    expect(ECGFOUNDER.labels).toHaveLength(150);
    expect(createHash('sha256').update(lines).digest('hex')).toBe(
      '2db8749c36d590d03cc0aabd9fa5d630becae2986ebf4c7a897f3390855983fd',
    );
  });

  it('are mapped one by one, under the same name and in the same order', () => {
    expect(elements.map(({ code, display }) => `${code} ${display}`)).toEqual(
      ECGFOUNDER.labels.map(({ index, label }) => `${index} ${label}`),
    );
  });

  it('have well-formed SNOMED CT codes, further and alternate ones included', () => {
    const codes = JSON.stringify(conceptMap).match(/"(?:code|value)":"(\d{6,})"/g) ?? [];
    expect(codes.length).toBeGreaterThan(124);
    expect(codes.filter((code) => !isSctConceptId(code.replaceAll(/\D/g, '')))).toEqual([]);
  });

  it('give one code one display', () => {
    const displays = new Map<string, Set<string>>();
    for (const { index } of ECGFOUNDER.labels) {
      const translation = ECGFOUNDER.translate(index, 'all');
      for (const { code, display } of translation ? [translation.coding, ...translation.additional] : []) {
        displays.set(code, (displays.get(code) ?? new Set()).add(display));
      }
    }
    expect([...displays].filter(([, names]) => names.size > 1)).toEqual([]);
  });

  it('carry evidence for every code', () => {
    const isEvidence = ({ url }: { readonly url: string }) => url.endsWith('.9.3');
    expect(targets.filter(({ code, extension }) => code && !extension?.some(isEvidence))).toEqual([]);
  });

  it('are coded in 124 cases, 71 of them within the Global Patient Set', () => {
    const coded = (edition: 'all' | 'gps') =>
      ECGFOUNDER.labels.filter(({ index }) => ECGFOUNDER.translate(index, edition));
    expect([coded('all').length, coded('gps').length]).toEqual([124, 71]);
  });

  it('never code what is negated: no longer evident, no longer depressed, no longer elevated', () => {
    const negated = ECGFOUNDER.labels.filter(({ label }) => label.includes('NO LONGER'));
    expect(negated.map(({ index }) => [index, codeOf(index)])).toEqual(
      [22, 27, 45, 66].map((index) => [index, undefined]),
    );
  });
});

describe('mistakes of public maps', () => {
  it('normal sinus rhythm is not 426177001, which is sinus bradycardia', () => {
    expect([codeOf(1), codeOf(3), codeOf(4)]).toEqual(['64730000', '426783006', '426177001']);
  });

  it('no OMOP concept id stands for a SNOMED CT code', () => {
    expect(targets.filter(({ code }) => code && !isSctConceptId(code))).toEqual([]);
  });

  it('a competing junctional pacemaker is not artificial pacing', () => {
    expect(['426453001', '251266004', '251268003', '61552005']).not.toContain(codeOf(72));
  });

  it('a blocked beat is a blocked atrial beat, not an accelerated rhythm', () => expect(codeOf(115)).toBe('251170000'));

  it('an injury pattern is ST elevation, not subendocardial infarction', () => {
    expect([104, 109, 128, 138, 140].map(codeOf)).toEqual(Array(5).fill('76388001'));
  });

  it('otherwise normal is not coded as a normal ECG', () => {
    expect([codeOf(7), codeOf(2)]).toEqual([undefined, '164854000']);
  });

  it('ectopic atrial rhythm is called by its own name, not junctional', () => {
    expect(ECGFOUNDER.translate(38, 'all')).toMatchObject({
      coding: { code: '29320008', display: 'Ectopic rhythm (disorder)' },
      equivalence: 'wider',
    });
  });

  it('right atrial enlargement and hypertrophy are not called high voltage', () => {
    expect(ECGFOUNDER.translate(60, 'all')?.coding.display).toBe('Right atrial enlargement');
    expect(codeOf(26)).toBe('25488008');
  });

  it('premature ventricular complexes are not 17338001, which is inactive', () => {
    expect(codeOf(9)).toBe('427172004');
    expect(JSON.stringify(targets)).not.toContain('"17338001"');
  });

  it('lengthened QT is not prolonged QT', () => expect([codeOf(30), codeOf(80)]).toEqual([undefined, '111975006']));
});

describe('parseLabelSet', () => {
  const without = (index: number) => ({ ...codeSystem, concept: codeSystem.concept.toSpliced(index, 1) });
  const withMap = (element: readonly unknown[]) => ({ ...conceptMap, group: [{ ...conceptMap.group[0], element }] });
  const swapped = [codeSystem.concept[1], codeSystem.concept[0], ...codeSystem.concept.slice(2)];
  const renamed = codeSystem.concept.with(7, { ...codeSystem.concept[7]!, display: 'NORMAL ECG' });

  it.each([
    ['a label left out', without(42), conceptMap],
    ['the last label left out', without(149), conceptMap],
    ['labels out of order', { ...codeSystem, concept: swapped }, conceptMap],
    ['a label given twice', { ...codeSystem, concept: renamed }, conceptMap],
    ['a label that is not mapped', codeSystem, withMap(elements.slice(1))],
    ['a mapping of no label', codeSystem, withMap([...elements, { ...elements[0], code: '150' }])],
    ['the map of another code system', { ...codeSystem, url: 'https://example.test/labels' }, conceptMap],
    ['another resource', conceptMap, conceptMap],
  ])('refuses %s', (_, labels, map) => expect(() => parseLabelSet(labels, map)).toThrow(invalid));
});
