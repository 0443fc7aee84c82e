import type { Provenance } from 'fhir/r4';
import { z } from 'zod';
import type { FhirJson } from '../fhir/fhir-server.ts';
import { identityKey } from '../fhir/identity.ts';
import { CLINICIAN_ASSERTED } from '../fhir/report-codes.ts';
import { PARTICIPANT_TYPE, reportTag } from '../fhir/report-provenance.ts';
import type { RecordedReport } from './recorded-report.ts';
import { clinicianMeta, type Signature } from './signed-report.ts';

/** A Provenance, and how it is found again, so that a retry does not vouch twice. */
export interface SignatureProvenance {
  readonly resource: Provenance;
  /** "_tag=system|code" */
  readonly ifNoneExist: string;
}

/** Who vouches for a report and for the findings that were confirmed or taken away, and which version went before. */
export function verification(
  { id, versionId, resource }: RecordedReport,
  signature: Signature,
  findings: readonly string[],
): SignatureProvenance {
  const report = `DiagnosticReport/${id}`;
  const revised =
    versionId === undefined
      ? []
      : [{ role: 'revision', what: { reference: `${report}/_history/${versionId}` } } as const];
  return provenance({
    about: ['signature', id, versionId ?? ''],
    ...{ report: resource, signature, role: 'verifier', targets: [report, ...findings] },
    entity: revised,
  });
}

/** Who has said what the machine has not, looking at which tracing. */
export function authorship(
  { id, versionId, resource }: RecordedReport,
  signature: Signature,
  { added, tracing }: { readonly added: readonly string[]; readonly tracing: string },
): SignatureProvenance {
  return provenance({
    about: ['added findings', id, versionId ?? ''],
    ...{ report: resource, signature, role: 'author', targets: added },
    entity: [{ role: 'source', what: { reference: tracing } }],
  });
}

interface ProvenanceParts {
  readonly about: readonly string[];
  readonly report: RecordedReport['resource'];
  readonly signature: Signature;
  readonly role: 'author' | 'verifier';
  readonly targets: readonly string[];
  readonly entity: NonNullable<Provenance['entity']>;
}

const ROLES = { author: 'Author', verifier: 'Verifier' } as const;
const ACTIVITIES = {
  author: { code: 'CREATE', display: 'create' },
  verifier: { code: 'UPDATE', display: 'revise' },
} as const;

const DATA_OPERATION = { system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation' } as const;
const ASSEMBLER = { type: participant('assembler', 'Assembler'), who: { display: 'Cardhook' } };

function participant(code: string, display: string) {
  return { coding: [{ system: PARTICIPANT_TYPE, code, display }] };
}

function provenance({ about, report, signature, role, targets, entity }: ProvenanceParts): SignatureProvenance {
  const { reference, name, at } = signature;
  // Of two who sign at once each has their own.
  const tag = reportTag(identityKey(...about, reference, at));
  return {
    ifNoneExist: `_tag=${tag.system}|${tag.code}`,
    resource: {
      resourceType: 'Provenance',
      meta: { ...clinicianMeta(report), tag: [tag] },
      target: targets.map((target) => ({ reference: target })),
      recorded: at,
      reason: [{ coding: [CLINICIAN_ASSERTED] }],
      activity: {
        coding: [{ ...DATA_OPERATION, ...ACTIVITIES[role] }],
      },
      agent: [{ type: participant(role, ROLES[role]), who: { reference, display: name } }, ASSEMBLER],
      ...(entity.length === 0 ? {} : { entity }),
    },
  };
}

const labelledSchema = z.looseObject({ meta: z.looseObject({ security: z.array(z.unknown()) }) });

/** A Provenance of a signature that came to nothing: nobody vouches, and it is not found as one that does. */
export function nullified(resource: FhirJson): FhirJson {
  const { entity: _entity, ...rest } = resource;
  const { security } = labelledSchema.safeParse(resource).data?.meta ?? {};
  return {
    ...rest,
    meta: security === undefined ? {} : { security },
    reason: [{ text: 'Entered in error: the report was not signed.' }],
    activity: { coding: [{ ...DATA_OPERATION, code: 'NULLIFY', display: 'nullify' }] },
    agent: [ASSEMBLER],
  };
}
