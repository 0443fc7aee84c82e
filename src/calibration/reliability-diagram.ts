import { escapeXml } from '../tracing/svg.ts';
import type { FittedLabel } from './calibrate-labels.ts';
import type { ReliabilityBin } from './reliability.ts';

/** In user units, a panel for each label. */
const PANEL = { width: 300, height: 330, side: 220, left: 50, top: 52 } as const;
const COLUMNS = 4;
const FONTS = 'Helvetica, Arial, Liberation Sans, sans-serif';
/** Told apart without colour, too: before is hollow and dashed. */
const INK = {
  paper: '#ffffff',
  text: '#1a1a1a',
  axis: '#5b5b5b',
  diagonal: '#9a9a9a',
  before: '#a01428',
  after: '#1f4f8f',
} as const;
const LINE_CHARACTERS = 36;

/**
 * Reliability diagrams: for cases of similar probability, how many of them had the finding; honest probabilities lie on
 * the diagonal. One panel a label, with the scores as the model gives them and those of cross-validation. An SVG without
 * script, style and references.
 */
export function reliabilityDiagram(labels: readonly FittedLabel[], title: string): string {
  const columns = Math.min(COLUMNS, Math.max(1, labels.length));
  const [width, height] = [columns * PANEL.width, Math.ceil(labels.length / columns) * PANEL.height + 60];
  const description = labels.map(
    ({ label, before, after }) =>
      `${label}: expected calibration error ${before.ece.toFixed(3)} before, ${after.ece.toFixed(3)} after.`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FONTS}" font-size="11" fill="${INK.text}">`,
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(`Observed share of the finding against its probability, in ten bins of equal count. ${description.join(' ')}`)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${INK.paper}"/>`,
    legend(),
    ...labels.map((label, place) => {
      const [x, y] = [(place % columns) * PANEL.width, Math.floor(place / columns) * PANEL.height + 40];
      return `<g transform="translate(${x} ${y})">\n${panel(label)}\n</g>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string {
  return [
    `<g transform="translate(${PANEL.left} 22)">`,
    `<path d="M0 0h24" stroke="${INK.before}" stroke-dasharray="3 3"/><circle cx="12" r="4" fill="${INK.paper}" stroke="${INK.before}"/>`,
    '<text x="30" y="4">before</text>',
    `<path d="M90 0h24" stroke="${INK.after}"/><circle cx="102" r="4" fill="${INK.after}"/>`,
    '<text x="120" y="4">after</text>',
    '</g>',
  ].join('\n');
}

function panel({ label, positives, negatives, before, after, binsBefore, binsAfter }: FittedLabel): string {
  const { side, left, top } = PANEL;
  const ticks = [0, 0.5, 1].flatMap((share) => [
    `<text x="${place(share)}" y="${top + side + 16}" text-anchor="middle">${share}</text>`,
    `<text x="${left - 8}" y="${height(share) + 4}" text-anchor="end">${share}</text>`,
  ]);
  return [
    ...wrapped(label).map(
      (line, row) => `<text x="${left}" y="${8 + row * 13}" font-weight="bold">${escapeXml(line)}</text>`,
    ),
    `<text x="${left}" y="${top - 10}">${positives} with, ${negatives} without; ECE ${before.ece.toFixed(3)} → ${after.ece.toFixed(3)}</text>`,
    `<rect x="${left}" y="${top}" width="${side}" height="${side}" fill="none" stroke="${INK.axis}"/>`,
    `<path d="M${left} ${top + side}L${left + side} ${top}" stroke="${INK.diagonal}"/>`,
    ...ticks,
    `<text x="${left + side / 2}" y="${top + side + 32}" text-anchor="middle">probability</text>`,
    `<text transform="translate(${left - 30} ${top + side / 2}) rotate(-90)" text-anchor="middle">observed share</text>`,
    curve(binsBefore, { colour: INK.before, fill: INK.paper, dash: ' stroke-dasharray="3 3"' }),
    curve(binsAfter, { colour: INK.after, fill: INK.after, dash: '' }),
  ].join('\n');
}

function curve(
  bins: readonly ReliabilityBin[],
  { colour, fill, dash }: { readonly colour: string; readonly fill: string; readonly dash: string },
): string {
  const points = bins.map(({ meanProbability, observed }) => `${place(meanProbability)} ${height(observed)}`);
  const whiskers = bins.map(
    ({ meanProbability, interval }) => `M${place(meanProbability)} ${height(interval.low)}V${height(interval.high)}`,
  );
  return [
    `<path d="M${points.join('L')}" fill="none" stroke="${colour}"${dash}/>`,
    `<path d="${whiskers.join('')}" stroke="${colour}" stroke-width="0.7"/>`,
    ...bins.map(
      ({ meanProbability, observed }) =>
        `<circle cx="${place(meanProbability)}" cy="${height(observed)}" r="3.5" fill="${fill}" stroke="${colour}"/>`,
    ),
  ].join('\n');
}

function place(share: number): number {
  return rounded(PANEL.left + share * PANEL.side);
}

function height(share: number): number {
  return rounded(PANEL.top + (1 - share) * PANEL.side);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** At most two lines; labels are longer than a panel is wide. */
function wrapped(label: string): readonly string[] {
  if (label.length <= LINE_CHARACTERS) return [label];
  const cut = label.lastIndexOf(' ', LINE_CHARACTERS);
  const at = cut > 0 ? cut : LINE_CHARACTERS;
  const rest = label.slice(at).trim();
  return [label.slice(0, at), rest.length > LINE_CHARACTERS ? `${rest.slice(0, LINE_CHARACTERS - 1)}…` : rest];
}
