import { measurementText } from '../../measurement/measurement-text.ts';
import { recordingTime, type TracingCaption } from '../../tracing/tracing-caption.ts';
import type { PrintedSignature } from '../../write-back/print-report.ts';
import type { ReportPdfInput } from './report-pdf.ts';

/** The words around the tracing of a signed report: the clinician's; the machine's are history. */
export function signedCaption(
  preliminary: TracingCaption,
  signed: PrintedSignature,
  { reading }: Pick<ReportPdfInput, 'reading'>,
): TracingCaption {
  return {
    ...preliminary,
    statement: `Report: ${statedText(signed)}`,
    status: signatureLine(signed),
    remarks: [
      `Before the over-read: ${preliminary.statement}`,
      ...(signed.removed.length === 0 ? [] : [`Removed on over-read: ${signed.removed.join('; ')}`]),
      `Measured: ${measurementText(reading.measurements)}`,
    ],
  };
}

/** "Read and signed by Ada, 2026-03-01 12:00:00 UTC; status final." */
export function signatureLine({ name, at, status }: PrintedSignature): string {
  return `Read and signed by ${name}, ${recordingTime(at)}; status ${status}.`;
}

/** A long comment stands whole on the page after the tracing. */
const MAX_COMMENT = 120;

function statedText({ stated, comment }: PrintedSignature): string {
  const findings = stated.map(({ text }) => text).join('; ');
  const words = comment.replaceAll('\n', ' ');
  const shown = words.length > MAX_COMMENT ? `${words.slice(0, MAX_COMMENT)}… (continued in the report)` : words;
  return [findings, shown].filter((text) => text !== '').join('. ');
}
