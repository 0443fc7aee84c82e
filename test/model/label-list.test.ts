import { parseLabelList } from '../../src/model/label-list.ts';

describe('parseLabelList', () => {
  it('reads one label per line, without empty lines and surrounding spaces', () => {
    expect(parseLabelList('Low EF\r\n\n  Normal EF \n')).toEqual(['Low EF', 'Normal EF']);
  });

  it('reads a JSON array', () => {
    expect(parseLabelList(' ["Low EF", "Normal [EF]"]')).toEqual(['Low EF', 'Normal [EF]']);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['an empty file', '\n'],
    ['malformed JSON', '["a"'],
    ['a JSON array of other things', '["a", 1]'],
    ['an empty label', '["a", ""]'],
    ['a label of a thousand characters', 'x'.repeat(1000)],
  ];
  for (const [name, text] of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parseLabelList(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    });
  }
});
