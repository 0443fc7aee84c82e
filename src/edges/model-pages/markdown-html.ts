import { type Block, type Inline, type Line, parseMarkdown } from '../demo/sandbox/markdown.ts';
import { type Html, html } from '../smart-app/pages/html.ts';

/** Several times the longest card there is. */
const MAX_LENGTH = 200_000;
/** A link to a file beside the document, which is not served: its words stay. */
const RELATIVE_LINK = /(?<!!)\[((?:\\.|[^[\]\\])+)\]\((?!https?:)[^\s()<>]+\)/g;

/**
 * A document in the Markdown that cards are written in, as HTML.
 * @param level of its first heading: those of a card stand below that of the page.
 */
export function markdownHtml(source: string, level: 1 | 2): Html {
  const blocks = parseMarkdown(source.replace(RELATIVE_LINK, '$1'), MAX_LENGTH);
  const first = blocks.find(({ kind }) => kind === 'heading');
  const deeper = level - (first?.kind === 'heading' ? first.level : level);
  return { html: blocks.map((block) => blockHtml(block, deeper).html).join('\n') };
}

function blockHtml(block: Block, deeper: number): Html {
  switch (block.kind) {
    case 'heading':
      return headingHtml(Math.min(6, Math.max(1, block.level + deeper)), lineHtml(block.children));
    case 'paragraph':
      return html`<p>${lineHtml(block.children)}</p>`;
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${lineHtml(item)}</li>`)}</ul>`;
    case 'table':
      return tableHtml(
        block.header.map(lineHtml),
        block.rows.map((row) => row.map(lineHtml)),
      );
  }
}

function headingHtml(level: number, content: Html): Html {
  return { html: `<h${level}>${content.html}</h${level}>` };
}

/** In a region that scrolls by itself and can be reached by keyboard. A header without text heads nothing. */
export function tableHtml(header: readonly Html[], rows: readonly (readonly Html[])[]): Html {
  const name = header.find((cell) => cell.html !== '')?.html.replace(/<[^>]*>/g, '') ?? 'Facts';
  const heads = header.map((cell) => (cell.html === '' ? html`<td></td>` : html`<th scope="col">${cell}</th>`));
  const isHeaded = header.some((cell) => cell.html !== '');
  return html`<div class="scrolls" tabindex="0" role="region" aria-label="Table: ${{ html: name }}"><table>
${isHeaded && html`<thead><tr>${heads}</tr></thead>`}
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

function lineHtml(line: Line): Html {
  return { html: line.map((inline) => inlineHtml(inline).html).join('') };
}

function inlineHtml(inline: Inline): Html {
  switch (inline.kind) {
    case 'text':
      return html`${inline.text}`;
    case 'code':
      return html`<code>${inline.text}</code>`;
    case 'strong':
      return html`<strong>${lineHtml(inline.children)}</strong>`;
    case 'emphasis':
      return html`<em>${lineHtml(inline.children)}</em>`;
    case 'link':
      return html`<a href="${inline.url}" rel="noopener noreferrer">${lineHtml(inline.children)}</a>`;
  }
}
