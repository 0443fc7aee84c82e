import type { EcgDevice, EcgPatient } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { dicomDateTime } from './date-time.ts';
import { element, sequence, type WrittenElement } from './element-writer.ts';
import { TAG } from './tags.ts';
import { plainText } from './write-values.ts';

const SEXES = { male: 'M', female: 'F', other: 'O', unknown: '' } as const;

/**
 * The Patient module (PS3.3 C.7.1.1). The first id is the Patient ID; a birth date less precise than a day
 * and an unknown sex are written empty.
 * @throws EcgError SOURCE_INVALID for an id that DICOM cannot hold: cutting it would name another patient.
 */
export function patientElements({ ids, name, birthDate, sex }: EcgPatient): readonly WrittenElement[] {
  const [id = '', ...others] = ids.map(checkedId);
  const otherIds = others.map((other) => [
    element(TAG.PatientID, 'LO', other),
    element(TAG.TypeOfPatientID, 'CS', 'TEXT'),
  ]);
  return [
    element(TAG.PatientName, 'PN', personName(name ?? '')),
    element(TAG.PatientID, 'LO', id),
    element(TAG.PatientBirthDate, 'DA', dicomDateTime(birthDate).date),
    element(TAG.PatientSex, 'CS', SEXES[sex ?? 'unknown']),
    ...(otherIds.length > 0 ? [sequence(TAG.OtherPatientIDsSequence, otherIds)] : []),
  ];
}

/** The General Equipment module (PS3.3 C.7.5.1). */
export function deviceElements(device: EcgDevice = {}): readonly WrittenElement[] {
  const { manufacturer = '', model, serialNumber, software } = device;
  return [
    element(TAG.Manufacturer, 'LO', plainText(manufacturer)),
    ...(model === undefined ? [] : [element(TAG.ManufacturerModelName, 'LO', plainText(model))]),
    ...(serialNumber === undefined ? [] : [element(TAG.DeviceSerialNumber, 'LO', plainText(serialNumber))]),
    ...(software === undefined ? [] : [element(TAG.SoftwareVersions, 'LO', plainText(software))]),
  ];
}

/** "Family, Given" as "Family^Given". */
function personName(name: string): string {
  const [family = '', ...given] = plainText(name.replaceAll(/[\^=]/g, ' ')).split(', ');
  return given.length === 0 ? family : `${family}^${given.join(', ')}`;
}

function checkedId(id: string): string {
  if (plainText(id) !== id) {
    throw new EcgError('SOURCE_INVALID', 'a patient id has more than 64 characters or such as DICOM cannot hold');
  }
  return id;
}
