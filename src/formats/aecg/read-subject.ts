import type { EcgPatient, EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { parseHl7Time } from './hl7-time.ts';
import { attributeOf, childAt, childrenOf, descendantsOf, textOf, type XmlElement } from './xml-element.ts';

/** HL7 AdministrativeGender (2.16.840.1.113883.5.1), and the letters some exporters use instead. */
const SEX_OF_CODE: ReadonlyMap<string, NonNullable<EcgPatient['sex']>> = new Map([
  ['M', 'male'],
  ['F', 'female'],
  ['UN', 'other'],
  ['O', 'other'],
  ['UNK', 'unknown'],
  ['U', 'unknown'],
]);

/**
 * The trial subject: ids by extension, else root; PatientID where an exporter puts one into the person.
 * @throws EcgError SOURCE_INVALID for more than one subject.
 */
export function readSubject(root: XmlElement): { patient: EcgPatient; warnings: readonly EcgWarning[] } {
  const [subject, second] = descendantsOf(root, 'trialSubject');
  if (second !== undefined) throw new EcgError('SOURCE_INVALID', 'the aECG names more than one trial subject');
  const person = childAt(subject, 'subjectDemographicPerson');
  const birthTime = attributeOf(childAt(person, 'birthTime'), 'value');
  const birthDate = parseHl7Time(birthTime)?.iso.split('T')[0];
  const sex = sexOf(childAt(person, 'administrativeGenderCode'));
  const name = childrenOf(person, 'name').map(nameText).find(Boolean);
  const patient = {
    ids: idsOf(subject, person),
    ...(name ? { name } : {}),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(sex === undefined ? {} : { sex }),
  };
  const invalid = birthTime !== undefined && birthDate === undefined;
  return {
    patient,
    warnings: invalid ? [{ code: 'VALUE_INVALID', message: "the subject's birth time is not a valid date" }] : [],
  };
}

function idsOf(subject: XmlElement | undefined, person: XmlElement | undefined): readonly string[] {
  const ids = [
    ...childrenOf(subject, 'id').map((id) => attributeOf(id, 'extension') ?? attributeOf(id, 'root')),
    ...[...childrenOf(subject, 'PatientID'), ...childrenOf(person, 'PatientID')].map(textOf),
  ];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** A name of parts (given, family …) reads in document order. */
function nameText(name: XmlElement): string {
  const parts = [textOf(name), ...name.children.map(textOf)];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** The null flavor UNK is FHIR's "unknown"; any other says nothing. */
function sexOf(gender: XmlElement | undefined): EcgPatient['sex'] {
  const code = attributeOf(gender, 'code') ?? gender?.attributes.get('nullFlavor');
  return SEX_OF_CODE.get(code?.toUpperCase() ?? '');
}
