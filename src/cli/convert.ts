import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Ecg } from '../ecg/ecg.ts';
import { EcgError } from '../errors.ts';
import { patientIdOf } from '../fhir/patient-reference.ts';
import { toAecg } from '../formats/aecg/write-aecg.ts';
import { toDicom } from '../formats/dicom/write-dicom.ts';
import { toObservation } from '../formats/fhir/write-observation.ts';
import type { Io } from './console-io.ts';
import { readEcgFile } from './read-ecg-file.ts';

export const USAGE = `usage: cardhook convert FILE --to dicom|aecg|fhir --out FILE [--subject Patient/ID]

  --out FILE      a new file; an existing one is never overwritten
  --subject REF   the patient of an Observation; else the one the file states`;

type Write = (ecg: Ecg, subject: string | undefined) => Uint8Array | string;

const WRITERS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['dicom', toDicom],
  ['aecg', toAecg],
  ['fhir', (ecg, subject) => `${JSON.stringify(toObservation(ecg, subjectOf(ecg, subject)), null, 2)}\n`],
]);

/** `cardhook convert FILE --to FORMAT --out FILE`: one ECG in another format; never overwrites. */
export async function runConvert(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { to: { type: 'string' }, out: { type: 'string' }, subject: { type: 'string' } },
  });
  const [file] = positionals;
  const write = WRITERS.get(values.to ?? '');
  if (file === undefined || positionals.length > 1 || write === undefined || values.out === undefined) {
    io.stderr(USAGE);
    return 2;
  }
  const [found, ...others] = await readEcgFile(file);
  if (others.length > 0) throw new EcgError('FORMAT_UNSUPPORTED', 'the file holds several ECGs; convert takes one');
  if (found === undefined || 'error' in found)
    throw found?.error ?? new EcgError('NO_WAVEFORM', 'the file holds no ECG');
  await writeFile(values.out, write(found.ecg, values.subject), { flag: 'wx' });
  for (const { message } of found.ecg.warnings) io.stderr(`cardhook: ${message}`);
  return 0;
}

function subjectOf({ patient }: Ecg, subject: string | undefined): string {
  const id = patientIdOf(subject ?? patient.ids[0], undefined);
  if (id === undefined) {
    throw new EcgError('PATIENT_MISMATCH', 'an Observation needs a patient on the server; give --subject Patient/ID');
  }
  return `Patient/${id}`;
}
