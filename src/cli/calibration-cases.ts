import type { CalibrationReport } from '../calibration/calibration-report.ts';
import { findSignedEcg } from '../calibration/find-signed-ecg.ts';
import { signedStatements } from '../calibration/signed-statements.ts';
import type { Ecg } from '../ecg/ecg.ts';
import { createTelemetry } from '../edges/telemetry/telemetry.ts';
import { EcgError } from '../errors.ts';
import { referenceStates, unfitReason } from '../evaluation/reference-states.ts';
import { ECGFOUNDER_REFERENCE } from '../evaluation/reference-table.ts';
import type { FhirJson, FhirServer } from '../fhir/fhir-server.ts';
import { isTestModel } from '../fhir/report-codes.ts';
import { interpretEcg, type Models } from '../interpret-ecg.ts';
import { collectCases, type IdentifiedCase } from './collect-cases.ts';
import { findRecords } from './find-records.ts';
import { openFhirServers } from './open-fhir-servers.ts';
import { readConfig } from './read-config.ts';
import { readSigningKeys } from './read-signing-keys.ts';

/** Labelled ECGs, scored by a model as it comes, and what was not used of those that were found. */
export interface CalibrationCases extends Pick<CalibrationReport, 'leftOut'> {
  readonly cases: readonly IdentifiedCase[];
}

/** Signed reports of a tenant's FHIR server. */
export interface ServerQuery {
  /** Path of the configuration. */
  readonly config: string;
  readonly tenant: string;
  /** A search for DiagnosticReports. */
  readonly query?: string | undefined;
  readonly limit: number;
}

const CONCURRENCY = 8;
const PROGRESS_STEP = 50;
/** Reports on ECGs that somebody answers for. */
const SIGNED_REPORTS =
  'DiagnosticReport?code=http://loinc.org|11524-6,http://loinc.org|34534-8&status=final,amended,corrected,appended';

type OnProgress = (count: string) => void;

/** The labelled records below a directory, as `cardhook evaluate` reads them. */
export async function casesInDirectory(
  directory: string,
  models: Models,
  onProgress: OnProgress,
): Promise<CalibrationCases> {
  const { records, missing } = await findRecords(directory);
  const { cases, excluded, failed } = await collectCases(records, {
    table: ECGFOUNDER_REFERENCE,
    score: (ecg) => scoresAsRead(ecg, models),
    concurrency: CONCURRENCY,
    onProgress: (done) => {
      if (done % PROGRESS_STEP === 0) onProgress(`${done} of ${records.length} records`);
    },
  });
  const reasons = [
    ...excluded.map(({ reason, records: named }) => [reason, named.length] as const),
    ...failed.map(({ code }) => [`could not be read or scored (${code})`, 1] as const),
    ...(missing.length === 0 ? [] : [['in labels.csv, but not there', missing.length] as const]),
  ];
  return { cases, leftOut: summed(reasons) };
}

/** The ECGs of signed reports. @throws EcgError CONFIG_INVALID, SOURCE_INVALID, and FHIR_UNAVAILABLE where the server fails. */
export async function casesOnServer(
  { config: path, tenant: name, query = SIGNED_REPORTS, limit }: ServerQuery,
  models: Models,
  onProgress: OnProgress,
): Promise<CalibrationCases> {
  if (!query.startsWith('DiagnosticReport?')) {
    throw new EcgError('SOURCE_INVALID', `--query is a search for DiagnosticReports: "${SIGNED_REPORTS}"`);
  }
  const config = await readConfig(path);
  const tenant = config.tenants.find((each) => each.name === name);
  if (tenant === undefined) throw new EcgError('CONFIG_INVALID', `there is no tenant ${name} in the configuration`);
  const servers = openFhirServers(config, { keys: await readSigningKeys(config), telemetry: createTelemetry() });
  const server = servers.forCardhook(tenant);
  const reports = (await server.query(query, { maxResources: limit })).filter(
    ({ resourceType }) => resourceType === 'DiagnosticReport',
  );
  const cases = new Map<string, IdentifiedCase>();
  const reasons: (readonly [string, number])[] = [];
  for (const [place, report] of reports.entries()) {
    const result = await caseOf(report, server, models);
    if (typeof result === 'string') reasons.push([result, 1]);
    else if (cases.has(result.identity)) reasons.push(['another report of the same ECG', 1]);
    else cases.set(result.identity, result);
    if ((place + 1) % PROGRESS_STEP === 0) onProgress(`${place + 1} of ${reports.length} reports`);
  }
  return { cases: [...cases.values()], leftOut: summed(reasons) };
}

/** The case of one report, or why it is none. */
async function caseOf(report: FhirJson, server: FhirServer, models: Models): Promise<IdentifiedCase | string> {
  const manifest = models.twelveLead?.manifest ?? models.singleLead?.manifest;
  const signed = signedStatements(report, { isTestModel: manifest !== undefined && isTestModel(manifest) });
  if ('unusable' in signed) return signed.unusable;
  try {
    const { ecg, identity, patientId, ageYears } = await findSignedEcg(report, server, new Date());
    const labelled = { record: '', source: 'signed', scheme: 'signed-report', ...signed, ageYears } as const;
    const unfit = unfitReason(labelled, ECGFOUNDER_REFERENCE);
    if (unfit !== undefined) return unfit;
    const scores = await scoresAsRead(ecg, models);
    const states = referenceStates(labelled, ECGFOUNDER_REFERENCE);
    return { source: 'signed reports', unit: patientId, identity, scores, states };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'FHIR_UNAVAILABLE') throw error;
    return error.code === 'NO_WAVEFORM' ? error.message : `could not be read or scored (${error.code})`;
  }
}

/** As the service comes by them: without windows that cannot be read. @throws EcgError SIGNAL_UNUSABLE where none can. */
async function scoresAsRead(ecg: Ecg, models: Models): Promise<ArrayLike<number>> {
  return (await interpretEcg(ecg, models, {})).scores;
}

function summed(reasons: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const [reason, count] of reasons) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return Object.fromEntries(sums);
}
