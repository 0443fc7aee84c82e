import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { EcgPatient } from '../../ecg/ecg.ts';
import type { EcgReading } from '../../interpret-ecg.ts';
import { PAGE } from '../../tracing/paper.ts';
import { layOutTracing, type TracingOptions } from '../../tracing/tracing.ts';
import { type TracingCaption, tracingCaption } from '../../tracing/tracing-caption.ts';
import type { PrintedSignature } from '../../write-back/print-report.ts';
import { drawReadingPage } from './draw-reading-page.ts';
import { drawSignedPage } from './draw-signed-page.ts';
import { drawTracingPage, POINTS_PER_MM } from './draw-tracing-page.ts';
import { signedCaption } from './signed-caption.ts';
import { encodable, MISSING_REMARK } from './standard-fonts.ts';

/** Everything a printed report is made of. */
export interface ReportPdfInput {
  readonly reading: EcgReading;
  /** As the caller knows the patient, who stands at the head of every page. */
  readonly patient: EcgPatient;
  /** When the interpretation was made, an instant of ISO 8601; the document states it as its date. */
  readonly issued: string;
  readonly pipelineVersion: string;
  /** Of a report that a clinician has signed; without it the report is the machine's, and preliminary. */
  readonly signed?: PrintedSignature | undefined;
  readonly drawing?: TracingOptions;
}

/**
 * The report as PDF: the tracing to scale on A4 landscape, then, where it is signed, what the clinician says, then the
 * machine's findings with their codes, model and remarks. Equal input gives equal bytes. Nothing is embedded or referred to.
 * @throws EcgError LEAD_MISSING for a layout that needs leads the recording has not.
 */
export async function reportPdf(input: ReportPdfInput): Promise<Uint8Array> {
  const { reading, patient, issued, signed, drawing } = input;
  const preliminary = withFontRemark(tracingCaption(reading.ecg, patient, reading), reading.ecg.statements);
  const caption = signed === undefined ? preliminary : withFontRemark(signedCaption(preliminary, signed, input), []);
  const { title, pages } = layOutTracing(reading.ecg, caption, drawing);
  const size = [PAGE.widthMm * POINTS_PER_MM, PAGE.heightMm * POINTS_PER_MM];
  const document = new PDFDocument({
    size,
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    info: { Title: title, Creator: 'Cardhook', Producer: 'Cardhook', CreationDate: new Date(issued) },
  });
  const bytes = collect(document);
  for (const page of pages) {
    document.addPage();
    drawTracingPage(document, page);
    // A long recording must not keep the service from answering hooks.
    await setImmediate();
  }
  if (signed !== undefined) drawSignedPage(document, signed, caption);
  drawReadingPage(document, input, preliminary);
  document.end();
  return await bytes;
}

/** Says that something could not be printed as it is, where it could not. */
function withFontRemark(caption: TracingCaption, statements: readonly string[]): TracingCaption {
  const { patient, patientDetails, device, statement, status, remarks } = caption;
  const words = [patient, patientDetails, device, statement, status, ...remarks, ...statements];
  if (words.every((text) => encodable(text).isWhole) || status.endsWith(MISSING_REMARK)) return caption;
  return { ...caption, status: `${caption.status} ${MISSING_REMARK}` };
}

async function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of document) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
