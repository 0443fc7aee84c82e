import { INK, TRACE_MM } from '../../tracing/ink.ts';
import type { TextLabel } from '../../tracing/page-labels.ts';
import { BIG_SQUARE_MM, GRID, gridLinesMm, SMALL_SQUARE_MM } from '../../tracing/paper.ts';
import type { TracingPage } from '../../tracing/tracing.ts';
import { BOLD, encodable, REGULAR } from './standard-fonts.ts';

export const POINTS_PER_MM = 72 / 25.4;

/** Draws a page of a tracing on the page of the document that is open: vectors, in the millimetres of the layout. */
export function drawTracingPage(document: PDFKit.PDFDocument, page: TracingPage): void {
  document.save().scale(POINTS_PER_MM).lineCap('round').lineJoin('round');
  drawGrid(document);
  document.save();
  document.rect(GRID.xMm, GRID.yMm, GRID.widthMm, GRID.heightMm).clip();
  document.lineWidth(TRACE_MM).strokeColor(INK.trace);
  const lines = [...page.pulses, ...page.separators, ...page.strips.flatMap(({ polylines }) => polylines)];
  for (const line of lines) drawLine(document, line);
  document.restore();
  for (const label of page.labels) drawLabel(document, label);
  document.restore();
}

function drawGrid(document: PDFKit.PDFDocument): void {
  const { xMm, yMm, widthMm, heightMm } = GRID;
  for (const [name, squareMm] of [
    ['small', SMALL_SQUARE_MM],
    ['big', BIG_SQUARE_MM],
  ] as const) {
    for (const y of gridLinesMm(yMm, heightMm, squareMm)) document.moveTo(xMm, y).lineTo(xMm + widthMm, y);
    for (const x of gridLinesMm(xMm, widthMm, squareMm)) document.moveTo(x, yMm).lineTo(x, yMm + heightMm);
    document.lineWidth(INK.grid[name].widthMm).stroke(INK.grid[name].colour);
  }
}

function drawLine(document: PDFKit.PDFDocument, line: Float64Array): void {
  document.moveTo(line[0]!, line[1]!);
  // A line of one point ends where it begins: a dot.
  if (line.length === 2) document.lineTo(line[0]!, line[1]!);
  for (let index = 2; index < line.length; index += 2) document.lineTo(line[index]!, line[index + 1]!);
  document.stroke();
}

function drawLabel(document: PDFKit.PDFDocument, label: TextLabel): void {
  const { colour, isBold } = INK.text[label.kind];
  const { text } = encodable(label.text);
  document
    .font(isBold ? BOLD : REGULAR)
    .fontSize(label.sizeMm)
    .fillColor(colour);
  const xMm = label.anchor === 'end' ? label.xMm - document.widthOfString(text) : label.xMm;
  document.text(text, xMm, label.yMm, { lineBreak: false, baseline: 'alphabetic' });
}
