import { createHash } from 'node:crypto';
import type { Ecg } from '../../ecg/ecg.ts';
import { quantise } from '../quantise.ts';
import { dicomDateTime } from './date-time.ts';
import { dataSetBytes, element, integerElement, sequence, type WrittenElement } from './element-writer.ts';
import { TAG, TRANSFER_SYNTAX } from './tags.ts';
import { annotationElements } from './write-annotations.ts';
import { deviceElements, patientElements } from './write-patient.ts';
import { chooseStorage, waveformSequence } from './write-waveform.ts';

const PREAMBLE_BYTES = 128;
const IMPLEMENTATION = 'CARDHOOK';

/**
 * The recording as a DICOM file (PS3.10), explicit VR little endian, of the ECG waveform class that fits it. The same
 * recording gives the same bytes: UIDs come from the content, and there is no time of writing. What the recording does
 * not know (time, patient) is written empty.
 * @throws EcgError SOURCE_INVALID for amplitudes beyond ±2.1 V or a patient id that DICOM cannot hold.
 */
export function toDicom(ecg: Ecg): Uint8Array {
  const quantised = quantise(ecg);
  const storage = chooseStorage(ecg, quantised);
  const content = [
    element(TAG.SpecificCharacterSet, 'CS', 'ISO_IR 192'),
    element(TAG.SOPClassUID, 'UI', storage.sopClass),
    ...patientElements(ecg.patient),
    ...timeElements(ecg.recordedAt),
    ...deviceElements(ecg.device),
    ...CONSTANT_ELEMENTS,
    ...annotationElements(ecg),
    waveformSequence(ecg, quantised, storage),
  ];
  const digest = createHash('sha256').update(dataSetBytes(content)).digest('hex');
  const instanceUid = uidFrom(`${digest} instance`);
  const dataSet = dataSetBytes([
    ...content,
    element(TAG.SOPInstanceUID, 'UI', instanceUid),
    element(TAG.StudyInstanceUID, 'UI', uidFrom(`${digest} study`)),
    element(TAG.SeriesInstanceUID, 'UI', uidFrom(`${digest} series`)),
  ]);
  return Buffer.concat([
    new Uint8Array(PREAMBLE_BYTES),
    Buffer.from('DICM'),
    metaBytes(storage.sopClass, instanceUid),
    dataSet,
  ]);
}

/** What every recording says in General Study, General Series, Waveform Identification and Acquisition Context. */
const CONSTANT_ELEMENTS: readonly WrittenElement[] = [
  element(TAG.AccessionNumber, 'SH', ''),
  element(TAG.Modality, 'CS', 'ECG'),
  element(TAG.ReferringPhysicianName, 'PN', ''),
  element(TAG.StudyID, 'SH', ''),
  element(TAG.SeriesNumber, 'IS', '1'),
  element(TAG.InstanceNumber, 'IS', '1'),
  sequence(TAG.AcquisitionContextSequence, []),
];

function timeElements(recordedAt: string | undefined): readonly WrittenElement[] {
  const { date, time, dateTime, offset } = dicomDateTime(recordedAt);
  return [
    element(TAG.StudyDate, 'DA', date),
    element(TAG.ContentDate, 'DA', date),
    element(TAG.AcquisitionDateTime, 'DT', dateTime),
    element(TAG.StudyTime, 'TM', time),
    element(TAG.ContentTime, 'TM', time),
    ...(offset === '' ? [] : [element(TAG.TimezoneOffsetFromUTC, 'SH', offset)]),
  ];
}

/** The file meta information (PS3.10 7.1). */
function metaBytes(sopClass: string, instanceUid: string): Uint8Array {
  const meta = dataSetBytes([
    element(TAG.FileMetaInformationVersion, 'OB', Uint8Array.of(0, 1)),
    element(TAG.MediaStorageSOPClassUID, 'UI', sopClass),
    element(TAG.MediaStorageSOPInstanceUID, 'UI', instanceUid),
    element(TAG.TransferSyntaxUID, 'UI', TRANSFER_SYNTAX.explicitLittleEndian),
    element(TAG.ImplementationClassUID, 'UI', uidFrom(IMPLEMENTATION)),
    element(TAG.ImplementationVersionName, 'SH', IMPLEMENTATION),
  ]);
  return Buffer.concat([integerElement(TAG.FileMetaInformationGroupLength, 'UL', [meta.length]).bytes, meta]);
}

/** A UID of a UUID (PS3.5 B.2) of version 8, whose free bits are a hash of the text. */
function uidFrom(text: string): string {
  const uuid = createHash('sha256').update(text).digest().subarray(0, 16);
  uuid.writeUInt8((uuid.readUInt8(6) & 0x0f) | 0x80, 6);
  uuid.writeUInt8((uuid.readUInt8(8) & 0x3f) | 0x80, 8);
  return `2.25.${BigInt(`0x${uuid.toString('hex')}`)}`;
}
