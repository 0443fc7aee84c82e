import { EcgError } from '../../errors.ts';
import type { EcgUnderReview } from '../../over-read/ecg-under-review.ts';
import { type OverRead, statementsOf } from '../../over-read/over-read.ts';
import { findReport } from '../../over-read/recorded-report.ts';
import { signOverRead } from '../../over-read/sign-over-read.ts';
import { type OverReadInput, parseOverReadInput, toOverRead } from './over-read-form.ts';
import type { Session, Signer } from './session.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';

export interface Posting {
  readonly session: Session;
  /** The ECG and its report as they are now. */
  readonly review: EcgUnderReview;
  readonly deps: SmartAppDeps;
}

/** What the page says next. */
export interface PostingResult {
  readonly status: number;
  readonly isSigned: boolean;
  readonly review: EcgUnderReview;
  /** What was typed, where it has not become a report. */
  readonly input?: OverReadInput;
  readonly alerts?: readonly string[];
  readonly remarks?: readonly string[];
}

const CHANGED =
  'The report was changed since you opened it. Nothing was signed. What you typed is kept below: look at the report as it is now, and sign again.';

/**
 * Signs what was posted. Whatever keeps it from being signed, what was typed comes back.
 * @throws EcgError SOURCE_INVALID for what no form of ours sends, FHIR_FORBIDDEN for who may not sign.
 */
export async function signPosted(body: unknown, posting: Posting): Promise<PostingResult> {
  const { session, review } = posting;
  const input = parseOverReadInput(body);
  if (input === undefined) throw new EcgError('SOURCE_INVALID', 'the form cannot be read');
  const { user, maySign } = session;
  if (!maySign || user === undefined) throw new EcgError('FHIR_FORBIDDEN', 'this launch may not sign reports');
  if (input.version !== (review.report?.versionId ?? '')) return comeBack(409, input, { review, alerts: [CHANGED] });
  const overRead = toOverRead(input, statementsOf(review), session.tenant.snomedEdition);
  if ('faults' in overRead) return comeBack(422, input, { review, alerts: overRead.faults });
  try {
    return (await sign(overRead, user, posting)) ?? (await changed(input, posting));
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return comeBack(502, input, { review, alerts: [`Not signed: ${error.message}. What you typed is kept below.`] });
  }
}

/** Undefined where somebody else was faster. */
async function sign(
  overRead: OverRead,
  user: Signer,
  { session, review, deps }: Posting,
): Promise<PostingResult | undefined> {
  const { tenant, server } = session;
  const now = deps.now();
  const { patientId, reference } = review;
  const request = { tenant, server, patientId, reference };
  const signature = { ...user, at: now.toISOString() };
  const result = await signOverRead({ request, review, overRead, signature }, deps, now);
  if (result.outcome === 'conflict') return undefined;
  const { report, remarks } = result;
  const done = `Signed: the report is ${report.status}.`;
  return { status: 200, isSigned: true, review: { ...review, report }, remarks: [done, ...remarks] };
}

async function changed(input: OverReadInput, { session, review }: Posting): Promise<PostingResult> {
  const report = await findReport(session.server, review.ecgIdentity);
  return comeBack(409, input, { review: { ...review, report }, alerts: [CHANGED] });
}

/** With the version that is now on the screen, so that signing again means that one. */
function comeBack(
  status: number,
  input: OverReadInput,
  { review, alerts }: { readonly review: EcgUnderReview; readonly alerts: readonly string[] },
): PostingResult {
  const version = review.report?.versionId ?? '';
  return { status, isSigned: false, review, input: { ...input, version }, alerts };
}
