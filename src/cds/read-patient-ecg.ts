import type { Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import { ageInYears, type KnownPatient, parsePatient } from '../fhir/known-patient.ts';
import { checkPatient } from '../fhir/patient-match.ts';
import { type EcgSource, readEcgSource } from '../formats/fhir/ecg-sources.ts';
import { type EcgReading, type InterpretationContext, interpretEcg, type Models } from '../interpret-ecg.ts';
import type { ReadingCache } from '../reading-cache.ts';
import type { EcgDecoder } from './ecg-decoder.ts';
import { AT_ONCE, type Pace } from './pace.ts';
import type { PatientEcgReading, PatientFacts } from './patient-ecg-reading.ts';
import { patientSources } from './patient-sources.ts';

export interface PatientEcgDeps {
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly snomedEdition: InterpretationContext['snomedEdition'];
  /** Reads the tracing of a source; `readEcgSource` unless given. */
  readonly decode?: EcgDecoder;
  /** {@link AT_ONCE} unless given. */
  readonly pace?: Pace;
  /** When the reading is asked for. */
  readonly now: Date;
  /** Of the patient's FHIR server, where it is known. */
  readonly baseUrl?: string | undefined;
  /** Fetches an attachment from the patient's FHIR server; absent where only prefetch is at hand. */
  readonly fetchBinary?: ((url: string) => Promise<Uint8Array>) | undefined;
}

/** One ECG read, checked against the patient, and interpreted. */
export interface InterpretedEcg {
  readonly reading: EcgReading;
  readonly ecgIdentity: string;
}

/** A source that was tried: its ECG, or why there is none. */
interface Tried {
  readonly source: EcgSource;
  readonly result: Ecg | EcgError;
  /** Milliseconds since 1970; -Infinity where neither the ECG nor its resource says when it was recorded. */
  readonly instant: number;
}

const ZONE = /T.*(Z|[+-]\d\d:\d\d)$/;
/** A day ends up to twelve hours later than in UTC. */
const UNZONED_DAY_MS = 36 * 3_600_000;

/**
 * The reading of the patient's latest ECG among FHIR resources of any kind.
 * Resources of another patient, or of none, are left out and the notes say so.
 * @throws EcgError OVERLOADED, of its pace.
 * @param resources what a search brought: Patient, Observation, DocumentReference …, in any order.
 */
export async function readPatientEcg(
  resources: readonly unknown[],
  patientId: string,
  deps: PatientEcgDeps,
): Promise<PatientEcgReading> {
  const patient = parsePatient(resources, patientId);
  const found = resources.map((resource) => patientSources(resource, patientId, deps.baseUrl));
  const isSomeLeftOut = found.some(({ othersCount }) => othersCount > 0);
  const { latest, isNewerUnseen } = await readLatest(
    found.flatMap(({ own }) => own),
    deps,
  );
  const notes = [
    ...(isSomeLeftOut ? ['an ECG of another or of no stated patient was left out'] : []),
    ...(isNewerUnseen ? ['a newer ECG document holds no waveform and was not read; look at it too'] : []),
  ];
  if (latest === undefined) return { outcome: 'none', notes };
  const { source, result } = latest;
  try {
    if (result instanceof EcgError) throw result;
    const { reading, ecgIdentity } = await interpretFor(patient, result, deps);
    const facts = factsOf(patient, result, deps);
    return { outcome: 'read', reading, ecgIdentity, source: source.reference, patient: facts, notes };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'OVERLOADED') throw error;
    const recordedAt = result instanceof EcgError ? source.recordedAt : result.recordedAt;
    const { code, message: reason } = error;
    return { outcome: 'unreadable', recordedAt, code, reason, source: source.reference, notes };
  }
}

/**
 * Interprets an ECG for the patient it is said to be of.
 * @throws EcgError PATIENT_MISMATCH when the file names somebody else, as {@link checkPatient} says.
 */
