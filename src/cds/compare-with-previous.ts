import type { Ecg } from '../ecg/ecg.ts';
import { ecgIdentity } from '../ecg/ecg-identity.ts';
import { EcgError, type EcgErrorCode } from '../errors.ts';
import type { FhirServer } from '../fhir/fhir-server.ts';
import type { KnownPatient } from '../fhir/known-patient.ts';
import { earlierEcgQueries, findResources } from '../fhir/patient-ecgs.ts';
import type { EcgSource } from '../formats/fhir/ecg-sources.ts';
import { besidePrevious, type EcgReading } from '../interpret-ecg.ts';
import { signalsDiffer } from '../serial/comparability.ts';
import { dayOf } from '../serial/previous-day.ts';
import { isEarlier, isSameTracing } from '../serial/recording-order.ts';
import type { PreviousTracing, SerialComparison } from '../serial/serial-comparison.ts';
import { patientSources } from './patient-sources.ts';
import { type InterpretedEcg, interpretFor, type PatientEcgDeps } from './read-patient-ecg.ts';
import { newestFirst, notAfter, type Tried, trySource } from './try-source.ts';

/** An ECG that was read, and where others of the same patient may be. */
export interface PresentEcg {
  readonly patient: KnownPatient;
  readonly present: InterpretedEcg & { readonly source: string };
  readonly sources: readonly EcgSource[];
}

/** So many tracings are opened in search of an earlier one. */
const MAX_OPENED = 5;

/** What is wrong with an ECG itself, so that trying again would not help. */
const UNREADABLE: ReadonlySet<EcgErrorCode> = new Set(['SIGNAL_UNUSABLE', 'LEAD_MISSING', 'RECORDING_TOO_SHORT']);

/**
 * The reading beside the latest earlier ECG of the patient that it can be compared with; where there are earlier ones but
 * none of these, beside the latest with the reason why not; else as it is. An ECG whose time is not known, or not known
 * to be earlier, and the same tracing in another form, are no earlier ECG; nor is one whose file names another patient.
 * @throws EcgError what keeps an ECG from being fetched or interpreted at this moment: FHIR_UNAVAILABLE, OVERLOADED …
 */
export async function compareWithPrevious(
  { patient, present, sources }: PresentEcg,
  deps: PatientEcgDeps,
): Promise<EcgReading> {
  let refused: SerialComparison | undefined;
  for await (const { source, ecg } of earlierEcgs(present, sources, deps)) {
    const tracing = { ecg, source: source.reference, ecgIdentity: ecgIdentity(ecg, `Patient/${patient.id}`) };
    const compared = await comparedWith(tracing, { patient, present }, deps);
    if (compared?.comparison?.outcome === 'compared') return compared;
    refused ??= compared?.comparison;
  }
  return refused === undefined ? present.reading : { ...present.reading, comparison: refused };
}

/**
 * As {@link compareWithPrevious}, with what a search on the patient's FHIR server brings.
 * @throws EcgError also what {@link FhirServer} throws.
 */
export async function compareOnServer(
  { patient, present }: Omit<PresentEcg, 'sources'>,
  server: FhirServer,
  deps: PatientEcgDeps,
): Promise<EcgReading> {
  const { recordedAt } = present.reading.ecg;
  if (recordedAt === undefined) return present.reading;
  const queries = earlierEcgQueries(patient.id, recordedAt);
  const found = await Promise.all(queries.map((query) => findResources(server, query)));
  const sources = found.flat().flatMap((resource) => patientSources(resource, patient.id, server.baseUrl).own);
  const fetchBinary = (url: string) => server.readBinary(url);
  return await compareWithPrevious({ patient, present, sources }, { ...deps, fetchBinary, baseUrl: server.baseUrl });
}

interface Earlier extends Tried {
  readonly ecg: Ecg;
}

/** ECGs that were certainly recorded before the present one, the latest first. */
async function* earlierEcgs(
  { reading, source: own }: PresentEcg['present'],
  sources: readonly EcgSource[],
  deps: PatientEcgDeps,
): AsyncGenerator<Earlier> {
  let waiting: readonly Earlier[] = [];
  const others = newestFirst(sources).filter(({ reference }) => reference !== own);
  for (const source of others.slice(0, MAX_OPENED)) {
    // What is opened from here on may not be later.
    const due = waiting.filter(({ instant }) => instant >= notAfter(source));
    yield* due;
    waiting = waiting.filter((each) => !due.includes(each));
    const tried = await trySource(source, deps);
    const { result } = tried;
    if (result instanceof EcgError) {
      if (result.code === 'FHIR_UNAVAILABLE') throw result;
      continue;
    }
    const isOther = !isSameTracing(result, reading.ecg) && isEarlier(result.recordedAt, reading.ecg.recordedAt);
    if (isOther) waiting = [...waiting, { ...tried, ecg: result }].sort((a, b) => b.instant - a.instant);
  }
  yield* waiting;
}

/** Undefined for an ECG whose file names another patient. */
async function comparedWith(
  previous: PreviousTracing,
  { patient, present }: Omit<PresentEcg, 'sources'>,
  deps: PatientEcgDeps,
): Promise<EcgReading | undefined> {
  const { reading, context } = present;
  const refuse = (reason: string): EcgReading => {
    const when = dayOf(previous.ecg.recordedAt, reading.ecg.recordedAt);
    return { ...reading, comparison: { outcome: 'not comparable', previous, when, reason } };
  };
  const difference = signalsDiffer(previous, reading);
  if (difference !== undefined) return refuse(difference);
  try {
    const { reading: read } = await interpretFor(patient, previous.ecg, deps);
    return besidePrevious(reading, { ...previous, ...read }, context);
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    if (error.code === 'PATIENT_MISMATCH') return undefined;
    if (!UNREADABLE.has(error.code)) throw error;
    return refuse('the previous ECG could not be read');
  }
}
