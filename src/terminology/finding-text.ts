import { ECGFOUNDER } from './label-set.ts';

/** The wording of a finding by its output index, also of one that this version does not know. */
export function findingText(index: number): string {
  return ECGFOUNDER.labels[index]?.text ?? `output ${index}`;
}
