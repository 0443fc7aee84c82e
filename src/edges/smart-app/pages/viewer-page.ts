import { ageOf } from '../../../cds/ecg-time.ts';
import { modelNotice } from '../../../model/model-notice.ts';
import type { EcgUnderReview } from '../../../over-read/ecg-under-review.ts';
import { statementsOf } from '../../../over-read/over-read.ts';
import type { RecordedReport } from '../../../over-read/recorded-report.ts';
import { recordingTime, tracingCaption } from '../../../tracing/tracing-caption.ts';
import type { DrawnTracing } from '../draw-tracing.ts';
import { firstInput, type OverReadInput } from '../over-read-form.ts';
import type { ListedEcg, Session } from '../session.ts';
import type { AppPlace } from '../smart-app-deps.ts';
import type { ViewOptions } from '../view-options.ts';
import type { WorklistRow } from '../worklist.ts';
import { appHeader } from './app-header.ts';
import { findingsView } from './findings-view.ts';
import { type Html, html } from './html.ts';
import { measurementsView } from './measurements-view.ts';
import { overReadView } from './over-read-view.ts';
import { page } from './page.ts';
import { tracingView } from './tracing-view.ts';

export interface ViewerPage {
  readonly session: Session;
  readonly review: EcgUnderReview;
  readonly drawn: DrawnTracing;
  readonly options: ViewOptions;
  readonly place: AppPlace;
  /** What was typed, where a form comes back. */
  readonly input?: OverReadInput | undefined;
  /** What the user has to know first. */
  readonly alerts?: readonly string[];
  /** What has just been done. */
  readonly remarks?: readonly string[];
  /** What to read next. */
  readonly next?: Pick<WorklistRow, 'place' | 'report'> | undefined;
  readonly now: Date;
}

/** The page a card leads to: whose ECG, what the machine reads and why, and the over-read. */
export function viewerPage(view: ViewerPage): string {
  const { session, review, drawn, options, place, next, now, alerts = [], remarks = [] } = view;
  const { ecg, patient, reading, report } = review;
  const caption = tracingCaption(ecg, patient);
  const notice = 'manifest' in reading ? modelNotice(reading.manifest) : undefined;
  return page(
    { title: 'ECG viewer' },
    place,
    html`<a class="skip" href="#main">To the tracing</a>
${appHeader(session)}
<main id="main">
<header class="patient"><div><h1>${caption.patient}</h1><p>${caption.patientDetails}</p></div>
<div><p><strong>${caption.recorded}</strong></p><p>${caption.recording}; ${caption.device}</p></div>
${stateTag(report)}</header>
${alerts.length > 0 && html`<div class="alert" role="alert"><ul>${alerts.map((alert) => html`<li>${alert}</li>`)}</ul></div>`}
${remarks.length > 0 && html`<div class="done" role="status"><ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul></div>`}
${next !== undefined && html`<p class="done"><a href="report?n=${next.place}">Next unsigned report</a>: ${next.report.urgency}, ECG ${ageOf(next.report.at, now)}</p>`}
${notice !== undefined && html`<p class="notice"><strong>${notice}</strong></p>`}
${otherEcgs(session.ecgs, options.ecg)}
${tracingView(ecg, drawn, options)}
<div class="columns">
<div class="column">${recordedView(report)}${findingsView(reading)}${'measurements' in reading && measurementsView(reading)}</div>
<div class="column">${overReadPart(view)}</div>
</div>
</main>`,
  );
}

function overReadPart({ session, review, options, input }: ViewerPage): Html {
  const { report, reading } = review;
  const statements = statementsOf(review);
  const isSigned = report?.isSigned === true;
  const isWithdrawn = report?.isWithdrawn === true;
  const isReadable = isSigned || 'interpretation' in reading;
  return overReadView({
    ...{ statements, isSigned },
    input: input ?? firstInput(statements, report),
    edition: session.tenant.snomedEdition,
    signer: session.maySign && isReadable && !isWithdrawn ? session.user?.name : undefined,
    whyNot: isWithdrawn
      ? 'The report was withdrawn in the EHR; it cannot be signed here.'
      : whyNot(session, isReadable),
    formToken: session.formToken,
    place: options.ecg,
  });
}

function whyNot({ user, maySign }: Session, isReadable: boolean): string {
  if (user === undefined) return 'Read only: the EHR does not say which clinician has logged in, so nobody can sign.';
  if (!maySign)
    return 'Read only: the EHR has not granted the app to change reports (DiagnosticReport and Provenance).';
  return isReadable ? '' : 'There is no machine reading to over-read; report this ECG in the EHR.';
}

function stateTag(report: RecordedReport | undefined): Html {
  if (report === undefined) return html`<p class="tag warning">Preliminary, no report on record</p>`;
  const { isSigned, status } = report;
  const word = `${status.charAt(0).toUpperCase()}${status.slice(1)}`;
  return html`<p class="tag ${isSigned ? 'signed' : 'warning'}">${word}</p>`;
}

/** What is signed goes before what a machine says. */
function recordedView(report: RecordedReport | undefined): Html | undefined {
  if (report === undefined || !report.isSigned) return undefined;
  const { conclusion, interpreters, issued, stated } = report;
  return html`<section class="panel signed" aria-labelledby="report-title"><h2 id="report-title">Signed report</h2>
<p class="quiet">${interpreters.join(', ') || 'signer not stated'}, ${recordingTime(issued)}</p>
${conclusion.split('\n').map((line) => html`<p>${line}</p>`)}
<ul>${stated.map(({ text, codings }) => html`<li>${text} <span class="quiet">${codings.map(({ code }) => code).join(' + ')}</span></li>`)}</ul></section>`;
}

/** Of the same patient: from the worklist a session comes to many. */
function otherEcgs(ecgs: readonly ListedEcg[], current: number): Html | undefined {
  const own = ecgs.flatMap(({ patientId, recordedAt }, place) =>
    patientId === ecgs[current]?.patientId ? [{ place, recordedAt }] : [],
  );
  if (own.length < 2) return undefined;
  return html`<nav aria-label="ECGs of this patient"><ul class="row">${own.map(
    ({ place, recordedAt }) =>
      html`<li><a href="?ecg=${place}"${place === current && html` aria-current="page"`}>${recordingTime(recordedAt)}</a></li>`,
  )}</ul></nav>`;
}
