import type { Bundle, BundleEntry, Device, DiagnosticReport, FhirResource, Observation } from 'fhir/r4';
import { diagnosticReport } from './diagnostic-report.ts';
import { findingObservation } from './finding-observation.ts';
import { modelDevice } from './model-device.ts';
import { findingUrn, type ReportInput, reportReferences } from './report-input.ts';
import { reportProvenance, reportTag } from './report-provenance.ts';

/**
 * An interpretation as a transaction: the model's Device, one Observation per finding, DiagnosticReport, Provenance.
 * Every entry is a conditional create by an identifier that follows from its content, so that the same reading sent
 * twice exists once; another model or pipeline version makes a second report. Equal input gives an equal Bundle.
 * What a clinician has since changed on the server (status, over-read) is never overwritten.
 *
 * Provenance has no identifier in R4, and its target has no address before the transaction ran: it is found again
 * by a `meta.tag` that names the report (`_tag`, a search parameter of every resource type).
 */
export function interpretationBundle(input: ReportInput): Bundle {
  const references = reportReferences(input);
  const { reportKey, report, device, provenance } = references;
  const { system, code } = reportTag(reportKey);
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      createByIdentifier(device, modelDevice(input.manifest)),
      ...input.interpretation.findings.map((finding) =>
        createByIdentifier(findingUrn(reportKey, finding.index), findingObservation(finding, input, references)),
      ),
      createByIdentifier(report, diagnosticReport(input, references)),
      createOnce(provenance, reportProvenance(input, references), `_tag=${system}|${code}`),
    ],
  };
}

function createByIdentifier(fullUrl: string, resource: Device | DiagnosticReport | Observation): BundleEntry {
  const [identifier] = resource.identifier ?? [];
  return createOnce(fullUrl, resource, `identifier=${identifier?.system}|${identifier?.value}`);
}

/** R4 "conditional create" (3.1.0.8.1) within a transaction: matched, the entry is left out and references go to the match. */
function createOnce(fullUrl: string, resource: FhirResource, ifNoneExist: string): BundleEntry {
  return { fullUrl, resource, request: { method: 'POST', url: resource.resourceType, ifNoneExist } };
}
