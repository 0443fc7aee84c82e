import type { AuditEvent, AuditEventAgent, AuditEventEntity } from 'fhir/r4';
import type { AuditRecord } from './audit-record.ts';

const EVENT_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTION = 'http://hl7.org/fhir/restful-interaction';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';

/** R4 audit-event-action and restful-interaction for each action. */
const ACTIONS: Readonly<
  Record<AuditRecord['action'], { readonly action: AuditEvent['action']; readonly interaction: string }>
> = {
  hook: { action: 'E', interaction: 'operation' },
  interpret: { action: 'E', interaction: 'operation' },
  'write-back': { action: 'C', interaction: 'transaction' },
  feedback: { action: 'E', interaction: 'operation' },
  view: { action: 'R', interaction: 'read' },
  worklist: { action: 'E', interaction: 'search-type' },
  'over-read': { action: 'U', interaction: 'update' },
  gap: { action: 'E', interaction: 'operation' },
};

/** R4 audit-event-outcome: success, minor failure (refused), serious failure. */
const OUTCOMES = { success: '0', refused: '4', failed: '8' } as const;

/** A record as FHIR R4 AuditEvent; its place in the chain is given by who exports it. */
export function toAuditEvent(record: AuditRecord): AuditEvent {
  const { action, interaction } = ACTIONS[record.action];
  return {
    resourceType: 'AuditEvent',
    type: { system: EVENT_TYPE, code: 'rest', display: 'RESTful Operation' },
    subtype: [{ system: INTERACTION, code: interaction }],
    ...(action && { action }),
    recorded: record.recordedAt,
    outcome: OUTCOMES[record.outcome],
    ...describedOutcome(record),
    agent: agentsOf(record),
    source: { observer: { display: 'Cardhook' }, ...(record.tenant && { site: record.tenant }) },
    ...entitiesOf(record),
  };
}

function describedOutcome({ code, lost }: AuditRecord): Pick<AuditEvent, 'outcomeDesc'> {
  if (lost !== undefined) return { outcomeDesc: `${lost} records could not be kept` };
  return code === undefined ? {} : { outcomeDesc: code };
}

/** The user asked; where nobody did, a trigger of Cardhook itself. */
function agentsOf({ user, client, by, model }: AuditRecord): AuditEventAgent[] {
  const asked = user ?? client;
  return [
    ...(user ? [{ who: { reference: user }, requestor: true }] : []),
    ...(client ? [{ who: { display: client }, requestor: user === undefined }] : []),
    { who: { display: by ? `Cardhook, ${by}` : 'Cardhook' }, requestor: asked === undefined },
    ...(model ? [{ who: { display: `model ${model}` }, requestor: false }] : []),
  ];
}

function entitiesOf({ patient, ecg, ecgIdentity, report }: AuditRecord): Pick<AuditEvent, 'entity'> {
  const system = (code: string, display: string) => ({ system: ENTITY_TYPE, code, display });
  const entity: AuditEventEntity[] = [
    ...(patient ? [{ what: { reference: patient }, type: system('1', 'Person') }] : []),
    ...(ecg ? [{ what: { reference: ecg }, type: system('2', 'System Object') }] : []),
    ...(ecgIdentity ? [{ name: `ECG ${ecgIdentity}`, type: system('2', 'System Object') }] : []),
    ...(report ? [{ what: { reference: report }, type: system('2', 'System Object') }] : []),
  ];
  return entity.length === 0 ? {} : { entity };
}
