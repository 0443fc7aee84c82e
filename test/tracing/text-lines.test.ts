import fc from 'fast-check';
import { fitText, textWidthMm, wrapText } from '../../src/tracing/text-lines.ts';

describe('text on a page', () => {
  it('is broken at spaces into lines that fit', () => {
    expect(wrapText('Preliminary machine reading, not confirmed', 3, 40)).toEqual([
      'Preliminary machine',
      'reading, not confirmed',
    ]);
    expect(wrapText('  \n ', 3, 40)).toEqual([]);
  });

  it('loses no character but spaces, however narrow the page', () => {
    const words = fc.array(fc.stringMatching(/^[\p{L}\d.,-]{1,40}$/u), { maxLength: 20 });
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 60 }), (parts, widthMm) => {
        const lines = wrapText(parts.join(' '), 3, widthMm);
        expect(lines.join('').replaceAll(' ', '')).toBe(parts.join(''));
        for (const line of lines) expect(textWidthMm(line, 3)).toBeLessThanOrEqual(widthMm);
      }),
    );
  });

  it('is cut with a mark where one line has to do', () => {
    expect(fitText('Anna Schmidt', 4, 100)).toBe('Anna Schmidt');
    expect(fitText(`Anna ${'x'.repeat(1000)}`, 4, 40)).toMatch(/^Anna x+…$/);
    expect(textWidthMm(fitText('M'.repeat(1000), 4, 40), 4)).toBeLessThanOrEqual(41);
  });

  it('is rather taken too wide than too narrow', () => {
    // Widths of Helvetica in thousandths of an em, from its metrics.
    const helvetica = {
      a: 556,
      i: 222,
      M: 833,
      W: 944,
      '1': 556,
      ' ': 278,
      ',': 278,
      t: 278,
      f: 278,
      r: 333,
      j: 222,
      Q: 778,
    };
    for (const [character, width] of Object.entries(helvetica)) {
      expect([character, textWidthMm(character, 1) * 1000 >= width * 0.94]).toEqual([character, true]);
    }
  });
});
