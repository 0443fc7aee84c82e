import type { Suggestion } from './card.ts';
import { type Advice, isSilent } from './cds-client.ts';
import { countOf } from './count-of.ts';
import { type OpenChart, USER_ID } from './desk.ts';
import { applyActions, type DraftOrder, referenceOf, signedResource, toDraftBundle } from './draft-orders.ts';
import { messageOf } from './failure.ts';
import type { JsonObject } from './json.ts';
import { draftResource, type Orderable } from './order-catalogue.ts';
import { randomUuid } from './random-uuid.ts';

export interface OrderEntryState {
  readonly drafts: readonly DraftOrder[];
  /** `advised`: services have answered for these very drafts, so signing goes ahead. */
  readonly phase: 'editing' | 'asking' | 'advised' | 'signing';
  /** What the services last said; emptied when the user changes the drafts by hand. */
  readonly advice: readonly Advice[];
  /** One sentence on how things stand. */
  readonly remark: string;
}

/**
 * Draft orders of one chart on their way to being signed. Orders are signed at once where no service has anything to
 * say; where one has, the user decides. Drafts that change after that are checked again.
 */
export class OrderEntry {
  #state: OrderEntryState = { drafts: [], phase: 'editing', advice: [], remark: '' };
  readonly #chart: OpenChart;
  readonly #onChange: (state: OrderEntryState) => void;

  constructor(chart: OpenChart, onChange: (state: OrderEntryState) => void) {
    this.#chart = chart;
    this.#onChange = onChange;
    const drafts = chart.desk.drafts.get(chart.patientId) ?? [];
    if (drafts.length > 0) this.#state = { ...this.#state, drafts, remark: 'Not signed when the chart was left.' };
  }

  get state(): OrderEntryState {
    return this.#state;
  }

  get #isBusy(): boolean {
    return this.#state.phase === 'asking' || this.#state.phase === 'signing';
  }

  add(orderable: Orderable): void {
    if (this.#isBusy) return;
    const resource = draftResource(orderable, this.#chart.patientId, randomUuid());
    const { drafts, phase, advice } = this.#state;
    const heard = phase === 'editing' ? advice : [];
    this.#change({ drafts: [...drafts, { resource, suggested: false }], phase: 'editing', advice: heard, remark: '' });
    void this.#select(resource);
  }

  /** Asks what there is to say of an order just chosen; an answer that comes too late, or none, changes nothing. */
  async #select(resource: JsonObject): Promise<void> {
    const { desk, signal } = this.#chart;
    try {
      const advice = await desk.cds.ask('order-select', this.#context({ selections: [referenceOf(resource)] }), signal);
      const said = advice.filter(({ cards }) => cards.length > 0);
      const isDraft = this.#state.drafts.some((draft) => draft.resource === resource);
      if (signal.aborted || said.length === 0 || this.#state.phase !== 'editing' || !isDraft) return;
      this.#change({ advice: [...this.#state.advice, ...said] });
    } catch {
      // Signing asks again, and says what goes wrong.
    }
  }

  /** There is more on record than the services have seen: signing asks them again. */
  renew(): void {
    if (this.#state.phase !== 'advised') return;
    this.#change({ phase: 'editing', advice: [], remark: 'A new ECG has arrived: signing asks again.' });
  }

  remove(draft: DraftOrder): void {
    if (!this.#isBusy) this.#edit(this.#state.drafts.filter((other) => other !== draft));
  }

  /** Changes the drafts as a suggestion says; tells what could not be done. The card stays in view. */
  accept({ actions }: Suggestion): string | undefined {
    if (this.#isBusy) return 'the orders are being checked or signed';
    const result = applyActions(this.#state.drafts, actions, randomUuid);
    if ('impossible' in result) return result.impossible;
    this.#change({ drafts: result.drafts, phase: 'editing', remark: '' });
    return undefined;
  }

  /** Asks decision support unless it has answered for these drafts; signs where it is silent or was heard already. */
  async sign(): Promise<void> {
    const { drafts, phase } = this.#state;
    if (drafts.length === 0 || this.#isBusy) return;
    if (phase === 'advised') return await this.#commit('');
    this.#change({ phase: 'asking', advice: [], remark: 'Asking decision support…' });
    try {
      const { desk, signal } = this.#chart;
      const advice = await desk.cds.ask('order-sign', this.#context(), signal);
      if (signal.aborted) return;
      if (!isSilent(advice)) this.#change({ phase: 'advised', advice, remark: 'Nothing is signed yet.' });
      else await this.#commit(`${countOf(advice.length, 'service')} asked, no advice. Silence is not clearance.`);
    } catch (error) {
      this.#change({ phase: 'advised', remark: `Decision support could not be asked: ${messageOf(error)}.` });
    }
  }

  /** Puts the drafts on record one by one; what the server refuses stays a draft. */
  async #commit(addition: string): Promise<void> {
    const { drafts } = this.#state;
    this.#change({ phase: 'signing', remark: 'Signing…' });
    try {
      for (const draft of drafts) {
        await this.#chart.desk.fhir.create(signedResource(draft.resource, new Date()));
        this.#change({ drafts: this.#state.drafts.filter((other) => other !== draft) });
      }
      this.#change({ phase: 'editing', advice: [], remark: `${countOf(drafts.length, 'order')} signed. ${addition}` });
    } catch (error) {
      this.#change({ phase: 'advised', remark: `Not everything was signed: ${messageOf(error)}.` });
    }
  }

  #context(more: JsonObject = {}): JsonObject {
    const draftOrders = toDraftBundle(this.#state.drafts);
    return { userId: USER_ID, patientId: this.#chart.patientId, draftOrders, ...more };
  }

  #edit(drafts: readonly DraftOrder[]): void {
    this.#change({ drafts, phase: 'editing', advice: [], remark: '' });
  }

  #change(change: Partial<OrderEntryState>): void {
    this.#state = { ...this.#state, ...change };
    const { drafts, phase } = this.#state;
    // What is being signed must not be there to be signed again.
    this.#chart.desk.drafts.set(this.#chart.patientId, phase === 'signing' ? [] : drafts);
    this.#onChange(this.#state);
  }
}
