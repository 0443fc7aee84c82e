import { showAdvice } from './advice-view.ts';
import type { Suggestion } from './card.ts';
import { chartQueries } from './chart-records.ts';
import { countOf } from './count-of.ts';
import type { OpenChart } from './desk.ts';
import { conceptCode, conceptName, type DraftOrder } from './draft-orders.ts';
import { button, element, fill } from './element.ts';
import { messageOf } from './failure.ts';
import type { JsonObject } from './json.ts';
import { CATALOGUE, type Orderable } from './order-catalogue.ts';
import { OrderEntry, type OrderEntryState } from './order-entry.ts';

export interface OrdersView {
  readonly root: HTMLElement;
  /** Changes the drafts as a suggestion says; tells what could not be done. */
  readonly accept: (suggestion: Suggestion) => string | undefined;
  /** A new ECG is on record: what was said of the drafts no longer holds. */
  readonly renew: () => void;
}

/** Order entry: the catalogue, the drafts, the advice on signing them, and the orders on record. */
export function ordersView(chart: OpenChart): OrdersView {
  const drafts = element('div');
  const advice = element('div', { class: 'advice' });
  const remark = element('p', { class: 'quiet', tabindex: '-1' });
  const onRecord = element('div');
  const entry = new OrderEntry(chart, (state) => show(state));
  const accept = (suggestion: Suggestion) => entry.accept(suggestion);
  const catalogue = catalogueView((orderable) => entry.add(orderable));
  const sign = button('', () => entry.sign(), { class: 'primary' });
  let shown: OrderEntryState | undefined;

  function show(state: OrderEntryState): void {
    const before = shown;
    shown = state;
    if (state.drafts !== before?.drafts) fill(drafts, draftsView(state.drafts, remove));
    const isNewAdvice = state.advice !== before?.advice;
    if (isNewAdvice) showAdvice(advice, state.advice, { ...chart, accept, open: false });
    // Cards announce themselves, and what is announced last is what is heard.
    const isHeard = state.remark !== '' && state.remark !== before?.remark && !chart.signal.aborted;
    if (isHeard && !(isNewAdvice && state.advice.length > 0)) chart.desk.announce(state.remark);
    remark.textContent = state.remark;
    sign.textContent = `${state.phase === 'advised' ? 'Sign anyway' : 'Sign'} (${countOf(state.drafts.length, 'order')})`;
    sign.hidden = state.drafts.length === 0;
    if (before?.phase !== 'signing' || state.phase === 'signing') return;
    remark.focus();
    void showOrdersOnRecord(onRecord, chart);
  }
  function remove(draft: DraftOrder): void {
    entry.remove(draft);
    catalogue.querySelector('select')?.focus();
  }

  show(entry.state);
  void showOrdersOnRecord(onRecord, chart);
  const title = element('h3', { id: 'orders-title' }, 'Orders');
  const signing = element('div', { class: 'row' }, [sign, remark]);
  const parts = [title, catalogue, drafts, advice, signing, onRecord];
  const root = element('section', { class: 'panel orders', 'aria-labelledby': 'orders-title' }, parts);
  return { root, accept, renew: () => entry.renew() };
}

function catalogueView(add: (orderable: Orderable) => void): HTMLElement {
  const groups = (['medicine', 'test'] as const).map((kind) => {
    const options = CATALOGUE.flatMap((orderable, index) =>
      orderable.kind === kind ? [element('option', { value: String(index) }, orderable.display)] : [],
    );
    return element('optgroup', { label: kind === 'medicine' ? 'Medicines' : 'Tests' }, options);
  });
  const select = element('select', { id: 'orderable' }, groups);
  const addButton = button('Add', () => {
    const orderable = CATALOGUE[Number(select.value)];
    if (orderable !== undefined) add(orderable);
  });
  return element('div', { class: 'row' }, [element('label', { for: 'orderable' }, 'New order'), select, addButton]);
}

function draftsView(drafts: readonly DraftOrder[], remove: (draft: DraftOrder) => void): HTMLElement {
  if (drafts.length === 0) return element('p', { class: 'quiet' }, 'No draft orders.');
  const rows = drafts.map((draft) => {
    const name = conceptName(draft.resource);
    return element('li', {}, [
      element('span', { class: 'order' }, [
        element('strong', {}, name),
        ' ',
        element('code', {}, conceptCode(draft.resource) ?? 'no code'),
        draft.suggested && element('span', { class: 'tag' }, 'from advice'),
      ]),
      button('Remove', () => remove(draft), { 'aria-label': `Remove ${name}` }),
    ]);
  });
  return element('ul', { class: 'drafts', 'aria-label': 'Draft orders' }, rows);
}

async function showOrdersOnRecord(place: HTMLElement, { desk, patientId, signal }: OpenChart): Promise<void> {
  const { medicationOrders, serviceOrders } = chartQueries(patientId);
  try {
    const [medicines, tests] = await Promise.all([
      desk.fhir.search(medicationOrders, 'chart', signal),
      desk.fhir.search(serviceOrders, 'chart', signal),
    ]);
    fill(place, onRecordView([...medicines, ...tests]));
  } catch (error) {
    fill(place, element('p', { class: 'problem' }, `The orders on record are not known: ${messageOf(error)}.`));
  }
}

function onRecordView(orders: readonly JsonObject[]): HTMLElement[] {
  if (orders.length === 0) return [];
  const items = orders.map((order) =>
    element('li', {}, [conceptName(order), ' ', element('code', {}, conceptCode(order) ?? 'no code')]),
  );
  return [element('h4', {}, 'Active orders on record'), element('ul', { class: 'on-record' }, items)];
}
