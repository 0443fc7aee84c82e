import { patientHeading } from '../../src/fhir/patient-heading.ts';

describe('the heading of a patient', () => {
  it('has the official name, the record number, birth date and sex', () => {
    const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
    const patient = {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [{ value: 'insurance 9' }, { type, value: '4711' }, { use: 'old', type, value: '1' }],
      name: [
        { use: 'nickname', text: 'Bob' },
        { use: 'official', given: ['Robert', 'A.'], family: 'Żuk' },
      ],
      birthDate: '1950-01',
      gender: 'male',
    };
    expect(patientHeading(patient)).toEqual({
      ids: ['4711'],
      name: 'Robert A. Żuk',
      birthDate: '1950-01',
      sex: 'male',
    });
  });

  it('leaves out what is not there or malformed, and invents nothing', () => {
    expect(patientHeading({ resourceType: 'Patient', id: 'p1', name: 'x', birthDate: 7, gender: 'm' })).toEqual({
      ids: ['p1'],
    });
    expect(patientHeading({ resourceType: 'Patient', identifier: [{ value: 'a' }, { value: 'b' }] })).toEqual({
      ids: ['a', 'b'],
    });
    expect(patientHeading({ resourceType: 'Group', id: 'p1' })).toBeUndefined();
    expect(patientHeading(null)).toBeUndefined();
  });
});
