import { chartQueries } from './chart-records.ts';
import type { OpenChart } from './desk.ts';
import { conceptName } from './draft-orders.ts';
import { element, fill } from './element.ts';
import { messageOf } from './failure.ts';
import type { JsonObject } from './json.ts';

/** Conditions and medicines on record, in a line each: what advice on an order may rest on. */
export function historyView({ desk, patientId, signal }: OpenChart): HTMLElement {
  const root = element('dl', { class: 'history' });
  const { conditions, medications } = chartQueries(patientId);
  const show = async () => {
    try {
      const [problems, medicines] = await Promise.all([
        desk.fhir.search(conditions, 'chart', signal),
        desk.fhir.search(medications, 'chart', signal),
      ]);
      fill(root, [...entry('Conditions', problems), ...entry('Medicines', medicines)]);
    } catch (error) {
      fill(root, element('p', { class: 'problem' }, `The history cannot be shown: ${messageOf(error)}.`));
    }
  };
  void show();
  return root;
}

function entry(term: string, resources: readonly JsonObject[]): HTMLElement[] {
  const names = resources.map((resource) => withoutSemanticTag(conceptName(resource)));
  return [element('dt', {}, term), element('dd', {}, names.length === 0 ? 'none on record' : names.join('; '))];
}

/** "Heart failure (disorder)" as a clinician reads it. */
function withoutSemanticTag(name: string): string {
  return name.replace(/ \([a-z/ ]+\)$/, '');
}
