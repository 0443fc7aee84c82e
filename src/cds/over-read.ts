import { z } from 'zod';
import { SYSTEMS } from '../fhir/identity.ts';
import { subjectOf } from './patient-sources.ts';

const reportSchema = z.looseObject({
  resourceType: z.literal('DiagnosticReport'),
  status: z.string(),
  identifier: z.array(z.looseObject({ system: z.string().optional(), value: z.string().optional() })).default([]),
  effectiveDateTime: z.string().optional(),
});

/** An ECG and whose it is. */
export interface ReadEcg {
  readonly ecgIdentity: string;
  readonly recordedAt: string | undefined;
  readonly patientId: string;
  /** Of the server its reports are from, where it is known. */
  readonly baseUrl: string | undefined;
}

/** Statuses of a report that somebody has signed; entered-in-error and cancelled ones confirm nothing. */
const SIGNED = ['final', 'amended', 'corrected', 'appended'];

/**
 * Whether somebody has signed a report on an ECG: Cardhook's own on that tracing, or another of exactly its time.
 * @param reports what a search brought, unchecked.
 */
export function isOverRead(reports: readonly unknown[], ecg: ReadEcg): boolean {
  return reports.some((resource) => {
    const report = reportSchema.safeParse(resource);
    if (!report.success || subjectOf(resource, ecg.baseUrl) !== ecg.patientId) return false;
    const { status, identifier, effectiveDateTime } = report.data;
    const isOfTracing = identifier.some(({ system, value }) => system === SYSTEMS.ecg && value === ecg.ecgIdentity);
    return SIGNED.includes(status) && (isOfTracing || isSameInstant(effectiveDateTime, ecg.recordedAt));
  });
}

function isSameInstant(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.includes('T') && b.includes('T') && Date.parse(a) === Date.parse(b);
}
