import {
  chartQueries,
  type EcgRecord,
  type ReportRecord,
  reportsSince,
  toEcgRecords,
  toReportRecords,
} from './chart-records.ts';
import { countOf } from './count-of.ts';
import type { OpenChart } from './desk.ts';
import { button, element, fill } from './element.ts';
import { failureOf, messageOf } from './failure.ts';
import { textAt } from './json.ts';
import { tracingButton } from './tracing-dialog.ts';
import { viewerLink } from './viewer-link.ts';

/**
 * The ECGs and reports of a patient, and the arrival of a new ECG: it is stored, and the report appears by itself, since
 * Cardhook subscribed to new ECGs.
 * @param onArrival told when a new ECG is on record, so that advice on an older one is renewed.
 */
export function recordsView(chart: OpenChart, onArrival: () => void): HTMLElement {
  const ecgs = element('div');
  const reports = element('div');
  const remark = element('p', { class: 'quiet' });
  const say = (text: string) => {
    remark.textContent = text;
    if (!chart.signal.aborted) chart.desk.announce(text);
  };
  const arrive = button('A new ECG arrives', async () => {
    say('The ECG cart sends a simulated ECG…');
    const problem = await receiveEcg(chart, async () => {
      await showRecords({ ecgs, reports }, chart);
      say('The ECG is in the chart. Cardhook was not asked; the FHIR server notifies it…');
    });
    await showRecords({ ecgs, reports }, chart);
    say(problem ?? 'The ECG is in the chart, with its preliminary report.');
    onArrival();
  });
  void showRecords({ ecgs, reports }, chart);
  return element('div', { class: 'records' }, [
    element('section', { class: 'panel', 'aria-labelledby': 'ecgs-title' }, [
      element('h3', { id: 'ecgs-title' }, 'ECGs'),
      ecgs,
      element('div', { class: 'row' }, [arrive, remark]),
    ]),
    element('section', { class: 'panel', 'aria-labelledby': 'reports-title' }, [
      element('h3', { id: 'reports-title' }, 'ECG reports'),
      reports,
    ]),
  ]);
}

const REPORT_TIMEOUT_MS = 20_000;
const REPORT_POLL_MS = 400;

/**
 * Says what went wrong, if anything.
 * @param onStored told when the ECG is on record and nobody but the FHIR server knows of it.
 */
async function receiveEcg({ desk, patientId }: OpenChart, onStored: () => Promise<void>): Promise<string | undefined> {
  const arrival = await desk.send({ purpose: 'new ECG', path: '/demo/new-ecg', body: { patientId } });
  const recordedAt = textAt(arrival.body, 'recordedAt');
  if (recordedAt === undefined) return `No ECG arrived: ${failureOf(arrival)}.`;
  await onStored();
  const deadline = performance.now() + REPORT_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const reports = await desk.fhir.search(reportsSince(patientId, recordedAt), 'report yet?').catch(() => []);
    if (reports.length > 0) return undefined;
    await new Promise((resolve) => setTimeout(resolve, REPORT_POLL_MS));
  }
  return 'The ECG is in the chart, but no report has appeared: an ECG that cannot be read gets none.';
}

async function showRecords(
  places: { readonly ecgs: HTMLElement; readonly reports: HTMLElement },
  chart: OpenChart,
): Promise<void> {
  const { desk, patientId, signal } = chart;
  const queries = chartQueries(patientId);
  try {
    const [observations, documents, reports] = await Promise.all([
      desk.fhir.search(queries.ecgObservations, 'chart', signal),
      desk.fhir.search(queries.ecgDocuments, 'chart', signal),
      desk.fhir.search(queries.reports, 'chart', signal),
    ]);
    fill(places.ecgs, ecgTable(toEcgRecords([...observations, ...documents], new Date()), chart));
    fill(places.reports, reportList(toReportRecords(reports)));
  } catch (error) {
    fill(places.ecgs, element('p', { class: 'problem' }, `The record cannot be shown: ${messageOf(error)}.`));
  }
}

function ecgTable(ecgs: readonly EcgRecord[], chart: OpenChart): HTMLElement {
  if (ecgs.length === 0) return element('p', { class: 'quiet' }, 'No ECG on record.');
  const header = ['Recorded', 'Form and source'].map((text) => element('th', { scope: 'col' }, text));
  const rows = ecgs.map(({ time, age, form, reference }) =>
    element('tr', {}, [
      element('td', {}, [
        element('span', { class: 'unbroken' }, time),
        ' ',
        quiet(age),
        element('div', { class: 'row' }, [
          tracingButton({ time, reference }, chart),
          viewerLink('Open in viewer', { patient: chart.patientId, ecg: reference }, `ECG ${time}`),
        ]),
      ]),
      element('td', {}, [form, ' ', element('code', {}, reference)]),
    ]),
  );
  return element('table', {}, [
    element('caption', { class: 'visually-hidden' }, `${countOf(ecgs.length, 'ECG')} on record, newest first`),
    element('thead', {}, element('tr', {}, header)),
    element('tbody', {}, rows),
  ]);
}

function quiet(text: string): HTMLElement {
  return element('span', { class: 'quiet unbroken' }, text);
}

function reportList(reports: readonly ReportRecord[]): HTMLElement {
  if (reports.length === 0) return element('p', { class: 'quiet' }, 'No report on record.');
  const items = reports.map(({ time, status, conclusion, codes }, index) =>
    element('li', {}, [
      element('details', { open: index === 0 }, [
        element('summary', {}, ['ECG ', time, ' ', element('span', { class: 'tag' }, status)]),
        ...conclusion.map((statement) => element('p', {}, statement)),
        ...codes.map(({ code, display }) => element('p', {}, [display, ' ', element('code', {}, code)])),
      ]),
    ]),
  );
  return element('ul', { class: 'reports' }, items);
}
