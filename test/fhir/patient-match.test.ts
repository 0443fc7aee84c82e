import fc from 'fast-check';
import type { EcgPatient } from '../../src/ecg/ecg.ts';
import { parsePatient } from '../../src/fhir/known-patient.ts';
import { checkPatient } from '../../src/fhir/patient-match.ts';

const JANE = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:mrn', value: '00123-456' }, { value: 'SSN-9' }],
  name: [
    { use: 'official', family: 'Müller-Østby', given: ['Jane', 'Marie'] },
    { use: 'maiden', family: "O'Neil", given: ['Jane'] },
  ],
  birthDate: '1950-01-31',
  gender: 'female',
};

/** 'match', 'note' or 'mismatch'. */
function verdict(stated: Partial<EcgPatient>, patient: object = JANE): string {
  try {
    return checkPatient({ ids: [], ...stated }, parsePatient([patient], 'p1')).length === 0 ? 'match' : 'note';
  } catch (error) {
    expect(error).toMatchObject({ code: 'PATIENT_MISMATCH' });
    return 'mismatch';
  }
}

describe('where the record of the patient could not be read, an ECG file', () => {
  const BASE = 'https://ehr.example.org/fhir';
  const checked = (stated: Partial<EcgPatient>) => checkPatient({ ids: [], ...stated }, parsePatient([], 'p1'), BASE);

  it.each<[string, Partial<EcgPatient>]>([
    ['names nobody', {}],
    ['was made anonymous', { name: 'Anonymous' }],
    ['has an OID for an identifier', { ids: ['2.16.840.1.113883.3.4'] }],
    ['has the id of the record', { ids: ['p1'] }],
    ['has a sex alone', { sex: 'male' }],
    ['refers to the patient', { ids: ['Patient/p1', '00123'], name: 'Doe, Jane' }],
    ['refers to the patient by an address', { ids: [`${BASE}/Patient/p1`], name: 'Doe, Jane' }],
  ])('that %s is read, with a note', (_case, stated) => {
    expect(checked(stated)).toEqual([
      "the patient's record could not be read: whose ECG it is and the patient's age were not checked",
    ]);
  });

  it.each<[string, Partial<EcgPatient>]>([
    ['a name', { name: 'Doe, Jane' }],
    ['a name of one letter each', { name: '王 伟' }],
    ['an identifier', { ids: ['777'] }],
    ['a birth date', { birthDate: '1950-01-31' }],
    ['the id of the record and a birth date', { ids: ['p1'], birthDate: '1950-01-31' }],
    ['another patient', { ids: ['Patient/p2'] }],
    ['a patient of another server', { ids: ['https://other.example.org/fhir/Patient/p1'] }],
  ])('that states %s is not', (_case, stated) => {
    expect(() => checked(stated)).toThrow(
      "the patient's record could not be read, so it could not be checked whose the ECG is",
    );
  });
});

