import { z } from 'zod';
import { EcgError } from '../errors.ts';
import {
  type FhirJson,
  type FhirServer,
  fhirJsonSchema,
  type Transaction,
  type TransactionEntry,
  type WriteReply,
} from '../fhir/fhir-server.ts';
import type { ReportType } from '../fhir/report-input.ts';
import { unlessRefused } from './refusal.ts';
import { firstMatch, idAt, storedReport } from './stored-report.ts';

/** Without them a report is still one. */
const DISPENSABLE: ReadonlySet<string | undefined> = new Set(['Device', 'Provenance']);

/**
 * Sends the entries of a transaction one by one, with the references the server gave the ones before: for servers that
 * do not know transactions. Each is found again by its condition, so what was cut off half-way is completed by sending
 * it once more. A server that takes no Device or no Provenance gets the report without.
 * @returns the report as the server holds it.
 * @throws EcgError what the server answers to an entry.
 */
export async function sendSingly(server: FhirServer, bundle: Transaction, type: ReportType): Promise<FhirJson> {
  const members = new Map<string, string>();
  let reportId: string | undefined;
  for (const entry of bundle.entry ?? []) {
    const { fullUrl = '', resource, request } = entry;
    const resolved = withMembers(resource, members);
    const sending = sendEntry(server, resolved, request);
    const reply = DISPENSABLE.has(resource?.resourceType) ? await unlessRefused(sending) : await sending;
    if (reply === undefined) {
      members.set(fullUrl, `"display":${JSON.stringify(nameOf(resource))}`);
      continue;
    }
    const id = await idOf(server, reply, entry);
    members.set(fullUrl, `"reference":"${resolved.resourceType}/${id}"`);
    if (resolved.resourceType === type) reportId = id;
  }
  return await storedReport(server, type, { id: reportId, condition: undefined });
}

async function sendEntry(
  server: FhirServer,
  resource: FhirJson,
  request: TransactionEntry['request'],
): Promise<WriteReply> {
  const version = /^W\/"(.+)"$/.exec(request?.ifMatch ?? '')?.[1];
  return version === undefined
    ? await server.create(resource, request?.ifNoneExist ?? '')
    : await server.update({ ...resource, id: String(resource['id']) }, version);
}

/** The resource with `urn:uuid` references replaced by what the server has. */
function withMembers(resource: TransactionEntry['resource'], members: ReadonlyMap<string, string>): FhirJson {
  const text = [...members].reduce(
    (json, [fullUrl, member]) => json.replaceAll(`"reference":"${fullUrl}"`, () => member),
    JSON.stringify(resource),
  );
  return fhirJsonSchema.parse(JSON.parse(text));
}

async function idOf(server: FhirServer, reply: WriteReply, { resource, request }: TransactionEntry): Promise<string> {
  const type = resource?.resourceType ?? '';
  const found = reply.resource?.resourceType === type ? reply.resource['id'] : idAt(type, reply.location);
  const id = found ?? resource?.id ?? (await firstMatch(server, type, request?.ifNoneExist))?.['id'];
  if (typeof id === 'string') return id;
  throw new EcgError('FHIR_UNAVAILABLE', `the FHIR server does not say where it put the ${type} of the report`);
}

const namedSchema = z.looseObject({ deviceName: z.array(z.looseObject({ name: z.string() })).min(1) });

/** What stands where a reference to it would. */
function nameOf(resource: TransactionEntry['resource']): string {
  return namedSchema.safeParse(resource).data?.deviceName[0]?.name ?? 'not kept on this server';
}
