import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '../../audit/audit-record.ts';
import type { Card } from '../../cds/card.ts';
import { type CdsRequest, parseCdsRequest } from '../../cds/cds-request.ts';
import type { CdsService, HookMoment, TracedCard } from '../../cds/cds-service.ts';
import { EHR_PROFILES } from '../../cds/ehr-profiles/index.ts';
import { lookupNotes } from '../../cds/lookup-notes.ts';
import { silencingOf } from '../../cds/override-memory.ts';
import type { PatientEcgReading } from '../../cds/patient-ecg-reading.ts';
import type { Config, Tenant } from '../../config.ts';
import { budgetOf, OVERRIDE_DEFAULTS, tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import { type Caller, tenantFor } from '../client-auth/authenticator.ts';
import { intendedUseUrl } from '../model-pages/model-pages.ts';
import type { AnswerDeps, Calling } from './answer-deps.ts';
import { comparedReading, furtherResources, type Missed, mayBeCompared, readingFor, serverOf } from './gather.ts';
import type { HookWork } from './hook-work.ts';
import { withinBudget } from './within-budget.ts';

/** What came in, and from whom. */
export interface HookCall {
  readonly body: unknown;
  readonly caller: Caller;
  /** When its first bytes came, by `performance.now()`: the EHR has been waiting since. */
  readonly arrivedAtMs: number;
  readonly work: HookWork;
}

/** What is answered, and what is counted of it. */
export interface HookAnswer {
  readonly cards: readonly Card[];
  readonly outcome: PatientEcgReading['outcome'];
  /** What the cards do without. */
  readonly missed: readonly Missed[];
}

interface Issuing extends Calling {
  readonly service: CdsService;
  readonly reading: PatientEcgReading | undefined;
  /** Of {@link OverrideMemory}; undefined where the hook names no user. */
  readonly audience: string | undefined;
}

/** So much of the budget is left for the answers: those of all hooks of a burst become due at once. */
const ANSWERING_SHARE = 0.2;
/** So much of it is left for the rest when what may help, but is not needed, is no longer waited for. */
const HELPING_SHARE = 0.1;
/** So much of it a reading that is there waits for its comparison with the previous ECG. */
const COMPARING_SHARE = 0.2;
/** By so much comparisons come after the readings of others. */
const BEHIND_MS = 60_000;

/**
 * Answers one hook call within the tenant's budget.
 * @throws EcgError SOURCE_INVALID for a malformed request, FHIR_FORBIDDEN for a server that is no tenant's,
 *   UNAUTHENTICATED for one that is not the caller's, PREFETCH_MISSING when the data cannot be obtained.
 */
export async function answerHook(
  service: CdsService,
  { body, caller, arrivedAtMs, work }: HookCall,
  deps: AnswerDeps,
): Promise<HookAnswer> {
  const request = parseCdsRequest(body, service.hook, { anyHookInstance: deps.config.acceptAnyHookInstance });
  const tenant = tenantFor(caller, tenantNamedIn(request, deps.config));
  const end = new AbortController();
  // Before any work begins: what is thrown here must not leave work behind whose failure nobody hears.
  const server = serverOf(request, tenant, (...opened) => deps.openFhirServer(...opened, end.signal));
  const budgetMs = budgetOf(deps.config, tenant);
  const deadlineMs = arrivedAtMs + budgetMs * (1 - ANSWERING_SHARE);
  const calling = { tenant, deps, work, server, pace: work.turns.at({ deadlineMs, signal: end.signal }) };
  const inTime = <T>(each: Promise<T>) => withinBudget(each, deadlineMs);
  const audience = audienceOf(request, calling);
  const toCome = readingFor(service, request, calling);
  const behind = work.turns.at({ deadlineMs: deadlineMs + BEHIND_MS, signal: end.signal });
  const toCompare = toCome.then((each) => comparedReading(each, calling, behind));
  const toHelp = furtherResources(service, request, calling);
  // Beside the others: slow ones must not bring back what was overridden.
  const toSilence = audience === undefined ? undefined : silencedFor(audience, deps);
  // Those fail with the reading, which is heard of, or are awaited after it.
  for (const each of [toCompare, toSilence, ...toHelp.map(({ brought }) => brought)]) each?.catch(() => undefined);
  const alone = await inTime(toCome);
  const helpUntilMs = deadlineMs - budgetMs * HELPING_SHARE;
  const further = await Promise.all(
    toHelp.map(async ({ key, brought }) => (await withinBudget(brought, helpUntilMs)) ?? lateOf(key)),
  );
  // Without an ECG that is read nothing is done with it.
  const missed = alone?.outcome === 'read' ? further.flatMap((each) => each.missed) : [];
  // Where there is no reading, there is nothing to silence.
  const silenced = alone && toSilence && (await inTime(toSilence));
  const waitMs = Math.min(deadlineMs, performance.now() + budgetMs * COMPARING_SHARE);
  const compared = alone && (await withinBudget(toCompare, waitMs));
  const reading = withNotes(compared ?? (alone && notCompared(alone)), lookupNotes(missed.map(({ key }) => key)));
  if (compared === undefined) work.late.adopt(toCompare, end);
  else end.abort();
  const moment: HookMoment = {
    request,
    now: new Date(),
    newUuid: randomUUID,
    further: further.flatMap(({ resources }) => resources),
    drugRules: tenant?.drugRules,
    intendedUse: intendedUseUrl(deps.config.publicUrl),
    tracingLink: await tracingLinkTo(reading, request, calling),
    isSilenced: (problem) => audience !== undefined && silenced?.has(deps.pseudonym(audience, problem)) === true,
  };
  const cards = cardsOf(service, { reading, moment, tenant }).map((card) =>
    issue(card, { service, reading, audience, ...calling }),
  );
  const outcome = reading?.outcome ?? 'pending';
  record(service, request, { reading, cards: cards.length, arrivedAtMs, tenant, deps });
  logMissed(missed, { service: service.id, tenant: tenant?.name }, deps);
  return { cards, outcome, missed };
}

/** One line for all that failed alike. */
function logMissed(missed: readonly Missed[], asked: object, { log }: AnswerDeps): void {
  for (const alike of Map.groupBy(missed, ({ key, code }) => `${key} ${code}`).values()) {
    log.warn({ ...asked, ...alike[0], count: alike.length }, 'answered without what may have helped');
  }
}

/** The FHIR server had as long as there was. */
function lateOf(key: string) {
  return { resources: [], missed: [{ key, code: 'FHIR_UNAVAILABLE' }] } as const;
}

function withNotes(reading: PatientEcgReading | undefined, notes: readonly string[]): PatientEcgReading | undefined {
  return reading && { ...reading, notes: [...reading.notes, ...notes] };
}

/** A reading that is told before it could be compared. */
function notCompared(reading: PatientEcgReading): PatientEcgReading {
  return reading.outcome === 'read' && mayBeCompared(reading) ? { ...reading, isComparisonLate: true } : reading;
}

interface Told {
  readonly reading: PatientEcgReading | undefined;
  readonly moment: HookMoment;
  readonly tenant: Tenant | undefined;
}

/** What the service says, in the shape this EHR shows. */
function cardsOf(service: CdsService, { reading, moment, tenant }: Told): readonly TracedCard[] {
  if (reading === undefined && tenant?.lateReading === 'silent') return [];
  const isRead = reading?.outcome === 'read';
  const findings = isRead ? reading.reading.interpretation.findings.map(({ index }) => index) : [];
  const cards = service
    .cards(reading ?? { outcome: 'pending', notes: [] }, moment)
    .map((card) => ({ ...card, subject: card.subject ?? { rules: [], findings } }));
  const shape = EHR_PROFILES[tenant?.ehrProfile ?? 'plain'];
  return shape(cards, { serviceId: service.id, reading, allowedLinks: tenant?.allowedLinks ?? [] });
}

/** The link to the tracing the hook is answered from. */
async function tracingLinkTo(
  reading: PatientEcgReading | undefined,
  request: CdsRequest,
  { tenant, deps }: Calling,
): Promise<NonNullable<HookMoment['tracingLink']>> {
  if (tenant === undefined || (reading?.outcome !== 'read' && reading?.outcome !== 'unreadable'))
    return () => undefined;
  const link = await deps.tracingLinks?.(tenant, request, reading.source);
  return (source) => (source === reading.source ? link : undefined);
}

interface Answered {
  readonly reading: PatientEcgReading | undefined;
  readonly cards: number;
  readonly arrivedAtMs: number;
  readonly tenant: Tenant | undefined;
  readonly deps: AnswerDeps;
}

/** Who asked for what and was told how much, in the trail and in the log. */
function record(service: CdsService, request: CdsRequest, answered: Answered): void {
  const { reading, cards, arrivedAtMs, tenant, deps } = answered;
  deps.audit.record({
    ...{ action: 'hook', outcome: 'success', by: service.id, cards },
    ...(tenant && { tenant: tenant.name }),
    ...askedBy(request),
    ...readOf(reading),
  });
  deps.log.info({
    service: service.id,
    tenant: tenant?.name,
    hookInstance: request.hookInstance,
    outcome: reading?.outcome ?? 'pending',
    ...(reading?.outcome === 'none' && reading.notes.length > 0 ? { notes: reading.notes } : {}),
    ...(reading?.outcome === 'unreadable' ? { code: reading.code } : {}),
    ...modelOf(reading),
    cards,
    ms: Math.round(performance.now() - arrivedAtMs),
  });
}

function tenantNamedIn(request: CdsRequest, config: Config): Tenant | undefined {
  if (request.fhirServer === undefined) return undefined;
  const tenant = tenantOf(config, request.fhirServer);
  if (!tenant) throw new EcgError('FHIR_FORBIDDEN', 'fhirServer is not one of the configured FHIR servers');
  return tenant;
}

/** Where the memory fails, everything is told. */
async function silencedFor(audience: string, { overrides, log }: AnswerDeps): Promise<ReadonlySet<string>> {
  try {
    return await overrides.silenced(audience, new Date());
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    log.warn({ code: error.code }, 'what users overrode is not known');
    return new Set();
  }
}

/** Who is told of what: one user about one patient of one tenant. */
function audienceOf({ context }: CdsRequest, { tenant, deps }: Calling): string | undefined {
  const { userId, patientId } = context;
  return typeof userId === 'string' ? deps.pseudonym(tenant?.name ?? '', userId, patientId) : undefined;
}

/** The card as it goes out, remembered with what it is about. */
function issue({ subject, ...card }: TracedCard, { service, reading, audience, tenant, deps }: Issuing): Card {
  const { model } = modelOf(reading);
  const settings = tenant?.overrides ?? OVERRIDE_DEFAULTS;
  const silencing = subject && audience && silencingOf(subject, audience, { pseudonym: deps.pseudonym, settings });
  deps.issued.remember(card.uuid, {
    service: service.id,
    rules: subject?.rules ?? [],
    findings: subject?.findings ?? [],
    ...(tenant && { tenant: tenant.name }),
    ...(model && { model }),
    ...(silencing && { silencing }),
  });
  return card;
}

/** The user and the patient of a hook, as the audit trail names them. */
function askedBy({ context }: CdsRequest): Pick<AuditRecord, 'user' | 'patient'> {
  const { userId } = context;
  return { ...(typeof userId === 'string' && { user: userId }), patient: `Patient/${context.patientId}` };
}

/** The tracing a hook was answered from, and the model that read it. */
function readOf(reading: PatientEcgReading | undefined): Pick<AuditRecord, 'ecg' | 'model' | 'code'> {
  if (reading?.outcome === 'unreadable') return { ecg: reading.source, code: reading.code };
  if (reading?.outcome !== 'read') return {};
  const { model } = modelOf(reading);
  return { ecg: reading.source, ...(model && { model }) };
}

/** Model and trust level, with the notice of a model that is not meant for care. */
function modelOf(reading: PatientEcgReading | undefined): {
  readonly model?: string;
  readonly trust?: string;
  readonly notice?: string;
} {
  if (reading?.outcome !== 'read') return {};
  const { name, version, trust, notice } = reading.reading.manifest;
  return { model: `${name}@${version}`, trust, ...(notice === undefined ? {} : { notice }) };
}
