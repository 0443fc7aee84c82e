import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import { findingSchema, isReferenced } from '../write-back/findings-of-tracing.ts';
import { unlessRefused } from '../write-back/refusal.ts';
import { firstMatch } from '../write-back/stored-report.ts';
import { nullified } from './signature-provenance.ts';
import { type AddedFinding, isAsJudged, type JudgedFinding, takenBack } from './signed-findings.ts';
import type { SignedResources } from './write-signature.ts';

const versionedSchema = z.looseObject({ id: z.string(), meta: z.looseObject({ versionId: z.string() }) });

/**
 * Undoes what a signature wrote around a report that it could not sign: some servers process a transaction entry by
 * entry, and a signature in single writes begins with the added findings. What is not there is not looked for twice.
 */
export async function takeBack(server: FhirServer, { added, judged, report, provenances }: SignedResources) {
  for (const { ifNoneExist } of provenances(added.map(({ fullUrl }) => fullUrl))) {
    const found = await firstMatch(server, 'Provenance', ifNoneExist);
    const { id, meta } = versionedSchema.safeParse(found).data ?? {};
    if (found && id && meta) await isTaken(server.update({ ...nullified(found), id }, meta.versionId));
  }
  for (const finding of judged) await restore(server, finding);
  for (const finding of added) await withdraw(server, finding, report([]).id);
}

/** As it was before; unless somebody has judged it since. */
async function restore(server: FhirServer, { resource, before }: JudgedFinding): Promise<void> {
  const found = await unlessRefused(server.read('Observation', resource.id));
  const { data } = findingSchema.safeParse(found);
  const versionId = data?.meta?.versionId;
  if (data === undefined || versionId === undefined || !isAsJudged(data, resource)) return;
  await isTaken(server.update(before, versionId));
}

async function withdraw(server: FhirServer, { identifier }: AddedFinding, reportId: string): Promise<void> {
  const found = await firstMatch(server, 'Observation', `identifier=${identifier}`);
  const { data } = findingSchema.safeParse(found);
  const versionId = data?.meta?.versionId;
  if (data === undefined || versionId === undefined) return;
  if (isReferenced(data, await unlessRefused(server.read('DiagnosticReport', reportId)))) return;
  await isTaken(server.update(takenBack(data), versionId));
}

/** Whether the server did it; the reason does not matter to who has to go on anyway. */
export async function isTaken(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return false;
  }
}