export async function interpretFor(patient: KnownPatient, ecg: Ecg, deps: PatientEcgDeps): Promise<InterpretedEcg> {
  const patientNotes = checkPatient(ecg.patient, patient);
  const identity = ecgIdentity(ecg, `Patient/${patient.id}`);
  const { ageYears } = factsOf(patient, ecg, deps);
  const { snomedEdition, models, readings, pace = AT_ONCE } = deps;
  const key = [identity, ageYears, snomedEdition].join();
  const reading = await readings.get(key, async () => {
    const interpreted = await pace.few(() => interpretEcg(ecg, models, { ageYears, snomedEdition }));
    const { ecg: _tracing, ...remembered } = interpreted;
    return remembered;
  });
  return { reading: { ...reading, ecg, notes: [...reading.notes, ...patientNotes] }, ecgIdentity: identity };
}

function factsOf({ birthDate, sex }: KnownPatient, ecg: Ecg, { now }: PatientEcgDeps): PatientFacts {
  // Who is a child today was one at any earlier time.
  const ageYears = ageInYears(birthDate ?? ecg.patient.birthDate, ecg.recordedAt ?? now.toISOString());
  const { sex: stated } = ecg.patient;
  return { ageYears, sex: sex ?? (stated === 'male' || stated === 'female' ? stated : undefined) };
}

/**
 * The latest ECG by its own time. Resources say when they were made, which may be long after the recording, so the
 * next one is tried until none can be later. An ECG that cannot be read counts by the time of its resource: it hides
 * older ones. A document without a waveform, a PDF say, hides none, but a newer one is told of.
 */
async function readLatest(
  sources: readonly EcgSource[],
  { fetchBinary, decode = atOnce, pace = AT_ONCE }: PatientEcgDeps,
): Promise<{ readonly latest: Tried | undefined; readonly isNewerUnseen: boolean }> {
  const byTime = [...sources].sort((a, b) => compare(notAfter(b), notAfter(a)));
  let latest: Tried | undefined;
  let document: Tried | undefined;
  for (const source of byTime) {
    if (latest !== undefined && latest.instant >= notAfter(source)) break;
    const tried = await tryToRead(source, () => decode(source, pace.turn, fetchBinary));
    if (holdsNoWaveform(tried)) document ??= tried;
    else if (latest === undefined || tried.instant > latest.instant) latest = tried;
  }
  const isNewerUnseen = latest !== undefined && document !== undefined && notAfter(document.source) > latest.instant;
  return { latest: latest ?? document, isNewerUnseen };
}

const atOnce: EcgDecoder = (source, _turn, fetchBinary) => readEcgSource(source, fetchBinary);

function holdsNoWaveform({ result }: Tried): boolean {
  return result instanceof EcgError && (result.code === 'NO_WAVEFORM' || result.code === 'FORMAT_UNSUPPORTED');
}

async function tryToRead(source: EcgSource, read: () => Promise<Ecg>): Promise<Tried> {
  try {
    const ecg = await read();
    return { source, result: ecg, instant: instantOf(ecg.recordedAt) ?? Number.NEGATIVE_INFINITY };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'OVERLOADED') throw error;
    return { source, result: error, instant: instantOf(source.recordedAt) ?? Number.NEGATIVE_INFINITY };
  }
}

/** The latest time its ECG is taken to have: a resource is seldom made before what it holds. */
function notAfter({ recordedAt }: EcgSource): number {
  const instant = instantOf(recordedAt);
  if (recordedAt === undefined || instant === undefined || recordedAt.length < 'YYYY-MM-DD'.length) {
    return Number.POSITIVE_INFINITY;
  }
  return ZONE.test(recordedAt) ? instant : instant + UNZONED_DAY_MS;
}

/** A time without zone is taken as UTC, whatever the zone of this machine. */
function instantOf(recordedAt: string | undefined): number | undefined {
  if (recordedAt === undefined) return undefined;
  const instant = Date.parse(recordedAt.includes('T') && !ZONE.test(recordedAt) ? `${recordedAt}Z` : recordedAt);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Infinities have no difference. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
