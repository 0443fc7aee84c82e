import { mayWrite, permits } from '../../../src/edges/smart-app/granted-scopes.ts';

describe('what scopes permit', () => {
  it.each([
    ['patient/DiagnosticReport.crus', 'DiagnosticReport', 'u', true],
    ['patient/DiagnosticReport.rs', 'DiagnosticReport', 'u', false],
    ['patient/DiagnosticReport.write', 'DiagnosticReport', 'u', true],
    ['patient/DiagnosticReport.read', 'DiagnosticReport', 'u', false],
    ['user/*.*', 'Provenance', 'c', true],
    ['openid patient/*.cruds', 'Provenance', 'c', true],
    ['patient/Observation.rs?category=procedure', 'Observation', 's', true],
    ['patient/Observation.crus', 'DiagnosticReport', 'u', false],
    ['system/DiagnosticReport.crus', 'DiagnosticReport', 'u', false],
    ['', 'DiagnosticReport', 'r', false],
  ] as const)('%s: %s.%s %s', (granted, type, interaction, expected) => {
    expect(permits(granted, type, interaction)).toBe(expected);
  });

  it('signing takes the report and its Provenance', () => {
    expect(mayWrite('patient/DiagnosticReport.crus patient/Provenance.c')).toBe(true);
    expect(mayWrite('patient/DiagnosticReport.crus')).toBe(false);
    expect(mayWrite('patient/Provenance.c')).toBe(false);
  });
});
