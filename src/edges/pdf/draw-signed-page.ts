import type { TracingCaption } from '../../tracing/tracing-caption.ts';
import type { PrintedSignature } from '../../write-back/print-report.ts';
import { drawList, drawParagraphs, drawStatement, drawTable, openTextPage } from './draw-reading-page.ts';

const COLUMNS = ['Finding', 'SNOMED CT code', 'SNOMED CT term', 'Origin'] as const;
const WIDTHS_MM = [80, 45, 100, 42] as const;

/** What a clinician has signed: the findings with their codes and whose they were first, the comment, the signature. */
export function drawSignedPage(document: PDFKit.PDFDocument, signed: PrintedSignature, caption: TracingCaption): void {
  const { stated, removed, comment } = signed;
  openTextPage(document, caption);
  drawStatement(document, caption);
  const rows = stated.map(({ text, codings, isAdded }) => [
    text,
    codings.map(({ code }) => code).join(', ') || 'none',
    codings.map(({ display }) => display).join('; '),
    isAdded ? 'added by the clinician' : 'confirmed',
  ]);
  if (rows.length > 0) drawTable(document, { columns: COLUMNS, widthsMm: WIDTHS_MM, rows });
  if (comment !== '') drawParagraphs(document, 'Comment', comment);
  drawList(document, 'Removed on over-read, and no part of this report', removed);
}
