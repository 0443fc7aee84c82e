import type { Highlight } from './highlights.ts';
import { INK, OTHER_TRACE_MM, TRACE_MM } from './ink.ts';
import type { LeadStrip } from './lead-strip.ts';
import type { TextLabel } from './page-labels.ts';
import { BIG_SQUARE_MM, GRID, gridLinesMm, PAGE, SMALL_SQUARE_MM } from './paper.ts';
import { printableLine } from './text-lines.ts';
import type { Tracing, TracingPage } from './tracing.ts';

/** No font is embedded: one of these is everywhere. */
const FONTS = 'Helvetica, Arial, Liberation Sans, sans-serif';

/**
 * A tracing as one SVG in millimetres, pages below each other. It has no script, no style, no reference to anything,
 * and may be shown under the strictest Content Security Policy; classes (`ecg-…`) and `data-…` are for pages that
 * embed it: what stretch of time a trace is, where on the page, at which scale.
 */
export function toSvg({ title, description, pages, pageCount }: Tracing): string {
  const height = PAGE.heightMm * pages.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PAGE.widthMm}mm" height="${height}mm" viewBox="0 0 ${PAGE.widthMm} ${height}" role="img" font-family="${FONTS}" fill="none" stroke-linejoin="round" stroke-linecap="round">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(description)}</desc>`,
    ...pages.map(
      (page, index) =>
        `<g class="ecg-page" ${pageAttributes(page, pageCount)} transform="translate(0 ${index * PAGE.heightMm})">\n${pageBody(page)}\n</g>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

function pageAttributes({ number, startSeconds, endSeconds }: TracingPage, pageCount: number): string {
  return `data-page="${number}" data-page-count="${pageCount}" data-start-seconds="${startSeconds}" data-end-seconds="${endSeconds}"`;
}

function pageBody({ strips, otherStrips = [], pulses, separators, labels, highlights }: TracingPage): string {
  const { xMm, yMm, widthMm, heightMm } = GRID;
  const place = `x="${xMm}" y="${yMm}" width="${widthMm}" height="${heightMm}"`;
  return [
    `<rect class="ecg-paper" width="${PAGE.widthMm}" height="${PAGE.heightMm}" fill="${INK.paper}"/>`,
    gridPath('small', SMALL_SQUARE_MM),
    gridPath('big', BIG_SQUARE_MM),
    // A nested svg is cut at its edges, which needs no id that could occur twice on a page.
    `<svg ${place} viewBox="${xMm} ${yMm} ${widthMm} ${heightMm}">`,
    ...highlights.map(highlightRect),
    `<g stroke="${INK.otherTrace}" stroke-width="${OTHER_TRACE_MM}">`,
    ...otherStrips.map(({ lead, polylines }) => tracePath('ecg-other-trace', `data-lead="${lead}"`, polylines)),
    '</g>',
    `<g stroke="${INK.trace}" stroke-width="${TRACE_MM}">`,
    `<path class="ecg-pulse" d="${pulses.map(toPath).join('')}"/>`,
    `<path class="ecg-separator" d="${separators.map(toPath).join('')}"/>`,
    ...strips.map(stripPath),
    '</g>',
    '</svg>',
    ...labels.map(textElement),
  ].join('\n');
}

function gridPath(name: 'small' | 'big', squareMm: number): string {
  const { xMm, yMm, widthMm, heightMm } = GRID;
  const across = gridLinesMm(yMm, heightMm, squareMm).map((y) => `M${xMm} ${y}h${widthMm}`);
  const down = gridLinesMm(xMm, widthMm, squareMm).map((x) => `M${x} ${yMm}v${heightMm}`);
  const { colour, widthMm: strokeMm } = INK.grid[name];
  return `<path class="ecg-grid-${name}" stroke="${colour}" stroke-width="${strokeMm}" d="${[...across, ...down].join('')}"/>`;
}

function highlightRect({ box, strength }: Highlight): string {
  const [x, y, width, height] = [box.xMm, box.yMm, box.widthMm, box.heightMm].map(rounded);
  const opacity = rounded(strength * INK.highlight.opacity);
  return `<rect class="ecg-highlight" x="${x}" y="${y}" width="${width}" height="${height}" fill="${INK.highlight.colour}" fill-opacity="${opacity}"/>`;
}

function stripPath({ lead, box, startSeconds, samplingRate, scale, polylines }: LeadStrip): string {
  const { xMm, yMm, widthMm, heightMm } = box;
  const place = `data-lead="${lead}" data-box="${[xMm, yMm, widthMm, heightMm].map(rounded).join(' ')}"`;
  const time = `data-start-seconds="${startSeconds}" data-sampling-rate="${samplingRate}"`;
  const size = `data-mm-per-second="${scale.mmPerSecond}" data-mm-per-millivolt="${scale.mmPerMillivolt}"`;
  return tracePath('ecg-trace', `${place} ${time} ${size}`, polylines);
}

function tracePath(name: string, attributes: string, polylines: LeadStrip['polylines']): string {
  return `<path class="${name}" ${attributes} d="${polylines.map(toPath).join('')}"/>`;
}

/** Absolute start, then steps in hundredths of a millimetre: rounding does not add up, and files stay small. */
function toPath(line: Float64Array): string {
  let [x, y] = [toHundredths(line[0]!), toHundredths(line[1]!)];
  let path = `M${inMm(x)} ${inMm(y)}`;
  // A step of no length makes a dot of a lone sample.
  let command = line.length === 2 ? 'h0' : 'l';
  for (let index = 2; index < line.length; index += 2) {
    const [nextX, nextY] = [toHundredths(line[index]!), toHundredths(line[index + 1]!)];
    path += `${command}${inMm(nextX - x)} ${inMm(nextY - y)}`;
    command = ' ';
    [x, y] = [nextX, nextY];
  }
  return line.length === 2 ? path + command : path;
}

function toHundredths(mm: number): number {
  return Math.round(mm * 100);
}

/** 1234 is "12.34", -5 is "-.05": by whole numbers, since a page has some 40 000 of these. */
function inMm(hundredths: number): string {
  const size = Math.abs(hundredths);
  const [whole, rest] = [Math.floor(size / 100), size % 100];
  const sign = hundredths < 0 ? '-' : '';
  if (rest === 0) return `${sign}${whole}`;
  const decimals = rest % 10 === 0 ? `${rest / 10}` : rest < 10 ? `0${rest}` : `${rest}`;
  return `${sign}${whole === 0 ? '' : whole}.${decimals}`;
}

function textElement({ kind, text, xMm, yMm, sizeMm, anchor }: TextLabel): string {
  const { colour, isBold } = INK.text[kind];
  const weight = isBold ? ' font-weight="bold"' : '';
  const end = anchor === 'end' ? ' text-anchor="end"' : '';
  const place = `x="${rounded(xMm)}" y="${rounded(yMm)}" font-size="${rounded(sizeMm)}"`;
  return `<text class="ecg-${kind}" ${place}${end}${weight} fill="${colour}">${escapeXml(text)}</text>`;
}

function rounded(mm: number): number {
  return toHundredths(mm) / 100;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as content or attribute of SVG, on one line. */
export function escapeXml(text: string): string {
  return printableLine(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
