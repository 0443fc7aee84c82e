import type { CapabilityStatement } from 'fhir/r4';

const TYPES = [
  'Binary',
  'Device',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'MedicationRequest',
  'Observation',
  'Patient',
  'Practitioner',
  'Provenance',
  'Subscription',
] as const;

/** What the embedded server says of itself at `/metadata`: the types the demo uses, all with the same interactions. */
export function capabilityStatement(baseUrl: string): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-01-01',
    kind: 'instance',
    implementation: { description: 'Cardhook demo server, in memory, without access control', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        resource: TYPES.map((type) => ({
          type,
          interaction: [
            { code: 'read' },
            { code: 'create' },
            { code: 'update' },
            { code: 'delete' },
            { code: 'search-type' },
          ],
          versioning: 'versioned',
          conditionalCreate: true,
        })),
        interaction: [{ code: 'transaction' }],
      },
    ],
  };
}
