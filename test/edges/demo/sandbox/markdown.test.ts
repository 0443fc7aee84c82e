import * as fc from 'fast-check';
import { escapeMarkdown } from '../../../../src/cds/card.ts';
import { type Block, type Inline, parseMarkdown } from '../../../../src/edges/demo/sandbox/markdown.ts';

/** All text of a tree, in order. */
function textOf(nodes: readonly (Block | Inline)[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
        case 'code':
          return node.text;
        case 'list':
          return node.items.map(textOf).join('\n');
        case 'table':
          return [node.header, ...node.rows].map((row) => row.map(textOf).join(' | ')).join('\n');
        default:
          return textOf(node.children);
      }
    })
    .join('');
}

function depthOf(line: readonly Inline[]): number {
  return Math.max(0, ...line.map((inline) => 1 + ('children' in inline ? depthOf(inline.children) : 0)));
}

/** The one paragraph of a source. */
function lineOf(source: string): readonly Inline[] {
  const [block] = parseMarkdown(source);
  return block?.kind === 'paragraph' ? block.children : [];
}

const text = (words: string) => ({ kind: 'text', text: words });

describe('the Markdown of cards', () => {
  it('reads headings and fenced code, and ends a paragraph or list where one begins', () => {
    const source = '# Title\nwords\n## Part *two*\n- one\n### Sub\n\n```sh\nnpm **start**\n\n# no heading\n```\nafter';
    expect(parseMarkdown(source)).toEqual([
      { kind: 'heading', level: 1, children: [text('Title')] },
      { kind: 'paragraph', children: [text('words')] },
      { kind: 'heading', level: 2, children: [text('Part '), { kind: 'emphasis', children: [text('two')] }] },
      { kind: 'list', items: [[text('one')]] },
      { kind: 'heading', level: 3, children: [text('Sub')] },
      { kind: 'code', text: 'npm **start**\n\n# no heading' },
      { kind: 'paragraph', children: [text('after')] },
    ]);
  });

  it('reads what cards are written in', () => {
    const source = [
      '**Notice**\n',
      '**ECG** 3 h ago; `Observation/9`\n',
      '| Finding | Code | |\n| --- | --- | --- |\n| Atrial \\| fib | AF `164889003` | low |\n| LBBB |\n',
      '**Notes**\n- first\n- second\n  line\n',
      '_Preliminary._',
    ].join('\n');
    expect(parseMarkdown(source)).toEqual([
      { kind: 'paragraph', children: [{ kind: 'strong', children: [text('Notice')] }] },
      {
        kind: 'paragraph',
        children: [
          { kind: 'strong', children: [text('ECG')] },
          text(' 3 h ago; '),
          { kind: 'code', text: 'Observation/9' },
        ],
      },
      {
        kind: 'table',
        header: [[text('Finding')], [text('Code')], []],
        rows: [
          [[text('Atrial | fib')], [text('AF '), { kind: 'code', text: '164889003' }], [text('low')]],
          [[text('LBBB')], [], []],
        ],
      },
      { kind: 'paragraph', children: [{ kind: 'strong', children: [text('Notes')] }] },
      { kind: 'list', items: [[text('first')], [text('second line')]] },
      { kind: 'paragraph', children: [{ kind: 'emphasis', children: [text('Preliminary.')] }] },
    ]);
  });

  it.each([
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['an image', '![x](y.png)'],
    ['a script address', '[x](javascript:alert%281%29)'],
    ['an unknown entity', '&unknown;'],
    ['a lone delimiter', '2 * 3 and snake_case_name'],
    ['an emphasis never closed', '**bold and _more'],
    ['a fence never closed', '``code`'],
  ])('leaves %s as the text it is', (_what, source) => {
    expect(lineOf(source)).toEqual([text(source)]);
  });

  it('reads escapes and entities', () => {
    expect(lineOf('\\*a\\* &lt;b&gt; &#64; &#x41; &amp;amp; &#9999999;')).toEqual([text('*a* <b> @ A &amp; \ufffd')]);
  });

  it('nests emphasis, and closes what is open inside when the outer one closes', () => {
    expect(lineOf('**a _b_** **c _d**')).toEqual([
      { kind: 'strong', children: [text('a '), { kind: 'emphasis', children: [text('b')] }] },
      text(' '),
      { kind: 'strong', children: [text('c _d')] },
    ]);
  });

  it('links to web pages only', () => {
    expect(lineOf('[the **label**](https://example.org/a)')).toEqual([
      {
        kind: 'link',
        url: 'https://example.org/a',
        children: [text('the '), { kind: 'strong', children: [text('label')] }],
      },
    ]);
  });

  it('shows what a card escaped as it was, whatever it is', async () => {
    await fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (value) => {
        expect(textOf(parseMarkdown(escapeMarkdown(value)))).toBe(value.replace(/\s+/g, ' ').trim());
      }),
    );
  });

  it('makes no text of its own of any input', async () => {
    const hostile = fc.stringMatching(/^[*_`[\]()|\\&#;\n -]{0,300}$/);
    await fc.assert(fc.property(hostile, (source) => textOf(parseMarkdown(source)).length <= source.length * 2 + 1));
  });

  it('bounds length and depth', () => {
    expect(textOf(parseMarkdown('a'.repeat(30_000)))).toHaveLength(20_001);
    const nested = `${'**a _b '.repeat(50)}${'c_ d** '.repeat(50)}`;
    expect(depthOf(lineOf(nested))).toBe(9);
  });
});
