import type { Finding } from '../../findings/finding.ts';
import { thresholdSummary } from '../../model/site-calibration.ts';
import { comparisonText } from '../../serial/comparison-text.ts';
import { INK } from '../../tracing/ink.ts';
import type { TracingCaption } from '../../tracing/tracing-caption.ts';
import { POINTS_PER_MM } from './draw-tracing-page.ts';
import type { ReportPdfInput } from './report-pdf.ts';
import { BOLD, encodable, REGULAR } from './standard-fonts.ts';

const MARGIN = 15 * POINTS_PER_MM;
/** Sources may say anything at any length; this is more than any cart prints. */
const MAX_ITEMS = 40;
const MAX_CHARACTERS = 500;
const TEXT = 9;
const HEADING = 14;
const COLUMNS = ['Finding', 'SNOMED CT code', 'SNOMED CT term', 'Score', 'Threshold', 'Urgency', 'Remark'] as const;
const WIDTHS_MM = [62, 30, 78, 15, 19, 19, 44] as const;

/** The words of the reading, on pages of their own: who, what was found, by which model, and what to know about it. */
export function drawReadingPage(document: PDFKit.PDFDocument, input: ReportPdfInput, caption: TracingCaption): void {
  const { interpretation } = input.reading;
  openTextPage(document, caption);
  if (input.signed !== undefined) {
    line(document, 'History: the machine reading before the over-read. The signed report takes its place.', {
      font: BOLD,
    });
  }
  drawStatement(document, caption);
  if (interpretation.findings.length > 0) {
    drawTable(document, { columns: COLUMNS, widthsMm: WIDTHS_MM, rows: interpretation.findings.map(rowOf) });
  }
  drawList(document, 'Previous ECG', comparisonLines(input.reading));
  drawList(document, 'Over-read needed', interpretation.overReadReasons);
  drawList(document, 'To know about the reading', input.reading.notes);
  drawList(
    document,
    'To know about the tracing',
    input.reading.ecg.warnings.map(({ message }) => message),
  );
  drawList(document, 'Stated by the source, not by this reading', input.reading.ecg.statements);
  drawList(document, 'Model', modelLines(input));
}

function comparisonLines({ comparison }: ReportPdfInput['reading']): readonly string[] {
  return comparison === undefined ? [] : [comparisonText(comparison)];
}

export interface TextTable {
  readonly columns: readonly string[];
  readonly widthsMm: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

export function drawTable(document: PDFKit.PDFDocument, { columns, widthsMm, rows }: TextTable): void {
  const header = columns.map((text) => ({ text, type: 'TH' as const, font: { src: BOLD, size: TEXT - 1 } }));
  document.font(REGULAR).fontSize(TEXT).fillColor(INK.text.text.colour);
  document.table({
    data: [header, ...rows.map((row) => row.map((text) => encodable(text).text))],
    columnStyles: widthsMm.map((widthMm) => widthMm * POINTS_PER_MM),
    defaultStyle: { border: { bottom: 0.5, top: 0, left: 0, right: 0 }, borderColor: '#999999', padding: 3 },
  });
  document.moveDown();
}

function rowOf(finding: Finding): readonly string[] {
  const codings = [finding.coding, ...(finding.additionalCodings ?? [])].filter((coding) => coding !== undefined);
  return [
    finding.text,
    codings.map(({ code }) => code).join(', ') || 'none',
    codings.map(({ display }) => display).join('; '),
    finding.score.toFixed(3),
    finding.threshold.toFixed(3),
    finding.urgency,
    finding.codable ? `${finding.tier} confidence` : `${finding.tier} confidence, to be coded by a human`,
  ];
}

function modelLines({ reading: { manifest }, issued, pipelineVersion, signed }: ReportPdfInput): readonly string[] {
  const { title, name, version, trust, licence } = manifest;
  return [
    `${title} (${name} ${version}), licence ${licence}`,
    [
      `trust: ${trust}; thresholds: ${thresholdSummary(manifest)}; pipeline ${pipelineVersion}`,
      // What is issued with a signature is the report.
      ...(signed === undefined ? [`interpreted ${issued}`] : []),
    ].join('; '),
  ];
}

export function drawList(document: PDFKit.PDFDocument, title: string, items: readonly string[]): void {
  if (items.length === 0) return;
  line(document, title, { font: BOLD });
  for (const item of items.slice(0, MAX_ITEMS)) line(document, `\u2022 ${item}`);
  if (items.length > MAX_ITEMS) line(document, `and ${items.length - MAX_ITEMS} more`);
  document.moveDown(0.5);
}

/** A text as it is, however long: its writer has bounded it. */
export function drawParagraphs(document: PDFKit.PDFDocument, title: string, text: string): void {
  line(document, title, { font: BOLD });
  for (const paragraph of text.split('\n')) {
    if (paragraph === '') document.moveDown(0.5);
    else line(document, paragraph, { maxCharacters: Number.POSITIVE_INFINITY });
  }
  document.moveDown(0.5);
}

/** A page of words, with whose they are about. */
export function openTextPage(document: PDFKit.PDFDocument, caption: TracingCaption): void {
  document.addPage({ size: [document.page.width, document.page.height], margin: MARGIN });
  line(document, caption.patient, { font: BOLD, size: HEADING });
  line(document, caption.patientDetails);
  line(document, `${caption.recorded}; ${caption.recording}; ${caption.device}`);
  document.moveDown();
  if (caption.notice !== undefined)
    line(document, caption.notice.toUpperCase(), { font: BOLD, colour: INK.text.notice.colour });
}

/** What is said of the tracing, and how far to trust it. */
export function drawStatement(document: PDFKit.PDFDocument, { statement, status }: TracingCaption): void {
  line(document, statement, { font: BOLD, size: TEXT + 2 });
  line(document, status);
  document.moveDown();
}

interface LineStyle {
  readonly font?: string;
  readonly size?: number;
  readonly colour?: string;
  readonly maxCharacters?: number;
}

function line(document: PDFKit.PDFDocument, text: string, style: LineStyle = {}): void {
  const { font = REGULAR, size = TEXT, colour = INK.text.text.colour, maxCharacters = MAX_CHARACTERS } = style;
  document
    .font(font)
    .fontSize(size)
    .fillColor(colour)
    .text(encodable(text.slice(0, maxCharacters)).text, MARGIN);
}
