import { fillTemplate } from '../../../../src/edges/demo/sandbox/prefetch-template.ts';

const context = { userId: 'Practitioner/7', patientId: 'p1', draftOrders: { resourceType: 'Bundle' }, count: 5 };

describe('prefetch templates', () => {
  it.each([
    ['Patient/{{context.patientId}}', 'Patient/p1'],
    ['Observation?patient={{ context.patientId }}&_count={{context.count}}', 'Observation?patient=p1&_count=5'],
    ['Practitioner/{{userPractitionerId}}', 'Practitioner/7'],
    ['Observation?code=a|b', 'Observation?code=a|b'],
  ])('fills %s', (template, filled) => {
    expect(fillTemplate(template, context)).toBe(filled);
  });

  it.each([
    'Encounter/{{context.encounterId}}',
    'Patient/{{userPatientId}}',
    'Patient/{{context.draftOrders}}',
    'Patient/{{context.draftOrders.entry}}',
    'Patient/{{today()}}',
  ])('cannot fill %s', (template) => {
    expect(fillTemplate(template, context)).toBeUndefined();
  });
});
