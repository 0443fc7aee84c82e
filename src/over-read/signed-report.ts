import type { Coding, Provenance } from 'fhir/r4';
import { z } from 'zod';
import type { FhirJson } from '../fhir/fhir-server.ts';
import { identityKey } from '../fhir/identity.ts';
import { AI_ASSERTED, CLINICIAN_ASSERTED } from '../fhir/report-codes.ts';
import { PARTICIPANT_TYPE, reportTag } from '../fhir/report-provenance.ts';
import type { OverRead, Statement } from './over-read.ts';
import type { RecordedReport } from './recorded-report.ts';

/** Who signs, and when. */
export interface Signature {
  /** "Practitioner/1" */
  readonly reference: string;
  readonly name: string;
  /** A FHIR instant. */
  readonly at: string;
}

const TEST_NOTICE = 'TEST, NOT FOR CARE. The reading this began with is of a demonstration model.';
const GENERATED = /^(TEST, NOT FOR CARE\. |Read and signed by |Confirmed: |Removed: |Added: )/;

const keptSchema = z.looseObject({
  meta: z
    .looseObject({ security: z.array(z.looseObject({ code: z.string().optional() })).default([]) })
    .default({ security: [] }),
  result: z.array(z.looseObject({ reference: z.string().optional() })).default([]),
});

/**
 * A report under a clinician's name: `final`, or `amended` or `corrected` where it was signed before. What the machine
 * asserted stays in the version before; this one the clinician asserts. The printed form, which is the preliminary one, goes.
 * @param withdrawn ids of the Observations whose finding was taken away.
 */
export function signedReport(
  { resource, isSigned }: RecordedReport,
  overRead: OverRead,
  { signature, withdrawn }: { readonly signature: Signature; readonly withdrawn: readonly string[] },
): FhirJson & { readonly id?: string } {
  const kept = keptSchema.parse(resource);
  const { presentedForm: _printed, conclusionCode: _codes, result: _results, ...rest } = resource;
  const stated = [...overRead.kept, ...overRead.added];
  const results = kept.result.filter(
    ({ reference }) => !withdrawn.some((id) => reference?.endsWith(`Observation/${id}`)),
  );
  return {
    ...rest,
    meta: { ...kept.meta, security: signedSecurity(kept.meta.security) },
    status: !isSigned ? 'final' : overRead.isCorrection ? 'corrected' : 'amended',
    issued: signature.at,
    resultsInterpreter: [{ reference: signature.reference, display: signature.name }],
    ...(results.length === 0 ? {} : { result: results }),
    conclusion: signedConclusion(overRead, signature, isTest(resource)),
    ...(stated.length === 0
      ? {}
      : { conclusionCode: stated.map(({ text, codings: coding }) => toConcept(text, coding)) }),
  };
}

/** The clinician's words first; then who decided what, so that a reader sees what was the machine's. */
export function signedConclusion(
  { kept, removed, added, comment }: OverRead,
  { name, at }: Signature,
  isTestData: boolean,
): string {
  const stated = [...kept, ...added];
  return [
    ...(isTestData ? [TEST_NOTICE] : []),
    ...(stated.length === 0 ? [] : [`${textsOf(stated)}.`]),
    ...(comment === '' ? [] : [comment]),
    `Read and signed by ${name}, ${at.slice(0, 16).replace('T', ' ')} UTC.`,
    ...counted('Confirmed', kept),
    ...counted('Removed', removed),
    ...counted('Added', added),
  ].join('\n');
}

/** What a signed report says beside its findings and the lines above: the clinician's comment, and whatever others added. */
export function commentOf({ conclusion, stated }: RecordedReport): string {
  const findings = `${textsOf(stated)}.`;
  const lines = conclusion.split('\n').filter((line) => line !== findings && !GENERATED.test(line));
  return lines.join('\n').trim();
}

/** Who vouches for a report, as which version, and which version went before. */
export function signatureProvenance(
  { id, versionId, resource }: RecordedReport,
  { reference, name, at }: Signature,
): Provenance & { readonly resourceType: 'Provenance' } {
  const test = isTest(resource) ? keptSchema.parse(resource).meta.security.filter(({ code }) => code === 'HTEST') : [];
  return {
    resourceType: 'Provenance',
    meta: { security: [CLINICIAN_ASSERTED, ...test], tag: [signatureTag(id, versionId)] },
    target: [{ reference: `DiagnosticReport/${id}` }],
    recorded: at,
    reason: [{ coding: [CLINICIAN_ASSERTED] }],
    activity: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'UPDATE', display: 'revise' }],
    },
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT_TYPE, code: 'verifier', display: 'Verifier' }] },
        who: { reference, display: name },
      },
      {
        type: { coding: [{ system: PARTICIPANT_TYPE, code: 'assembler', display: 'Assembler' }] },
        who: { display: 'Cardhook' },
      },
    ],
    ...(versionId === undefined
      ? {}
      : { entity: [{ role: 'revision', what: { reference: `DiagnosticReport/${id}/_history/${versionId}` } }] }),
  };
}

/** Names the signature under one version of a report, so that a retry does not vouch twice. */
export function signatureTag(id: string, versionId: string | undefined): Required<Pick<Coding, 'system' | 'code'>> {
  return reportTag(identityKey('signature', id, versionId ?? ''));
}

function isTest(resource: FhirJson): boolean {
  return keptSchema.parse(resource).meta.security.some(({ code }) => code === 'HTEST');
}

/** Labels of others stay. */
function signedSecurity(labels: readonly Coding[]): Coding[] {
  const others = labels.filter(({ code }) => code !== AI_ASSERTED.code && code !== CLINICIAN_ASSERTED.code);
  return [CLINICIAN_ASSERTED, ...others];
}

function toConcept(text: string, coding: readonly Coding[]) {
  return { ...(coding.length === 0 ? {} : { coding: [...coding] }), text };
}

function counted(what: string, statements: readonly Statement[]): string[] {
  return statements.length === 0 ? [] : [`${what}: ${textsOf(statements)}.`];
}

function textsOf(statements: readonly Pick<Statement, 'text'>[]): string {
  return statements.map(({ text }) => text).join('; ');
}
