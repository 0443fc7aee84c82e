import { ageOf } from '../../../cds/ecg-time.ts';
import type { EcgPatient } from '../../../ecg/ecg.ts';
import { READING_URGENCIES, type ReadingUrgency } from '../../../findings/reading-urgency.ts';
import { recordingTime } from '../../../tracing/tracing-caption.ts';
import type { Session } from '../session.ts';
import type { AppPlace } from '../smart-app-deps.ts';
import type { Worklist, WorklistRow, WorklistView } from '../worklist.ts';
import { appHeader } from './app-header.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';

export interface WorklistPage {
  readonly session: Session;
  readonly view: WorklistView;
  readonly worklist: Worklist;
  readonly place: AppPlace;
  readonly now: Date;
}

/** Reports that wait for a signature. `browser/worklist.ts` renews what has a `data-live`, and the rows. */
export function worklistPage({ session, view, worklist, place, now }: WorklistPage): string {
  const { rows, isWhole } = worklist;
  const title = session.patientId === undefined ? 'Unsigned ECG reports' : 'Unsigned ECG reports of this patient';
  return page(
    { title: 'ECG worklist', file: 'worklist' },
    place,
    html`<a class="skip" href="#main">To the list</a>
${appHeader(session, 'worklist')}
<main id="main" class="worklist">
<section class="panel" aria-labelledby="worklist-title">
<div class="row spread"><h1 id="worklist-title">${title}</h1>${urgencyFilter(view)}</div>
<p id="counts" role="status" data-live>${countsText(worklist)}</p>
<p class="quiet">Most urgent first, then oldest. <span id="as-of" data-live>As of ${recordingTime(now.toISOString())}.</span> <a href="?${queryOf(view)}">Refresh</a></p>
<p id="test-models" class="notice" data-live>${rows.some(({ report }) => report.isTest) && TEST_NOTICE}</p>
<p id="stopped" class="problem" role="alert" hidden></p>
<ol id="rows">${rows.map((row) => listItem(row, now))}</ol>
<p id="empty" data-live>${rows.length === 0 && 'No report here waits for a signature.'}</p>
<nav id="pages" aria-label="Pages of the list" data-live>${pageLinks(view, worklist)}</nav>
${!isWhole && html`<p class="problem">There are more reports than this list holds. Critical and urgent ones come first; sign some, and the others appear.</p>`}
<p class="quiet">Machine readings, not confirmed by a clinician. An ECG that Cardhook could not read, or has not read yet, is not in this list.</p>
</section>
</main>`,
  );
}

const TEST_NOTICE =
  'Readings marked "test model" are guesses of a demonstration model: not for clinical use, however urgent they are.';

const URGENCY_NAMES: Readonly<Record<ReadingUrgency, string>> = {
  critical: 'Critical',
  urgent: 'Urgent',
  routine: 'Routine',
};

function urgencyFilter(view: WorklistView): Html {
  const choices = [undefined, ...READING_URGENCIES].map((value) => {
    const label = value === undefined ? 'all' : URGENCY_NAMES[value].toLowerCase();
    return html`<option value="${value ?? ''}"${value === view.urgency && html` selected`}>${label}</option>`;
  });
  return html`<form method="get" class="row switches"><label><span>Urgency</span> <select name="urgency">${choices}</select></label>
<button type="submit">Show</button></form>`;
}

function countsText({ counts, isWhole }: Worklist): string {
  const total = READING_URGENCIES.reduce((sum, urgency) => sum + counts[urgency], 0);
  const parts = READING_URGENCIES.map((urgency) => `${counts[urgency]} ${urgency}`).join(', ');
  return `${isWhole ? '' : 'More than '}${total} unsigned: ${parts}.`;
}

/** One report: who, how urgent, how old, what the machine reads. */
function listItem({ place, report, patient, reader }: WorklistRow, now: Date): Html {
  const { urgency, isTest, at, sentence } = report;
  return html`<li data-row="${place}">
<div class="row spread"><a href="report?n=${place}">${nameOf(patient)}<span class="visually-hidden">, ${urgency}, ECG ${ageOf(at, now)}</span></a>
<div class="row"><span class="tag ${urgency}">${URGENCY_NAMES[urgency]}</span>${isTest && html`<span class="tag warning">Test model</span>`}</div></div>
<p><strong>${ageOf(at, now)}</strong> <span class="quiet">${recordingTime(at)}${patient !== undefined && html`; ${detailsOf(patient)}`}</span></p>
<p>${sentence}</p>
${reader !== undefined && html`<p class="quiet">Opened by ${reader.name} ${reader.minutesAgo === 0 ? 'just now' : `${reader.minutesAgo} min ago`}.</p>`}
</li>`;
}

function nameOf(patient: EcgPatient | undefined): string {
  if (patient === undefined) return 'Patient not shown by the EHR';
  return patient.name?.trim() || 'Name not stated';
}

function detailsOf({ ids, birthDate }: EcgPatient): string {
  return [ids.length > 0 && `ID ${ids.join(', ')}`, birthDate !== undefined && `born ${birthDate}`]
    .filter(Boolean)
    .join(', ');
}

function pageLinks(view: WorklistView, { page: current, pages }: Worklist): Html | undefined {
  if (pages === 1) return undefined;
  return html`<ul class="row">${Array.from({ length: pages }, (_, index) => index + 1).map(
    (number) =>
      html`<li><a href="?${queryOf({ ...view, page: number })}"${number === current && html` aria-current="page"`}>Page ${number}</a></li>`,
  )}</ul>`;
}

function queryOf({ urgency, page }: WorklistView): string {
  return new URLSearchParams({ ...(urgency && { urgency }), page: String(page) }).toString();
}
