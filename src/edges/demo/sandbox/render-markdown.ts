import { element } from './element.ts';
import { type Block, type Inline, type Line, parseMarkdown } from './markdown.ts';

/** Markdown as elements made one by one; nothing of it is ever read as HTML. */
export function renderMarkdown(source: string): HTMLElement {
  return element('div', { class: 'markdown' }, parseMarkdown(source).map(renderBlock));
}

function renderBlock(block: Block): HTMLElement {
  switch (block.kind) {
    case 'paragraph':
      return element('p', {}, renderLine(block.children));
    case 'heading':
      // The card it stands in has the headings above.
      return element('p', {}, element('strong', {}, renderLine(block.children)));
    case 'code':
      return element('pre', { tabindex: '0' }, element('code', {}, block.text));
    case 'list':
      return element(
        'ul',
        {},
        block.items.map((item) => element('li', {}, renderLine(item))),
      );
    case 'table':
      return renderTable(block.header, block.rows);
  }
}

/** In a region that scrolls by itself, reachable by keyboard. A header cell without text heads nothing. */
function renderTable(header: readonly Line[], rows: readonly (readonly Line[])[]): HTMLElement {
  const headerCells = header.map((cell) =>
    cell.length === 0 ? element('td') : element('th', { scope: 'col' }, renderLine(cell)),
  );
  const bodyRows = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell) => element('td', {}, renderLine(cell))),
    ),
  );
  const table = element('table', {}, [
    element('thead', {}, element('tr', {}, headerCells)),
    element('tbody', {}, bodyRows),
  ]);
  return element('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': 'Findings table' }, table);
}

function renderLine(line: Line): Node[] {
  return line.map(renderInline);
}

function renderInline(inline: Inline): Node {
  switch (inline.kind) {
    case 'text':
      return document.createTextNode(inline.text);
    case 'code':
      return element('code', {}, inline.text);
    case 'strong':
      return element('strong', {}, renderLine(inline.children));
    case 'emphasis':
      return element('em', {}, renderLine(inline.children));
    case 'link':
      return externalLink(inline.url, renderLine(inline.children));
  }
}

/** A link that opens beside this page and tells the other site nothing of it. */
export function externalLink(url: string, children: string | Node[]): HTMLAnchorElement {
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, children);
}
