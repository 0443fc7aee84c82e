import { z } from 'zod';
import type { AuditRecord, AuditTrail } from '../../audit/audit-record.ts';
import type { Tenant } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import type { FhirJson } from '../../fhir/fhir-server.ts';
import { readStamp } from '../../fhir/report-stamp.ts';
import { modelsFor } from '../../interpret-ecg.ts';
import { interpretAndWrite, type WriteBackDeps } from '../../write-back/interpret-and-write.ts';
import type { WriteBackOutcome } from '../../write-back/write-back-outcome.ts';
import type { Telemetry } from './telemetry.ts';

/** Where an ECG that is interpreted and written back is accounted for. */
export interface Accounts {
  readonly telemetry: Telemetry;
  readonly audit: AuditTrail;
}

/** Who has an ECG interpreted: a call of `$interpret`, or the queue. */
export type WriteBackAction = Extract<AuditRecord['action'], 'interpret' | 'write-back'>;

export interface AccountedRequest {
  readonly tenant: Tenant;
  readonly reference: string;
  readonly action: WriteBackAction;
}

/** {@link interpretAndWrite}, which throws the same: timed, traced and on the audit trail whatever becomes of it. */
export async function accountedWriteBack(
  { tenant, reference, action }: AccountedRequest,
  deps: WriteBackDeps,
  { telemetry, audit }: Accounts,
): Promise<WriteBackOutcome> {
  const asked = { action, tenant: tenant.name, ecg: reference };
  return await telemetry.stage('write_back', { tenant: tenant.name }, async (name) => {
    try {
      const models = modelsFor(deps.models, tenant.name);
      const onWithdrawn = (report: FhirJson) =>
        audit.record({ ...asked, outcome: 'success', by: 'withdrawn', ...namesOf(report) });
      const result = await interpretAndWrite({ settings: tenant, reference }, { ...deps, models, onWithdrawn });
      name(result.outcome);
      audit.record({ ...asked, ...recordOf(result) });
      return result;
    } catch (error) {
      const code = error instanceof EcgError ? error.code : 'INTERNAL';
      audit.record({ ...asked, outcome: 'failed', code });
      throw error;
    }
  });
}

const reportSchema = z.looseObject({
  resourceType: z.string(),
  id: z.string().optional(),
  subject: z.looseObject({ reference: z.string().optional() }).optional(),
});

/** What the audit trail says of an outcome; a report that stands was looked at, too. */
function recordOf(result: WriteBackOutcome): Pick<AuditRecord, 'outcome'> & Partial<AuditRecord> {
  if (!('report' in result)) return { outcome: 'refused', by: result.outcome, code: result.code };
  return { outcome: 'success', by: result.outcome, ecgIdentity: result.ecgIdentity, ...namesOf(result.report) };
}

function namesOf(report: FhirJson): Pick<AuditRecord, 'report' | 'patient' | 'model'> {
  const { resourceType, id, subject } = reportSchema.parse(report);
  const stamp = readStamp(report);
  return {
    ...(id && { report: `${resourceType}/${id}` }),
    ...(subject?.reference && { patient: subject.reference }),
    ...(stamp && { model: `${stamp.model}@${stamp.modelVersion}` }),
  };
}
