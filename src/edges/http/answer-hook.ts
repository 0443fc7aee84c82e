import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AuditRecord, AuditTrail } from '../../audit/audit-record.ts';
import type { Card } from '../../cds/card.ts';
import { type CdsRequest, parseCdsRequest } from '../../cds/cds-request.ts';
import type { CdsService, HookMoment, TracedCard } from '../../cds/cds-service.ts';
import { completePrefetch } from '../../cds/complete-prefetch.ts';
import type { IssuedCards } from '../../cds/issued-cards.ts';
import { type OverrideMemory, type Pseudonym, silencingOf } from '../../cds/override-memory.ts';
import type { PatientEcgReading } from '../../cds/patient-ecg-reading.ts';
import { readPatientEcg } from '../../cds/read-patient-ecg.ts';
import type { Config, Tenant } from '../../config.ts';
import { editionOf, OVERRIDE_DEFAULTS, tenantOf } from '../../config.ts';
import { EcgError } from '../../errors.ts';
import type { FhirServer } from '../../fhir/fhir-server.ts';
import type { Models } from '../../interpret-ecg.ts';
import type { ReadingCache } from '../../reading-cache.ts';
import { type Caller, tenantFor } from '../client-auth/authenticator.ts';
import type { HookWork } from './hook-work.ts';
import { withinBudget } from './within-budget.ts';

export interface AnswerDeps {
  readonly config: Config;
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly log: Logger;
  readonly audit: AuditTrail;
  /** What feedback is traced back by. */
  readonly issued: IssuedCards;
  /** What users need not be told again. */
  readonly overrides: OverrideMemory;
  /** Stands for user and patient in {@link overrides}. */
  readonly pseudonym: Pseudonym;
  /** Opens a tenant's FHIR server with the token the EHR sent along; the signal ends its requests. */
  readonly openFhirServer: (tenant: Tenant, accessToken: string | undefined, signal?: AbortSignal) => FhirServer;
}

/** What came in, and from whom. */
export interface HookCall {
  readonly body: unknown;
  readonly caller: Caller;
  /** When its first bytes came, by `performance.now()`: the EHR has been waiting since. */
  readonly arrivedAtMs: number;
  readonly work: HookWork;
}

interface Calling {
  readonly tenant: Tenant | undefined;
  readonly deps: AnswerDeps;
  readonly work: HookWork;
  /** Where the hook names one that may be asked. */
  readonly server: FhirServer | undefined;
}

interface Issuing extends Calling {
  readonly service: CdsService;
  readonly reading: PatientEcgReading | undefined;
  /** Of {@link OverrideMemory}; undefined where the hook names no user. */
  readonly audience: string | undefined;
}

/** Applied where neither the caller nor `fhirServer` tells the tenant. */
const DEFAULT_BUDGET_MS = 500;

/**
 * Answers one hook call within the tenant's budget.
 * @throws EcgError SOURCE_INVALID for a malformed request, FHIR_FORBIDDEN for a server that is no tenant's,
 *   UNAUTHENTICATED for one that is not the caller's, PREFETCH_MISSING when the data cannot be obtained.
 */
export async function answerHook(
  service: CdsService,
  { body, caller, arrivedAtMs, work }: HookCall,
  deps: AnswerDeps,
): Promise<{ readonly cards: readonly Card[]; readonly outcome: PatientEcgReading['outcome'] }> {
  const request = parseCdsRequest(body, service.hook);
  const tenant = tenantFor(caller, tenantNamedIn(request, deps.config));
  const end = new AbortController();
  // Before any work begins: what is thrown here must not leave work behind whose failure nobody hears.
  const server = serverOf(request, tenant, (...opened) => deps.openFhirServer(...opened, end.signal));
  const calling = { tenant, deps, work, server };
  const deadlineMs = arrivedAtMs + (tenant?.hookBudgetMs ?? DEFAULT_BUDGET_MS);
  const inTime = <T>(each: Promise<T>) => withinBudget(each, Math.max(0, deadlineMs - performance.now()));
  const audience = audienceOf(request, calling);
  const toCome = readingFor(service, request, calling);
  const [reading, silenced, ...further] = await Promise.all([
    inTime(toCome),
    audience === undefined ? undefined : inTime(silencedFor(audience, deps)),
    ...furtherResources(service, request, calling).map(inTime),
  ]);
  if (reading === undefined) work.late.adopt(toCome, end);
  else end.abort();
  const moment: HookMoment = {
    request,
    now: new Date(),
    newUuid: randomUUID,
    further: further.flatMap((resources) => resources ?? []),
    drugRules: tenant?.drugRules,
    isSilenced: (problem) => audience !== undefined && silenced?.has(deps.pseudonym(audience, problem)) === true,
  };
  const isSilent = reading === undefined && tenant?.lateReading === 'silent';
  const traced = isSilent ? [] : service.cards(reading ?? { outcome: 'pending', notes: [] }, moment);
  const cards = traced.map((card) => issue(card, { service, reading, audience, ...calling }));
  const outcome = reading?.outcome ?? 'pending';
  deps.audit.record({
    ...{ action: 'hook', outcome: 'success', by: service.id, cards: cards.length },
    ...(tenant && { tenant: tenant.name }),
    ...askedBy(request),
    ...readOf(reading),
  });
  deps.log.info({
    service: service.id,
    tenant: tenant?.name,
    hookInstance: request.hookInstance,
    outcome,
    ...(reading?.outcome === 'none' && reading.notes.length > 0 ? { notes: reading.notes } : {}),
    ...(reading?.outcome === 'unreadable' ? { code: reading.code } : {}),
    ...modelOf(reading),
    cards: cards.length,
    ms: Math.round(performance.now() - arrivedAtMs),
  });
  return { cards, outcome };
}

