import type { Observation } from 'fhir/r4';
import { conclusion, reportIdentifiers } from './diagnostic-report.ts';
import { effectiveTime } from './effective-time.ts';
import { derivedFrom, ECG_FINDING, EKG_IMPRESSION, findingValue, PROCEDURE_CATEGORY } from './finding-observation.ts';
import { assertedMeta } from './report-codes.ts';
import type { ReportInput, ReportReferences } from './report-input.ts';

/** The whole reading as one Observation, a component per finding, for servers that take nothing else. */
export function summaryObservation(input: ReportInput, references: ReportReferences): Observation {
  const { encounter, interpretation } = input;
  const component = interpretation.findings.map((finding) => ({
    // Not the code of the whole: a component of the same code would forbid the value (invariant obs-7).
    code: { coding: [ECG_FINDING] },
    valueCodeableConcept: findingValue(finding),
  }));
  return {
    resourceType: 'Observation',
    meta: assertedMeta(input.manifest),
    identifier: reportIdentifiers(input, references),
    status: 'preliminary',
    category: [PROCEDURE_CATEGORY],
    code: { coding: [EKG_IMPRESSION] },
    subject: { reference: input.subject },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    ...effectiveTime(input.ecg.recordedAt),
    issued: input.issued,
    valueCodeableConcept: { text: interpretation.sentence },
    note: [{ text: conclusion(input) }],
    device: { reference: references.device },
    ...derivedFrom(input),
    ...(component.length === 0 ? {} : { component }),
  };
}
