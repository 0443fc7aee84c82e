import { isSctConceptId } from '../../src/terminology/sct-id.ts';

describe('isSctConceptId', () => {
  it.each(['164889003', '426177001', '271921002', '67741000119109', '120041000119109', '1220643007'])(
    'accepts %s',
    (id) => expect(isSctConceptId(id)).toBe(true),
  );

  it('refuses any single wrong digit and any two neighbours swapped', () => {
    const id = '164889003';
    for (let at = 0; at < id.length; at += 1) {
      for (const digit of '0123456789') {
        if (digit !== id[at]) expect(isSctConceptId(id.slice(0, at) + digit + id.slice(at + 1))).toBe(false);
      }
      const swapped = id.slice(0, at) + (id[at + 1] ?? '') + id[at] + id.slice(at + 2);
      if (swapped !== id) expect(isSctConceptId(swapped)).toBe(false);
    }
  });

  it.each([
    ['a description id', '680946014'],
    ['the OMOP concept id of atrial fibrillation', '313217'],
    ['a LOINC code', '8601-7'],
    ['leading zeros', '0164889003'],
    ['nothing', ''],
  ])('refuses %s', (_, id) => expect(isSctConceptId(id)).toBe(false));
});
