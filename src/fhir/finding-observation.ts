import type { Annotation, CodeableConcept, Coding, Observation } from 'fhir/r4';
import type { Finding } from '../findings/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import { thresholdBasis } from '../model/site-calibration.ts';
import { effectiveTime } from './effective-time.ts';
import { SYSTEMS } from './identity.ts';
import { assertedMeta } from './report-codes.ts';
import { findingKey, type ReportInput, type ReportReferences } from './report-input.ts';

export const PROCEDURE_CATEGORY: CodeableConcept = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/observation-category',
      code: 'procedure',
      display: 'Procedure',
    },
  ],
};

/** One finding. */
export const ECG_FINDING: Coding = {
  system: 'http://snomed.info/sct',
  code: '271921002',
  display: 'Electrocardiogram finding (observable entity)',
};

/** The reading as a whole, or a part of it. */
export const EKG_IMPRESSION: Coding = { system: 'http://loinc.org', code: '8601-7', display: 'EKG impression' };

/** AI Transparency on FHIR; a decimal there is a probability, so only calibrated scores go in. */
const AI_CONFIDENCE = 'http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence';

/** Resource types `Observation.derivedFrom` may point to (R4). */
const DERIVED_FROM =
  /(^|\/)(DocumentReference|ImagingStudy|Media|QuestionnaireResponse|Observation)\/[^/]+(\/_history\/[^/]+)?$/;

/** One finding: coded only where it may go into a record without a human, else its text alone. */
export function findingObservation(finding: Finding, input: ReportInput, references: ReportReferences): Observation {
  const { manifest, encounter } = input;
  return {
    resourceType: 'Observation',
    meta: assertedMeta(manifest),
    identifier: [{ system: SYSTEMS.finding, value: findingKey(references.reportKey, finding.index) }],
    status: 'preliminary',
    category: [PROCEDURE_CATEGORY],
    code: { coding: [ECG_FINDING, EKG_IMPRESSION] },
    subject: { reference: input.subject },
    ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
    ...effectiveTime(input.ecg.recordedAt),
    issued: input.issued,
    valueCodeableConcept: findingValue(finding),
    note: notes(finding),
    device: { reference: references.device },
    ...derivedFrom(input),
    ...score(finding, manifest),
  };
}

/** Coded only where that may go into a record without a human. */
export function findingValue({ codable, coding, text }: Finding): CodeableConcept {
  return { ...(codable && coding ? { coding: [coding] } : {}), text };
}

/** The resources of the tracing that an Observation may say it is derived from. */
export function derivedFrom({ sources }: Pick<ReportInput, 'sources'>): Pick<Observation, 'derivedFrom'> {
  const references = sources.filter((source) => DERIVED_FROM.test(source)).map((reference) => ({ reference }));
  return references.length === 0 ? {} : { derivedFrom: references };
}

function notes({ label, tier }: Finding): Annotation[] {
  return [
    { text: `Label of the model: ${label}` },
    ...(tier === 'low' ? [{ text: 'Low confidence until the model is calibrated locally.' }] : []),
  ];
}

function score({ index, score, threshold }: Finding, manifest: Manifest): Pick<Observation, 'component' | 'extension'> {
  const value = Number(score.toFixed(4));
  if (thresholdBasis(manifest, index) === 'site') return { extension: [{ url: AI_CONFIDENCE, valueDecimal: value }] };
  return {
    component: [
      {
        code: { text: `Uncalibrated model score, not a probability (reported from ${threshold})` },
        valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '1' },
      },
    ],
  };
}
