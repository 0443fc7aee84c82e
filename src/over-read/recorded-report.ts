import { z } from 'zod';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import type { Coding } from '../findings/finding.ts';
import { isWithdrawn } from '../formats/fhir/fhir-json.ts';
import { findEarlier } from '../write-back/judge-earlier.ts';

/** A report on a tracing, as the record holds it. */
export interface RecordedReport {
  readonly resource: FhirJson;
  readonly id: string;
  /** Absent where the server keeps no versions. */
  readonly versionId: string | undefined;
  readonly status: string;
  readonly isSigned: boolean;
  /** Entered in error or cancelled: it says nothing, and signing must not bring it back. */
  readonly isWithdrawn: boolean;
  readonly conclusion: string;
  /** What it says in codes, with the words beside them. */
  readonly stated: readonly RecordedStatement[];
  /** Whose name is under it. */
  readonly interpreters: readonly string[];
  readonly issued: string | undefined;
}

export interface RecordedStatement {
  readonly text: string;
  readonly codings: readonly Coding[];
}

/** Statuses of a report that a human answers for. */
const SIGNED = ['final', 'amended', 'corrected', 'appended'];

const codingSchema = z.looseObject({ system: z.string(), code: z.string(), display: z.string().default('') });
const conceptSchema = z.looseObject({
  text: z.string().optional(),
  coding: z.array(codingSchema).default([]).catch([]),
});
const reportSchema = z.looseObject({
  resourceType: z.literal('DiagnosticReport'),
  id: z.string(),
  meta: z.looseObject({ versionId: z.string().optional() }).optional(),
  status: z.string(),
  conclusion: z.string().default(''),
  conclusionCode: z.array(conceptSchema).default([]),
  resultsInterpreter: z
    .array(z.looseObject({ display: z.string().optional(), reference: z.string().optional() }))
    .default([]),
  issued: z.string().optional(),
});

/** Undefined for what is no DiagnosticReport. */
export function parseRecordedReport(resource: FhirJson): RecordedReport | undefined {
  const report = reportSchema.safeParse(resource).data;
  if (report === undefined) return undefined;
  const { id, meta, status, conclusion, conclusionCode, resultsInterpreter, issued } = report;
  return {
    ...{ resource, id, versionId: meta?.versionId, status, conclusion, issued },
    isSigned: SIGNED.includes(status),
    isWithdrawn: isWithdrawn(status),
    stated: conclusionCode.map(({ text, coding }) => ({
      text: text ?? coding[0]?.display ?? coding[0]?.code ?? '',
      codings: coding,
    })),
    interpreters: resultsInterpreter.flatMap(({ display, reference }) => display ?? reference ?? []),
  };
}

/** The report of a tracing, if there is one; of several the one that a human has touched. */
export async function findReport(server: FhirServer, ecgIdentity: string): Promise<RecordedReport | undefined> {
  const found = await findEarlier(server, 'DiagnosticReport', { ecgIdentity });
  return found && parseRecordedReport(found);
}
