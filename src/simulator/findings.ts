import { CONDUCTION_FINDINGS } from './conduction-findings.ts';
import type { SimulatedFinding } from './finding-row.ts';
import { MORPHOLOGY_FINDINGS } from './morphology-findings.ts';
import { RHYTHM_FINDINGS } from './rhythm-findings.ts';

/** Everything that can be asked for. */
export const FINDINGS: readonly SimulatedFinding[] = [
  ...RHYTHM_FINDINGS,
  ...CONDUCTION_FINDINGS,
  ...MORPHOLOGY_FINDINGS,
];

/** A finding by its name, in any case. */
export function findingByName(name: string): SimulatedFinding | undefined {
  return FINDINGS.find((finding) => finding.name === name.toLowerCase());
}
