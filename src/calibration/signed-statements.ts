import { z } from 'zod';
import type { LabelledRecord, ReferenceStatement } from '../evaluation/labelled-record.ts';
import { labelCode } from '../evaluation/signed-report-scheme.ts';
import type { FhirJson } from '../fhir/fhir-server.ts';
import { AI_ASSERTED, CLINICIAN_ASSERTED } from '../fhir/report-codes.ts';
import { parseRecordedReport, type RecordedStatement } from '../over-read/recorded-report.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';

const SNOMED = 'http://snomed.info/sct';
/** In percent, as references state a likelihood: doubted. */
const DOUBTED = 1;

const signerSchema = z.looseObject({ reference: z.string().optional(), display: z.string().optional() });
const signedSchema = z.looseObject({
  meta: z
    .looseObject({ security: z.array(z.looseObject({ code: z.string().optional() })).default([]) })
    .default({ security: [] }),
  resultsInterpreter: z.array(signerSchema).default([]),
  performer: z.array(signerSchema).default([]),
});

/** What a signed report states, or why it is no reference. */
export type SignedStatements = { readonly statements: LabelledRecord['statements'] } | { readonly unusable: string };

/**
 * What a human has signed of an ECG, as labels for calibration. A preliminary report is none, nor is one that only a
 * machine asserts or that names no person who answers for it, nor one with a statement in words alone that no label has:
 * it may be any finding, and the report then denies none.
 * @param isTestModel whether reports of test data (HTEST) may count.
 */
export function signedStatements(
  resource: FhirJson,
  { isTestModel }: { readonly isTestModel: boolean },
): SignedStatements {
  const report = parseRecordedReport(resource);
  const signed = signedSchema.safeParse(resource).data;
  if (report === undefined || signed === undefined) return { unusable: 'not a readable report' };
  if (!report.isSigned) return { unusable: 'not signed (preliminary or withdrawn)' };
  const labels = signed.meta.security.map(({ code }) => code);
  if (labels.includes(AI_ASSERTED.code) && !labels.includes(CLINICIAN_ASSERTED.code)) {
    return { unusable: 'asserted by a machine alone' };
  }
  if (labels.includes('HTEST') && !isTestModel) return { unusable: 'test data (HTEST)' };
  if (![...signed.resultsInterpreter, ...signed.performer].some(isPerson)) {
    return { unusable: 'names no practitioner who answers for it' };
  }
  const statements = report.stated.map(statementsIn);
  if (statements.some((each) => each.length === 0)) return { unusable: 'has a statement without a code' };
  return { statements: statements.flat() };
}

function isPerson({ reference }: z.infer<typeof signerSchema>): boolean {
  return /(^|\/)Practitioner(Role)?\/[^/]+$/.test(reference ?? '');
}

const LABEL_OF_TEXT = new Map(ECGFOUNDER.labels.map(({ index, text }) => [normalised(text), index]));

/** Words name a label more closely than the code it shares with others. */
function statementsIn({ text, codings }: RecordedStatement): readonly ReferenceStatement[] {
  const isPossible = /\bpossible\b/i.test(text);
  const index = LABEL_OF_TEXT.get(normalised(text.replace(/^possible /i, '')));
  const snomed = codings.filter(({ system }) => system === SNOMED).map(({ code }) => code);
  const codes = index === undefined ? snomed : [labelCode(index)];
  return codes.map((code) => (isPossible ? { code, likelihood: DOUBTED } : { code }));
}

function normalised(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
