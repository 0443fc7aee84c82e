import { z } from 'zod';

/** What was done. `worklist`: unsigned reports were listed. `over-read`: a report was signed. `gap`: records that could not be kept, and how many. */
const ACTIONS = ['hook', 'interpret', 'write-back', 'feedback', 'view', 'worklist', 'over-read', 'gap'] as const;

const auditRecordSchema = z.strictObject({
  /** RFC 3339, UTC. */
  recordedAt: z.iso.datetime(),
  action: z.enum(ACTIONS),
  outcome: z.enum(['success', 'refused', 'failed']),
  tenant: z.string().optional(),
  /** Which service or trigger: "ecg-order-sign", "subscription". */
  by: z.string().optional(),
  /** The user as the EHR names them: "Practitioner/1". */
  user: z.string().optional(),
  /** The client as it proved itself: issuer of its token. */
  client: z.string().optional(),
  /** "Patient/1" */
  patient: z.string().optional(),
  /** Where the tracing is: "Observation/1". */
  ecg: z.string().optional(),
  ecgIdentity: z.string().optional(),
  /** "name@version" */
  model: z.string().optional(),
  /** What was written: "DiagnosticReport/1". */
  report: z.string().optional(),
  cards: z.int().optional(),
  /** Stable code of a failure or a refusal. */
  code: z.string().optional(),
  /** How many records a gap stands for. */
  lost: z.int().optional(),
});

/**
 * Who did what with which ECG and which model. It names users and patients, as an audit trail has to: it is kept in
 * the database and never in the log.
 */
export type AuditRecord = z.infer<typeof auditRecordSchema>;

/**
 * Reads a record back.
 * @throws ZodError for one that was changed into something else.
 */
export function parseAuditRecord(text: string): AuditRecord {
  return auditRecordSchema.parse(JSON.parse(text));
}

/** Port of where records go. It never fails and never waits: what cannot be kept in time is kept as a gap. */
export interface AuditTrail {
  record(record: Omit<AuditRecord, 'recordedAt'>): void;
}
