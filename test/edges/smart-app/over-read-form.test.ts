import fc from 'fast-check';
import { parseOverReadInput, toOverRead } from '../../../src/edges/smart-app/over-read-form.ts';
import { addableStatements, asAsserted, type Statement } from '../../../src/over-read/over-read.ts';

const STATEMENTS: readonly Statement[] = [
  { key: 'finding-5', text: 'Atrial fibrillation', codings: [], index: 5 },
  { key: 'finding-9', text: 'Left axis deviation', codings: [], index: 9 },
];
const posted = (fields: object) => {
  const input = parseOverReadInput({ version: '1', ...fields });
  if (input === undefined) throw new Error('not read');
  return toOverRead(input, STATEMENTS, 'all');
};

describe('a posted over-read', () => {
  it('says what is kept, removed and added; a finding that is kept is not added again', () => {
    expect(
      posted({
        ...{ 'decide-finding-5': 'remove', 'decide-finding-9': 'keep' },
        ...{ added: ['left axis DEVIATION', ' sinus rhythm ', ''], comment: ' a\r\nb ', correction: 'yes' },
      }),
    ).toMatchObject({
      kept: [{ key: 'finding-9' }],
      removed: [{ key: 'finding-5' }],
      added: [{ text: 'Sinus rhythm' }],
      comment: 'a\nb',
      isCorrection: true,
    });
  });

  it.each([
    ['a finding nobody decided on', { 'decide-finding-5': 'keep' }, 'Agree with “Left axis deviation”, or remove it.'],
    [
      'nothing left',
      { 'decide-finding-5': 'remove', 'decide-finding-9': 'remove' },
      'Nothing is left to say: add a finding or a comment.',
    ],
  ])('with %s is not enough', (_case, fields, fault) => {
    expect(posted(fields)).toEqual({ faults: [fault] });
  });

  it('of any other shape is not read, and nothing but the two decisions is one', () => {
    for (const body of [undefined, null, 'x', [], {}, { version: 1 }]) expect(parseOverReadInput(body)).toBeUndefined();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))), (fields) => {
        const input = parseOverReadInput({ ...fields, version: '' });
        for (const decision of input?.decisions.values() ?? []) expect(['keep', 'remove']).toContain(decision);
      }),
    );
  });
});

describe('a finding that a clinician asserts', () => {
  it.each([
    ['Possible complete heart block, confirm on tracing', 'Complete heart block'],
    ['Normal ECG by the model, unconfirmed', 'Normal ECG'],
    ['Possible anteroseptal infarct', 'Possible anteroseptal infarct'],
    ['Atrial fibrillation', 'Atrial fibrillation'],
  ])('%s is %s', (text, asserted) => {
    expect(asAsserted(text)).toBe(asserted);
  });
});

describe('the list of findings to add', () => {
  it('is in the order of the alphabet, every one coded and once; fewer in the Global Patient Set', () => {
    const all = addableStatements('all');
    const texts = all.map(({ text }) => text);
    expect(texts.length).toBeGreaterThan(60);
    expect(texts).toEqual([...new Set(texts)].sort());
    expect(all.every(({ codings }) => codings.length > 0)).toBe(true);
    expect(addableStatements('gps').length).toBeLessThan(all.length);
  });
});
