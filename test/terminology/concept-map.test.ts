import { IN_GLOBAL_PATIENT_SET, parseConceptMap, translate } from '../../src/terminology/concept-map.ts';

const inGps = (valueBoolean: boolean) => [{ url: IN_GLOBAL_PATIENT_SET, valueBoolean }];
const left = { code: '67741000119109', display: 'Left atrial enlargement' };
const target = {
  ...left,
  extension: inGps(true),
  equivalence: 'wider',
  product: [
    {
      extension: inGps(false),
      property: 'https://example.test/additional',
      system: 'http://snomed.info/sct',
      value: '67751000119106',
      display: 'Right atrial enlargement',
    },
  ],
};

function conceptMap(...element: readonly object[]) {
  return {
    resourceType: 'ConceptMap',
    group: [{ source: 'https://example.test/labels', target: 'http://snomed.info/sct', element }],
  };
}

describe('translate', () => {
  const map = parseConceptMap(
    conceptMap({ code: '0', target: [target] }, { code: '1', target: [{ equivalence: 'unmatched' }] }),
  );

  it('gives the code, its relation to the label and the further codes', () => {
    expect(translate(map, '0', 'all')).toEqual({
      coding: { system: 'http://snomed.info/sct', ...left },
      equivalence: 'wider',
      additional: [{ system: 'http://snomed.info/sct', code: '67751000119106', display: 'Right atrial enlargement' }],
    });
  });

  it('leaves codes outside the Global Patient Set out of that edition, each by itself', () => {
    expect(translate(map, '0', 'gps')).toMatchObject({ coding: { code: '67741000119109' }, additional: [] });
    const outside = parseConceptMap(conceptMap({ code: '0', target: [{ ...target, extension: inGps(false) }] }));
    expect(translate(outside, '0', 'gps')).toBeUndefined();
  });

  it('counts a code without the flag as outside', () => {
    const { extension: _, ...unflagged } = target;
    const map = parseConceptMap(conceptMap({ code: '0', target: [unflagged] }));
    expect(translate(map, '0', 'gps')).toBeUndefined();
  });

  it('has no code where none is evidenced', () => expect(translate(map, '1', 'all')).toBeUndefined());

  it('refuses a code that the map does not have', () => {
    expect(() => translate(map, '2', 'all')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('parseConceptMap', () => {
  it.each([
    ['a wrong check digit', conceptMap({ code: '0', target: [{ ...target, code: '67741000119108' }] })],
    [
      'a wrong check digit of a further code',
      conceptMap({ code: '0', target: [{ ...target, product: [{ ...target.product[0], value: '67751000119107' }] }] }),
    ],
    ['a code that is called unmatched', conceptMap({ code: '0', target: [{ ...target, equivalence: 'unmatched' }] })],
    ['a match without a code', conceptMap({ code: '0', target: [{ equivalence: 'equivalent' }] })],
    ['a code without a display', conceptMap({ code: '0', target: [{ code: left.code, equivalence: 'wider' }] })],
    ['a code mapped twice', conceptMap({ code: '0', target: [target] }, { code: '0', target: [target] })],
    ['two targets', conceptMap({ code: '0', target: [target, target] })],
    ['another resource', { resourceType: 'CodeSystem' }],
    ['no resource', undefined],
  ])('refuses %s', (_, json) => {
    expect(() => parseConceptMap(json)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
