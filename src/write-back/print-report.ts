import type { EcgPatient } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import type { KnownPatient } from '../fhir/known-patient.ts';
import type { ReportInput } from '../fhir/report-input.ts';
import type { Coding } from '../findings/finding.ts';
import type { EcgReading } from '../interpret-ecg.ts';

/** What a printed report is made of. */
export interface PrintableReport {
  readonly reading: EcgReading;
  /** As the FHIR server knows the patient. */
  readonly patient: EcgPatient;
  /** A FHIR instant. */
  readonly issued: string;
  readonly pipelineVersion: string;
  readonly signed?: PrintedSignature | undefined;
}

/** What a clinician has made of a reading, as far as it is printed. */
export interface PrintedSignature {
  /** Of the report: "final", "amended", "corrected". */
  readonly status: string;
  readonly name: string;
  /** A FHIR instant. */
  readonly at: string;
  readonly stated: readonly { readonly text: string; readonly codings: readonly Coding[]; readonly isAdded: boolean }[];
  readonly removed: readonly string[];
  readonly comment: string;
}

/** Draws tracing and findings as PDF, the same for the same input. Adapter: `edges/pdf`. */
export type RenderPdf = (report: PrintableReport) => Promise<Uint8Array>;

/** Ten seconds of twelve leads have 50 kB, ten minutes 1 MB. */
const MAX_PDF_BYTES = 2 * 2 ** 20;
const MAX_PRINTED_IDENTIFIERS = 2;

/** The PDF of a report; none where the tracing cannot be drawn or comes to more than a record should carry. */
export async function printReport(
  input: ReportInput,
  patient: KnownPatient,
  renderPdf: RenderPdf,
): Promise<Uint8Array | undefined> {
  const { ecg, interpretation, issued, manifest, measurements, notes, pipelineVersion, comparison } = input;
  const compared = typeof comparison === 'object' ? { comparison } : {};
  const reading = { ecg, interpretation, manifest, measurements, notes, ...compared };
  return await printed({ reading, patient: printedPatient(patient), issued, pipelineVersion }, renderPdf);
}

/** The same of what is at hand already. */
export async function printed(report: PrintableReport, renderPdf: RenderPdf): Promise<Uint8Array | undefined> {
  try {
    const pdf = await renderPdf(report);
    return pdf.length > MAX_PDF_BYTES ? undefined : pdf;
  } catch (error) {
    if (error instanceof EcgError) return undefined;
    throw error;
  }
}

function printedPatient({ id, identifiers, names, birthDate, sex }: KnownPatient): EcgPatient {
  const [first] = names;
  const name = first && (first.text || [first.family, first.given.join(' ')].filter(Boolean).join(', '));
  return {
    ids: identifiers.length === 0 ? [id] : identifiers.slice(0, MAX_PRINTED_IDENTIFIERS),
    ...(name ? { name } : {}),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
  };
}
