import { lookupNotes } from '../../src/cds/lookup-notes.ts';

describe('what could not be looked up is told', () => {
  it.each([
    [[], []],
    [['conditions'], ['the problem list could not be read']],
    [['ecgReports'], ['the reports on ECGs could not be read']],
    [
      ['Medication', 'conditions', 'Medication'],
      ['2 ordered medicines could not be looked up', 'the problem list could not be read'],
    ],
    [['MedicationRequest'], ['1 order could not be looked up']],
  ])('%j: %j', (keys, notes) => {
    expect(lookupNotes(keys)).toEqual(notes);
  });
});
