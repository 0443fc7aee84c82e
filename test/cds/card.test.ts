import fc from 'fast-check';
import { escapeMarkdown, fitSummary, SUMMARY_LIMIT } from '../../src/cds/card.ts';

describe('a card summary', () => {
  it('of 139 characters stays as it is', () => {
    const text = 'x'.repeat(139);
    expect(fitSummary(text)).toBe(text);
  });

  it('of 140 characters is shortened to at most 139 and says so', () => {
    const fitted = fitSummary(`${'word '.repeat(27)}words`);
    expect(fitted.length).toBeLessThanOrEqual(139);
    expect(fitted).toMatch(/word…$/);
  });

  it('is never cut inside an emoji or a combining character', () => {
    const family = '👨‍👩‍👧';
    for (let pad = 125; pad < 140; pad += 1) {
      const fitted = fitSummary(`${'a'.repeat(pad)}${family}${'b'.repeat(20)}`);
      expect(fitted.replace(/[ab…]/g, '')).toMatch(new RegExp(`^(${family})?$`));
    }
  });

  it('fits whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'grapheme' }), (text) => {
        const fitted = fitSummary(text);
        expect(fitted.length).toBeLessThanOrEqual(SUMMARY_LIMIT);
        expect(fitted.isWellFormed()).toBe(text.isWellFormed() || fitted.isWellFormed());
      }),
      { seed: 7 },
    );
  });
});

describe('text from a record on a card', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['[click](javascript:alert)', '\\[click\\](javascript:alert)'],
    ['https://example.org www.example.org', 'https&#58;//example.org www&#46;example.org'],
    ['a | b\n# head', 'a \\| b # head'],
    ['# head', '\\# head'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['**bold** `code` seed-1', '\\*\\*bold\\*\\* \\`code\\` seed-1'],
  ])('shows %j as text', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });
});
