import type { Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError } from '../errors.ts';
import { ageInYears, type KnownPatient, parsePatient } from '../fhir/known-patient.ts';
import { checkPatient } from '../fhir/patient-match.ts';
import type { EcgSource } from '../formats/fhir/ecg-sources.ts';
import { type InterpretationContext, interpretEcg, type Models, type ScoredReading } from '../interpret-ecg.ts';
import type { ReadingCache } from '../reading-cache.ts';
import { isSameTracing } from '../serial/recording-order.ts';
import { AT_ONCE } from './pace.ts';
import type { PatientEcgReading, PatientFacts } from './patient-ecg-reading.ts';
import { patientSources } from './patient-sources.ts';
import { type Decoding, newestFirst, notAfter, type Tried, trySource } from './try-source.ts';

export interface PatientEcgDeps extends Decoding {
  readonly models: Models;
  readonly readings: ReadingCache;
  readonly snomedEdition: InterpretationContext['snomedEdition'];
  /** When the reading is asked for. */
  readonly now: Date;
  /** Of the patient's FHIR server, where it is known. */
  readonly baseUrl?: string | undefined;
}

/** One ECG read, checked against the patient, and interpreted. */
export interface InterpretedEcg {
  readonly reading: ScoredReading;
  readonly ecgIdentity: string;
  /** What it was interpreted with. */
  readonly context: InterpretationContext;
}

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
  const sources = found.flatMap(({ own }) => own);
  const { latest, isNewerUnseen, isUntimedUnused } = await readLatest(sources, deps);
  const notes = [
    ...(isSomeLeftOut ? ['an ECG of another or of no stated patient was left out'] : []),
    ...(isNewerUnseen ? ['a newer ECG document holds no waveform and was not read; look at it too'] : []),
    ...(isUntimedUnused ? [UNTIMED_UNUSED] : []),
  ];
  if (latest === undefined) return { outcome: 'none', notes };
  const { source, result } = latest;
  try {
    if (result instanceof EcgError) throw result;
    const interpreted = await interpretFor(patient, result, deps);
    const { reading, ecgIdentity } = interpreted;
    const facts = factsOf(patient, result, deps);
    const others = { patient, present: { ...interpreted, source: source.reference }, sources };
    return { outcome: 'read', reading, ecgIdentity, source: source.reference, patient: facts, notes, others };
  } catch (error) {
    if (!(error instanceof EcgError) || error.code === 'OVERLOADED') throw error;
    const recordedAt = result instanceof EcgError ? source.recordedAt : result.recordedAt;
    const { code, message: reason } = error;
    return { outcome: 'unreadable', recordedAt, code, reason, source: source.reference, notes };
  }
}

const UNTIMED_UNUSED =
  'an ECG whose time is unknown or in the future was not used; a newer ECG may exist, look at it too';

/**
 * Interprets an ECG for the patient it is said to be of.
 * @throws EcgError PATIENT_MISMATCH when the file names somebody else, as {@link checkPatient} says.
 */
export async function interpretFor(patient: KnownPatient, ecg: Ecg, deps: PatientEcgDeps): Promise<InterpretedEcg> {
  const patientNotes = checkPatient(ecg.patient, patient, deps.baseUrl);
  const identity = ecgIdentity(ecg, `Patient/${patient.id}`);
  const { ageYears } = factsOf(patient, ecg, deps);
  const { snomedEdition, models, readings, pace = AT_ONCE } = deps;
  const context = { ageYears, snomedEdition };
  // Tenants may have the same ECG of the same id, and other calibrations.
  const versions = [models.twelveLead, models.singleLead].map((model) => model?.manifest.version);
  const key = [identity, ageYears, snomedEdition, ...versions].join();
  const reading = await readings.get(key, async () => {
    const interpreted = await pace.few(() => interpretEcg(ecg, models, context));
    models.shadow?.(interpreted, context);
    const { ecg: _tracing, ...remembered } = interpreted;
    return remembered;
  });
  const notes = [...reading.notes, ...patientNotes];
  return { reading: { ...reading, ecg, notes, patientNotes }, ecgIdentity: identity, context };
}

function factsOf({ isRead, birthDate, sex }: KnownPatient, ecg: Ecg, { now }: PatientEcgDeps): PatientFacts {
  const ageYears = ageInYears(birthDate ?? ecg.patient.birthDate, ecg.recordedAt, now);
  const { sex: stated } = ecg.patient;
  return {
    isRecordUnread: !isRead,
    ageYears,
    sex: sex ?? (stated === 'male' || stated === 'female' ? stated : undefined),
  };
}

/**
 * The latest ECG by its own time. Resources say when they were made, which may be long after the recording, so the
 * next one is tried until none can be later. An ECG that cannot be read counts by the time of its resource: it hides
 * older ones. A document without a waveform, a PDF say, hides none, nor does an ECG whose time is not known, but those that
 * may be newer are told of.
 */
async function readLatest(sources: readonly EcgSource[], deps: PatientEcgDeps): Promise<Latest> {
  let latest: Tried | undefined;
  let document: Tried | undefined;
  const untimed: Tried[] = [];
  for (const source of newestFirst(sources)) {
    if (latest !== undefined && latest.instant >= notAfter(source)) break;
    const tried = await trySource(source, deps);
    if (holdsNoWaveform(tried)) {
      document ??= tried;
      continue;
    }
    if (!isTimed(tried)) untimed.push(tried);
    if (latest === undefined || tried.instant > latest.instant) latest = tried;
  }
  const isNewerUnseen = latest !== undefined && document !== undefined && notAfter(document.source) > latest.instant;
  const isUntimedUnused = latest !== undefined && untimed.some((each) => mayBeNewer(each, latest));
  return { latest: latest ?? document, isNewerUnseen, isUntimedUnused };
}

interface Latest {
  readonly latest: Tried | undefined;
  /** Some document without a waveform is newer. */
  readonly isNewerUnseen: boolean;
  /** Some ECG whose time is not known may be newer. */
  readonly isUntimedUnused: boolean;
}

function isTimed({ instant }: Tried): boolean {
  return instant !== Number.NEGATIVE_INFINITY;
}

/** By when the resource of an ECG was made whose own time is not known. The same tracing in another form is not newer. */
function mayBeNewer(untimed: Tried, latest: Tried): boolean {
  if (untimed === latest || notAfter(untimed.source) < (isTimed(latest) ? latest.instant : notAfter(latest.source)))
    return false;
  const [a, b] = [untimed.result, latest.result];
  return a instanceof EcgError || b instanceof EcgError || !isSameTracing(a, b);
}

function holdsNoWaveform({ result }: Tried): boolean {
  return result instanceof EcgError && (result.code === 'NO_WAVEFORM' || result.code === 'FORMAT_UNSUPPORTED');
}