describe('an ECG file', () => {
  it.each<[string, Partial<EcgPatient>, string]>([
    ['names nobody', {}, 'note'],
    ['has the identifier', { ids: ['00123-456'] }, 'match'],
    ['has the identifier without zeros, hyphen or case', { ids: ['123456', 'X'] }, 'match'],
    ['has the id of the record', { ids: ['Patient/p1'] }, 'match'],
    ['has another identifier alone', { ids: ['777'] }, 'note'],
    [
      'has another identifier, but name and birth date',
      { ids: ['777'], name: 'Muller, Jane', birthDate: '1950-01-31' },
      'note',
    ],
    ['has another identifier and another name', { ids: ['777'], name: 'Doe, John' }, 'mismatch'],
    ['has another identifier and the other sex', { ids: ['777'], sex: 'male' }, 'mismatch'],
    ['has the identifier and another name', { ids: ['123456'], name: 'Smith, Jane' }, 'match'],
    ['has the identifier, a wholly other name', { ids: ['123456'], name: 'Doe, John' }, 'note'],
    ['has the identifier, another name and sex', { ids: ['123456'], name: 'Doe, John', sex: 'male' }, 'mismatch'],
    ['has another birth date', { birthDate: '1950-02-01' }, 'mismatch'],
    ['has another birth date and the identifier', { ids: ['123456'], birthDate: '1951-01-31' }, 'mismatch'],
    ['has the year of birth', { birthDate: '1950' }, 'match'],
    ['has another name alone', { name: 'Doe, John' }, 'mismatch'],
    ['has another name, the same birth date', { name: 'Doe, Rosa', birthDate: '1950-01-31' }, 'note'],
    ['has the name of a sister', { name: 'Müller-Østby, Ann' }, 'mismatch'],
    ['has the other sex alone', { sex: 'male' }, 'note'],
    ['has the sex alone, which names nobody', { sex: 'female' }, 'note'],
    ['has the maiden name', { name: "O'NEIL, JANE" }, 'match'],
    ['was made anonymous', { ids: ['777'], name: 'Anonymous' }, 'note'],
    ['has an OID for an identifier', { ids: ['2.16.840.1.113883.3.4'] }, 'note'],
  ])('that %s', (_case, stated, expected) => {
    expect(verdict(stated)).toBe(expected);
  });

  it.each(['Muller-Ostby, Jane', 'MUELLER OSTBY, JANE MARIE', 'Jane Müller', 'Mrs Jane Muller Ostby', 'ÖSTBY^JANE'])(
    'may spell the name as %s',
    (name) => {
      expect(verdict({ name, birthDate: '1950-01-31' })).toBe('match');
    },
  );

  it.each(['Мюллер, Джейн', '穆勒 珍', 'J M', '', '???'])('says nothing by the name %s', (name) => {
    expect(verdict({ name, ids: ['777'] })).toBe('note');
  });

  it('contradicts nothing where the record says nothing', () => {
    const bare = { resourceType: 'Patient', id: 'p1' };
    expect(verdict({ ids: ['1'], name: 'Doe, John', birthDate: '1950-01-01', sex: 'male' }, bare)).toBe('match');
  });

  it('is told off without a word of the patient', () => {
    const stated = { ids: ['777'], name: 'Doe, John', birthDate: '1980-05-05', sex: 'male' as const };
    expect(() => checkPatient(stated, parsePatient([JANE], 'p1'))).toThrow(
      'the identifier and the name and the birth date and the sex in the ECG file are not that of the patient',
    );
  });
});

const word = fc.stringMatching(/^[a-z]{4,9}$/).filter((text) => !/^(anon|test|name|none|null|temp|xxx)/.test(text));
const people = fc.tuple(word, word, word).filter((words) => new Set(words).size === 3);

describe('a name', () => {
  it('is the same in any case, order, accents and punctuation, with or without its middle name', () => {
    const change = fc.record({
      upper: fc.boolean(),
      swapped: fc.boolean(),
      middle: fc.boolean(),
      accent: fc.boolean(),
      separator: fc.constantFrom(' ', ', ', '^', ' - '),
    });
    fc.assert(
      fc.property(
        people,
        change,
        ([family, given, middle], { upper, swapped, middle: hasMiddle, accent, separator }) => {
          const parts = [family, ...(hasMiddle ? [given, middle] : [given])];
          const text = (swapped ? parts.reverse() : parts).join(separator);
          const accented = accent ? text.replace(/e/g, 'é').replace(/n/g, 'ñ') : text;
          const patient = { ...JANE, identifier: [], name: [{ family, given: [given, middle] }] };
          const stated = { name: upper ? accented.toUpperCase() : accented, birthDate: '1950-01-31' };
          expect(verdict(stated, patient)).toBe('match');
        },
      ),
    );
  });

  it('of somebody else, with another identifier, is never taken for the patient', () => {
    const other = fc.stringMatching(/^[A-Z]{5,9}$/).map((text) => `q${text.toLowerCase()}q`);
    fc.assert(
      fc.property(people, other, other, ([family, given], otherFamily, otherGiven) => {
        const patient = { ...JANE, name: [{ family: `z${family}`, given: [`z${given}`] }] };
        expect(verdict({ ids: ['777'], name: `${otherFamily}^${otherGiven}` }, patient)).toBe('mismatch');
      }),
    );
  });

  it('of any kind is compared without failing, and quoted nowhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.array(fc.string()), (name, ids) => {
        try {
          checkPatient({ name, ids, birthDate: '1999-09-09' }, parsePatient([JANE], 'p1'));
        } catch (error) {
          expect(String(error)).toMatch(/^EcgError: the [a-z ]+ in the ECG file (is|are) not that of the patient$/);
        }
      }),
    );
  });
});
