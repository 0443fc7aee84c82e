import type { EcgPatient } from '../../ecg/ecg.ts';
import { type DataSet, readItems, readText } from './data-set.ts';
import { isoDate } from './date-time.ts';
import { TAG } from './tags.ts';

const SEXES: ReadonlyMap<string, NonNullable<EcgPatient['sex']>> = new Map([
  ['M', 'male'],
  ['F', 'female'],
  ['O', 'other'],
]);
const MAX_OTHER_IDS = 16;

/**
 * The patient of the Patient module (PS3.3 C.7.1.1): Patient ID and the other patient ids, name, birth date, sex.
 * @throws EcgError SOURCE_INVALID or SOURCE_TOO_LARGE for a malformed value.
 */
export function readPatient(root: DataSet): EcgPatient {
  const holders = [root, ...readItems(root, TAG.OtherPatientIDsSequence).slice(0, MAX_OTHER_IDS)];
  const ids = holders.flatMap((holder) => readText(holder, TAG.PatientID) ?? []);
  const name = plainName(readText(root, TAG.PatientName) ?? '');
  const birthDate = isoDate(readText(root, TAG.PatientBirthDate) ?? '');
  const sex = SEXES.get(readText(root, TAG.PatientSex) ?? '');
  return {
    ids: [...new Set(ids)],
    ...(name === '' ? {} : { name }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
  };
}

/**
 * "Family, Given Middle Suffix" of a PN value "family^given^middle^prefix^suffix=ideographic=phonetic" (PS3.5 6.2.1):
 * its first group that is not blank, without the prefix (a title).
 */
function plainName(personName: string): string {
  const group = personName.split('=').find((text) => /[^^\s]/.test(text)) ?? '';
  const [family, given, middle, , suffix] = group.split('^').map((part) => part.trim());
  const others = [given, middle, suffix].filter(Boolean).join(' ');
  return [family, others].filter(Boolean).join(', ');
}
