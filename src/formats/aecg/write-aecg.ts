import { durationSeconds, type Ecg, type EcgPatient } from '../../ecg/ecg.ts';
import { ecgIdentity } from '../../ecg/ecg-identity.ts';
import { ACT_CODE, ADMINISTRATIVE_GENDER, CPT_4, MDC } from './code-systems.ts';
import { addSeconds, toHl7Time } from './hl7-time.ts';
import { writeSequenceSets } from './write-sequence-sets.ts';
import { element, escapeText } from './write-xml.ts';

/**
 * Root of identifiers whose own namespace is not known here: an OID of the UUID arc (ITU-T X.667) that nobody else
 * uses. An identifier is wholly in the extension, as readers of aECG expect.
 */
const LOCAL_IDENTIFIERS = '2.25.8235051818268547226771357889311990445';

/**
 * The recording as an HL7 v3 Annotated ECG (PORT_MT020001, 2003-12; UTF-8): one RHYTHM series, patient, device,
 * measurements and statements. Amplitudes are exact where a device's step or whole nanovolts hold them. The same
 * recording always gives the same text. More than one patient id, which the schema has no place for, repeats the id.
 * @throws EcgError SOURCE_INVALID for amplitudes beyond ±2.1 V, more gaps than can be written, text that XML cannot
 *   hold, or a time that is no ISO 8601.
 */
export function toAecg(ecg: Ecg): string {
  const period = effectiveTime(ecg);
  const document = element(
    'AnnotatedECG',
    {
      xmlns: 'urn:hl7-org:v3',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      type: 'Observation',
      classCode: 'OBS',
    },
    element('id', { root: documentId(ecg) }),
    element('code', { code: '93000', codeSystem: CPT_4, codeSystemName: 'CPT-4' }),
    period,
    subjectAssignment(ecg.patient),
    element(
      'component',
      {},
      element(
        'series',
        { classCode: 'OBSSER' },
        element('code', { code: 'RHYTHM', codeSystem: ACT_CODE }),
        period,
        authorOf(ecg),
        ...writeSequenceSets(ecg),
        annotationsOf(ecg),
      ),
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`;
}

/** UUID of version 8 (RFC 9562) from the identity of the recording. */
function documentId(ecg: Ecg): string {
  const hex = ecgIdentity(ecg, ecg.patient.ids[0] ?? '');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

function effectiveTime({ recordedAt, ...ecg }: Ecg): string {
  if (recordedAt === undefined) return element('effectiveTime', { nullFlavor: 'UNK' });
  const end = addSeconds(recordedAt, durationSeconds(ecg));
  return element(
    'effectiveTime',
    {},
    element('low', { value: toHl7Time(recordedAt) }),
    end === undefined ? '' : element('high', { value: toHl7Time(end) }),
  );
}

function subjectAssignment(patient: EcgPatient): string {
  const ids = patient.ids.map((id) => element('id', { root: LOCAL_IDENTIFIERS, extension: id }));
  const person = [
    patient.name === undefined ? '' : element('name', {}, escapeText(patient.name)),
    patient.sex === undefined ? '' : element('administrativeGenderCode', genderOf(patient.sex)),
    patient.birthDate === undefined ? '' : element('birthTime', { value: patient.birthDate.replaceAll('-', '') }),
  ];
  const subject = element(
    'trialSubject',
    {},
    ...(ids.length > 0 ? ids : [element('id', { nullFlavor: 'UNK' })]),
    person.join('') === '' ? '' : element('subjectDemographicPerson', {}, ...person),
  );
  const trial = element('componentOf', {}, element('clinicalTrial', {}, element('id', { nullFlavor: 'NA' })));
  const assignment = element('subjectAssignment', {}, element('subject', {}, subject), trial);
  return element('componentOf', {}, element('timepointEvent', {}, element('componentOf', {}, assignment)));
}

function genderOf(sex: NonNullable<EcgPatient['sex']>): Record<string, string> {
  const codes = { male: 'M', female: 'F', other: 'UN' } as const;
  return sex === 'unknown' ? { nullFlavor: 'UNK' } : { code: codes[sex], codeSystem: ADMINISTRATIVE_GENDER };
}

function authorOf({ device }: Ecg): string {
  if (device === undefined) return '';
  const { manufacturer, model, serialNumber, software } = device;
  const author = element(
    'seriesAuthor',
    {},
    element(
      'manufacturedSeriesDevice',
      {},
      serialNumber === undefined ? '' : element('id', { root: LOCAL_IDENTIFIERS, extension: serialNumber }),
      model === undefined ? '' : element('manufacturerModelName', {}, escapeText(model)),
      software === undefined ? '' : element('softwareName', {}, escapeText(software)),
    ),
    manufacturer === undefined
      ? ''
      : element('manufacturerOrganization', {}, element('name', {}, escapeText(manufacturer))),
  );
  return element('author', {}, author);
}

function annotationsOf({ measurements, statements }: Ecg): string {
  const measured = measurements.map(({ name, value, unit }) =>
    annotation(name, element('value', { 'xsi:type': 'PQ', value, unit })),
  );
  const stated = statements.map((statement) =>
    annotation('MDC_ECG_INTERPRETATION_STATEMENT', element('value', { 'xsi:type': 'ST' }, escapeText(statement))),
  );
  const interpretation = stated.length === 0 ? '' : annotation('MDC_ECG_INTERPRETATION', stated.join(''));
  const annotations = measured.join('') + interpretation;
  return annotations === '' ? '' : element('subjectOf', {}, element('annotationSet', {}, annotations));
}

function annotation(code: string, content: string): string {
  return element('component', {}, element('annotation', {}, element('code', { code, codeSystem: MDC }), content));
}
