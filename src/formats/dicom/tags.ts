/** Attributes read or written here, by their keyword in DICOM PS3.6, in the notation of dicom-parser (xGGGGEEEE). */
export const TAG = {
  FileMetaInformationGroupLength: 'x00020000',
  FileMetaInformationVersion: 'x00020001',
  MediaStorageSOPClassUID: 'x00020002',
  MediaStorageSOPInstanceUID: 'x00020003',
  TransferSyntaxUID: 'x00020010',
  ImplementationClassUID: 'x00020012',
  ImplementationVersionName: 'x00020013',
  SpecificCharacterSet: 'x00080005',
  SOPClassUID: 'x00080016',
  SOPInstanceUID: 'x00080018',
  StudyDate: 'x00080020',
  AcquisitionDate: 'x00080022',
  ContentDate: 'x00080023',
  AcquisitionDateTime: 'x0008002a',
  StudyTime: 'x00080030',
  AcquisitionTime: 'x00080032',
  ContentTime: 'x00080033',
  AccessionNumber: 'x00080050',
  Modality: 'x00080060',
  Manufacturer: 'x00080070',
  ReferringPhysicianName: 'x00080090',
  CodeValue: 'x00080100',
  CodingSchemeDesignator: 'x00080102',
  CodeMeaning: 'x00080104',
  TimezoneOffsetFromUTC: 'x00080201',
  ManufacturerModelName: 'x00081090',
  PatientName: 'x00100010',
  PatientID: 'x00100020',
  TypeOfPatientID: 'x00100022',
  PatientBirthDate: 'x00100030',
  PatientSex: 'x00100040',
  OtherPatientIDsSequence: 'x00101002',
  DeviceSerialNumber: 'x00181000',
  SoftwareVersions: 'x00181020',
  MultiplexGroupTimeOffset: 'x00181068',
  StudyInstanceUID: 'x0020000d',
  SeriesInstanceUID: 'x0020000e',
  StudyID: 'x00200010',
  SeriesNumber: 'x00200011',
  InstanceNumber: 'x00200013',
  WaveformOriginality: 'x003a0004',
  NumberOfWaveformChannels: 'x003a0005',
  NumberOfWaveformSamples: 'x003a0010',
  SamplingFrequency: 'x003a001a',
  MultiplexGroupLabel: 'x003a0020',
  ChannelDefinitionSequence: 'x003a0200',
  ChannelLabel: 'x003a0203',
  ChannelStatus: 'x003a0205',
  ChannelSourceSequence: 'x003a0208',
  ChannelSensitivity: 'x003a0210',
  ChannelSensitivityUnitsSequence: 'x003a0211',
  ChannelSensitivityCorrectionFactor: 'x003a0212',
  ChannelBaseline: 'x003a0213',
  ChannelTimeSkew: 'x003a0214',
  ChannelSampleSkew: 'x003a0215',
  WaveformBitsStored: 'x003a021a',
  AcquisitionContextSequence: 'x00400555',
  MeasurementUnitsCodeSequence: 'x004008ea',
  ConceptNameCodeSequence: 'x0040a043',
  ReferencedWaveformChannels: 'x0040a0b0',
  TemporalRangeType: 'x0040a130',
  AnnotationGroupNumber: 'x0040a180',
  NumericValue: 'x0040a30a',
  WaveformAnnotationSequence: 'x0040b020',
  UnformattedTextValue: 'x00700006',
  WaveformSequence: 'x54000100',
  WaveformBitsAllocated: 'x54001004',
  WaveformSampleInterpretation: 'x54001006',
  WaveformPaddingValue: 'x5400100a',
  WaveformData: 'x54001010',
} as const;

/** Transfer syntaxes whose data set is not plain explicit VR little endian, and that one (PS3.5 annex A). */
export const TRANSFER_SYNTAX = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  deflatedLittleEndian: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
} as const;

/** Storage SOP classes made for ECGs (PS3.4 annex B). */
export const ECG_SOP_CLASS = {
  twelveLead: '1.2.840.10008.5.1.4.1.1.9.1.1',
  general: '1.2.840.10008.5.1.4.1.1.9.1.2',
  ambulatory: '1.2.840.10008.5.1.4.1.1.9.1.3',
  general32Bit: '1.2.840.10008.5.1.4.1.1.9.1.4',
} as const;

/**
 * What the 12-lead ECG IOD allows (PS3.3 A.34.3.4). It counts the channels of all groups together, which every
 * recording with a median beat beside the rhythm breaks, so they are counted by group here.
 */
export const TWELVE_LEAD_LIMITS = {
  groups: 5,
  channels: 13,
  samples: 16_384,
  minSamplingRate: 200,
  maxSamplingRate: 1000,
} as const;

/** 32-bit code of an 11073-10101 term of partition 2 (SCADA), as DICOM writes it ("2:61"), less the term. */
export const MDC_PARTITION_2 = 2 * 2 ** 16;
