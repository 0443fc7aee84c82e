import type { CodeableConcept, ObservationResource } from './parse-observation.ts';

/** Component that is a statement: HealthKit's "Electrocardiogram Classification", LOINC 8601-7 "EKG impression". */
const STATEMENT = /classification|interpretation|impression/i;

/** Interpretation statements as written: Observation.interpretation, note, and components that hold one. */
export function readStatements(observation: ObservationResource): readonly string[] {
  const components = (observation.component ?? []).filter(({ code }) => STATEMENT.test(textOf(code) ?? ''));
  const statements = [
    ...(observation.interpretation ?? []).map(textOf),
    ...components.map(({ valueString, valueCodeableConcept }) => valueString ?? textOf(valueCodeableConcept)),
    ...(observation.note ?? []).map(({ text }) => text),
  ];
  return statements.flatMap((statement) => statement?.trim() || []);
}

function textOf(concept: CodeableConcept | undefined): string | undefined {
  return concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display;
}
