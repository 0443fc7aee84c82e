import { showAdvice } from './advice-view.ts';
import { isSilent } from './cds-client.ts';
import type { ChartPatient } from './chart-records.ts';
import { type OpenChart, USER_ID } from './desk.ts';
import { button, element, fill } from './element.ts';
import { messageOf } from './failure.ts';
import { historyView } from './history-view.ts';
import { type OrdersView, ordersView } from './orders-view.ts';
import { recordsView } from './records-view.ts';

/** A patient's chart. Making it opens it: records are fetched and the patient-view hook is called. */
export function chartView(patient: ChartPatient, chart: OpenChart, onClose: () => void): HTMLElement {
  const orders = ordersView(chart);
  const advice = adviceSection(chart, orders);
  const onArrival = () => {
    orders.renew();
    void advice.ask();
  };
  return element('article', { 'aria-labelledby': 'patient-title' }, [
    element('header', { class: 'patient' }, [
      button('← All patients', onClose, { class: 'back' }),
      element('h2', { id: 'patient-title', tabindex: '-1' }, patient.name),
      element('p', {}, [`${patient.sexAndAge}, ${patient.birth} `, element('code', {}, patient.id)]),
      historyView(chart),
    ]),
    element('div', { class: 'columns' }, [
      element('div', { class: 'column' }, [advice.root, recordsView(chart, onArrival)]),
      element('div', { class: 'column' }, orders.root),
    ]),
  ]);
}

/** The patient-view hook: asked on opening, and again whenever the user wants. */
function adviceSection(chart: OpenChart, { accept }: OrdersView) {
  const { desk, patientId, signal } = chart;
  const cards = element('div', { class: 'advice' }, quiet('Asking decision support…'));
  let turn = 0;
  const ask = async () => {
    turn += 1;
    const mine = turn;
    // An earlier question may be answered later, of an older ECG.
    const isLate = () => signal.aborted || mine !== turn;
    // Cards of before stay, dimmed, so that the page does not jump.
    cards.setAttribute('aria-busy', 'true');
    try {
      const advice = await desk.cds.ask('patient-view', { userId: USER_ID, patientId }, signal);
      if (isLate()) return;
      if (isSilent(advice)) fill(cards, quiet('No advice for this patient.'));
      else showAdvice(cards, advice, { ...chart, accept, open: true });
    } catch (error) {
      if (isLate()) return;
      fill(cards, element('p', { class: 'problem' }, `Decision support could not be asked: ${messageOf(error)}.`));
    }
    cards.removeAttribute('aria-busy');
  };
  const root = element('section', { class: 'panel', 'aria-labelledby': 'advice-title' }, [
    element('div', { class: 'row spread' }, [
      element('h3', { id: 'advice-title' }, 'Decision support'),
      button('Ask again', ask),
    ]),
    cards,
  ]);
  void ask();
  return { root, ask };
}

function quiet(text: string): HTMLElement {
  return element('p', { class: 'quiet' }, text);
}
