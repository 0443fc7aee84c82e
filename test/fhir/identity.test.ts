import { SYSTEMS } from '../../src/fhir/identity.ts';

describe('the systems Cardhook names things in', () => {
  it('are each its own', () => {
    const systems = Object.values(SYSTEMS);
    expect(new Set(systems).size).toBe(systems.length);
  });

  it('are arms of one OID', () => {
    for (const system of Object.values(SYSTEMS)) expect(system).toMatch(/^urn:oid:2\.25\.\d+\.\d+$/);
  });
});
