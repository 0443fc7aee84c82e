import { z } from 'zod';
import { EcgError } from '../errors.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import type { ReportType } from '../fhir/report-input.ts';
import { unlessRefused } from './refusal.ts';

/** Where a resource is on a server: its id, or the condition it was created under. */
export interface StoredAt {
  readonly id: string | undefined;
  readonly condition: string | undefined;
}

/** The id in the address of a resource of `type`: "DiagnosticReport/1/_history/2", relative or absolute. */
export function idAt(type: string, address: string | undefined): string | undefined {
  return new RegExp(`(?:^|/)${type}/([^/]+)(?:/_history/[^/]+)?$`).exec(address ?? '')?.[1];
}

/**
 * A report as the server holds it. A matched conditional create need not say where its match is (R4 3.1.0.8.1); the
 * condition finds it.
 * @throws EcgError FHIR_UNAVAILABLE where it cannot be read back.
 */
export async function storedReport(server: FhirServer, type: ReportType, at: StoredAt): Promise<FhirJson> {
  // Refusing to show it is not refusing to take it: no other form may be tried now.
  const report =
    at.id === undefined ? await firstMatch(server, type, at.condition) : await unlessRefused(server.read(type, at.id));
  const isReport = z.looseObject({ resourceType: z.literal(type), id: z.string(), status: z.string() });
  if (report === undefined || !isReport.safeParse(report).success) {
    throw new EcgError('FHIR_UNAVAILABLE', 'the FHIR server does not return the report it has taken');
  }
  return report;
}

/** What a conditional create matches. */
export async function firstMatch(
  server: FhirServer,
  type: string,
  condition: string | undefined,
): Promise<FhirJson | undefined> {
  if (condition === undefined) return undefined;
  const matches = await unlessRefused(server.query(`${type}?${condition}`));
  return matches?.[0];
}