function tenantNamedIn(request: CdsRequest, config: Config): Tenant | undefined {
  if (request.fhirServer === undefined) return undefined;
  const tenant = tenantOf(config, request.fhirServer);
  if (!tenant) throw new EcgError('FHIR_FORBIDDEN', 'fhirServer is not one of the configured FHIR servers');
  return tenant;
}

async function readingFor(service: CdsService, request: CdsRequest, calling: Calling): Promise<PatientEcgReading> {
  const { tenant, deps, work, server } = calling;
  const { resources, unknownSearches } = await completePrefetch(service.prefetch, request, server);
  const reading = await readPatientEcg([...resources.values()].flat(), request.context.patientId, {
    models: deps.models,
    readings: deps.readings,
    decode: work.decode,
    turn: work.turn,
    snomedEdition: editionOf(deps.config, tenant),
    now: new Date(),
    baseUrl: tenant?.fhirServer,
    fetchBinary: server && ((url) => server.readBinary(url)),
  });
  if (unknownSearches.length === 0) return reading;
  const note = `not everything could be searched (${unknownSearches.join(', ')}); a newer ECG may exist`;
  return { ...reading, notes: [...reading.notes, note] };
}

/** What the optional prefetch and the references of a service bring, each by itself; nothing where it is missing or failed. */
function furtherResources(
  { optionalPrefetch = {}, references }: CdsService,
  request: CdsRequest,
  { server }: Calling,
): readonly Promise<readonly unknown[]>[] {
  const searches = Object.entries(optionalPrefetch).map(async ([key, query]) => {
    const { resources } = await completePrefetch({ [key]: query }, request, server);
    return [...resources.values()].flat();
  });
  const reads = server ? (references?.(request) ?? []).map((reference) => server.query(reference)) : [];
  return [...searches, ...reads].map(orNothing);
}

async function orNothing(resources: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await resources;
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return [];
  }
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
  const isRead = reading?.outcome === 'read';
  const findings = isRead ? reading.reading.interpretation.findings.map(({ index }) => index) : [];
  const { model } = modelOf(reading);
  const settings = tenant?.overrides ?? OVERRIDE_DEFAULTS;
  const silencing = subject && audience && silencingOf(subject, audience, { pseudonym: deps.pseudonym, settings });
  deps.issued.remember(card.uuid, {
    service: service.id,
    rules: subject?.rules ?? [],
    findings: subject?.findings ?? findings,
    ...(tenant && { tenant: tenant.name }),
    ...(model && { model }),
    ...(silencing && { silencing }),
  });
  return card;
}

function serverOf(
  { fhirServer, fhirAuthorization }: CdsRequest,
  tenant: Tenant | undefined,
  open: (tenant: Tenant, accessToken: string | undefined) => FhirServer,
): FhirServer | undefined {
  if (tenant === undefined || fhirServer === undefined || !isUsable(fhirAuthorization)) return undefined;
  return open(tenant, fhirAuthorization?.access_token);
}

/** A server may be open; a token that has run out would only be refused. */
function isUsable(authorization: CdsRequest['fhirAuthorization']): boolean {
  return authorization === undefined || authorization.expires_in > 0;
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
