import type { Coding, Meta } from 'fhir/r4';
import type { Manifest } from '../model/manifest.ts';

/** Codes of the resources that make up a report, with the displays they are published under. */

/** Says who asserts the content: HL7 security label, as AI Transparency on FHIR uses it. */
export const AI_ASSERTED: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'AIAST',
  display: 'Artificial Intelligence asserted',
};

/** The same of a human's. */
export const CLINICIAN_ASSERTED: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'CLINAST',
  display: 'clinician asserted',
};

/** Keeps a resource out of care: HL7 ActReason. */
const TEST_HEALTH_DATA: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  code: 'HTEST',
  display: 'test health data',
};

/** `Device.type` and `Provenance.agent.role` of AI Transparency on FHIR. */
export const AI_DEVICE_TYPE: Coding = {
  system: 'http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS',
  code: 'Artificial-Intelligence',
  display: 'All kinds of Artificial Intelligence',
};

/** Whether the model is none that anybody should act on: its reports are marked as test data. */
export function isTestModel({ trust }: Manifest): boolean {
  return trust === 'untrained' || trust === 'stand-in';
}

/** `meta` of everything the model says. */
export function assertedMeta(manifest: Manifest): Meta {
  return { security: isTestModel(manifest) ? [AI_ASSERTED, TEST_HEALTH_DATA] : [AI_ASSERTED] };
}
