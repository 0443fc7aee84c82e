import { callPanel } from './call-panel.ts';
import { createCdsClient } from './cds-client.ts';
import { type ChartPatient, toPatient } from './chart-records.ts';
import { chartView } from './chart-view.ts';
import type { Desk } from './desk.ts';
import { element, fill } from './element.ts';
import { failureOf, messageOf } from './failure.ts';
import { createFhirClient } from './fhir-client.ts';
import { createHttpClient } from './http-client.ts';
import { textAt } from './json.ts';

/** Parts of index.html. */
const list = place('patients');
const main = place('chart');
const welcome = [...main.children];

let openChart = new AbortController();

try {
  await start();
} catch (error) {
  fill(list, element('p', { class: 'problem' }, `The demo cannot start: ${messageOf(error)}.`));
}

async function start(): Promise<void> {
  const send = createHttpClient(callPanel(place('calls')));
  const fhir = createFhirClient(send);
  const about = await send({ purpose: 'settings', path: '/demo/settings' });
  const fhirServer = textAt(about.body, 'fhirServer');
  const launchUrl = textAt(about.body, 'launchUrl');
  if (fhirServer === undefined || launchUrl === undefined) throw new Error(failureOf(about));
  const cds = createCdsClient({ send, fhir, fhirServer });
  const desk: Desk = { send, fhir, fhirServer, launchUrl, cds, drafts: new Map(), announce };
  const found = await fhir.search('Patient?_count=50', 'patient list');
  const patients = found.flatMap((resource) => toPatient(resource, new Date()));
  fill(list, patients.length === 0 ? 'No patients.' : patientList(patients, desk));
}

function patientList(patients: readonly ChartPatient[], desk: Desk): HTMLElement {
  const items = patients.map((patient) => {
    const choose = element('button', { type: 'button' }, [
      element('strong', {}, patient.name),
      element('span', {}, [`${patient.sexAndAge}, `, element('span', { class: 'unbroken' }, patient.birth)]),
    ]);
    choose.addEventListener('click', () => open(patient, desk, choose));
    return element('li', {}, choose);
  });
  return element('ul', {}, items);
}

/** Closes the chart that is open, whose late answers are then dropped, and opens another. */
function open(patient: ChartPatient, desk: Desk, chosen: HTMLButtonElement): void {
  openChart.abort();
  openChart = new AbortController();
  for (const other of list.querySelectorAll('[aria-current]')) other.removeAttribute('aria-current');
  chosen.setAttribute('aria-current', 'true');
  document.body.classList.add('chart-open');
  const chart = { desk, patientId: patient.id, signal: openChart.signal };
  fill(
    main,
    chartView(patient, chart, () => close(chosen)),
  );
  scrollTo({ top: 0 });
  main.querySelector<HTMLElement>('h2')?.focus();
}

function close(chosen: HTMLButtonElement): void {
  openChart.abort();
  chosen.removeAttribute('aria-current');
  document.body.classList.remove('chart-open');
  fill(main, welcome);
  chosen.focus();
}

function announce(text: string): void {
  place('announcer').textContent = text;
}

function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
