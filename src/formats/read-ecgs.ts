import type { Ecg } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import { ecgSources, readEcgSource } from './fhir/ecg-sources.ts';
import { looksLikeFhirJson, parseJson } from './fhir/parse-json.ts';
import { readObservation } from './fhir/read-observation.ts';
import { readEcg } from './index.ts';

/** One container for a whole ward, not for an archive. */
const MAX_ECGS = 1000;

/** One ECG of a file, or why it could not be read. */
export type EcgInFile = { readonly reference?: string } & ({ readonly ecg: Ecg } | { readonly error: EcgError });

/**
 * Every ECG in a file: one, or as many as a FHIR container (Bundle, DocumentReference …) holds, each then with the
 * reference of its resource. Never empty; never throws for what is in the bytes.
 */
export async function readEcgs(bytes: Uint8Array): Promise<readonly EcgInFile[]> {
  try {
    if (!looksLikeFhirJson(bytes)) return [{ ecg: readEcg(bytes) }];
    const resource = parseJson(bytes);
    return isObservation(resource) ? [{ ecg: readObservation(resource) }] : await readContainer(resource);
  } catch (error) {
    return [{ error: asEcgError(error) }];
  }
}

async function readContainer(resource: unknown): Promise<readonly EcgInFile[]> {
  const sources = ecgSources(resource);
  if (sources.length === 0) {
    throw new EcgError('NO_WAVEFORM', 'no FHIR resource in it holds an ECG; what was entered in error is left out');
  }
  if (sources.length > MAX_ECGS) {
    throw new EcgError(
      'SOURCE_TOO_LARGE',
      `the file holds ${sources.length} ECGs; split it to at most ${MAX_ECGS} each`,
    );
  }
  const found: EcgInFile[] = [];
  for (const source of sources) {
    const { reference } = source;
    try {
      found.push({ reference, ecg: await readEcgSource(source) });
    } catch (error) {
      found.push({ reference, error: asEcgError(error) });
    }
  }
  return found;
}

function isObservation(resource: unknown): boolean {
  return (
    typeof resource === 'object' &&
    resource !== null &&
    'resourceType' in resource &&
    resource.resourceType === 'Observation'
  );
}

function asEcgError(error: unknown): EcgError {
  if (error instanceof EcgError) return error;
  throw error;
}
