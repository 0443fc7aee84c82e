import type { DiagnosticReport } from 'fhir/r4';
import { diagnosticReport } from '../../src/fhir/diagnostic-report.ts';
import { type ReportInput, reportReferences } from '../../src/fhir/report-input.ts';
import { measurementText } from '../../src/measurement/measurement-text.ts';
import { ecg, finding, manifest, REPORT_INPUTS, reportInput } from './report-inputs.ts';

const US_CORE_CATEGORIES = ['LP29684-5', 'LP29708-2', 'LP7839-6'];

describe('a DiagnosticReport', () => {
  it.each(Object.entries(REPORT_INPUTS))('has what US Core requires of a report for %s', (_name, input) => {
    const report = reportOf(input);
    expect(report.status).toBe('preliminary');
    expect(report.category?.flatMap(({ coding }) => coding?.map(({ code }) => code))).toEqual(
      expect.arrayContaining([expect.stringMatching(US_CORE_CATEGORIES.join('|'))]),
    );
    expect(report.code.coding?.[0]).toEqual({ system: 'http://loinc.org', code: '11524-6', display: 'EKG study' });
    expect(report.subject?.reference).toBe('Patient/p1');
    expect(report.effectiveDateTime ?? report._effectiveDateTime?.extension).toBeDefined();
  });

  it('is signed by nobody', () => {
    const report = reportOf(reportInput());
    expect([report.resultsInterpreter, report.performer, report.media]).toEqual([undefined, undefined, undefined]);
  });

  it('codes a finding with the label as the model wrote it', () => {
    expect(reportOf(reportInput()).conclusionCode).toEqual([
      {
        coding: [{ system: 'http://snomed.info/sct', code: '164889003', display: 'Atrial fibrillation (finding)' }],
        text: 'ATRIAL FIBRILLATION',
      },
    ]);
  });

  it('leaves a finding that a human must confirm uncoded', () => {
    const { interpretation } = reportInput();
    const unconfirmed = { ...interpretation, findings: [finding({ codable: false })] };
    expect(reportOf(reportInput({ interpretation: unconfirmed })).conclusionCode).toBeUndefined();
  });

  it('says in its conclusion what was found and how far to believe it', () => {
    const input = REPORT_INPUTS['left bundle branch block beside a downgraded infarct'] ?? reportInput();
    expect(reportOf(input).conclusion).toBe(
      [
        'Left bundle branch block',
        'Preliminary machine interpretation, not confirmed by a clinician. A finding that is not listed is not excluded.',
        `Measured: ${measurementText(input.measurements)}`,
        'Over-read needed: infarct cannot be told beside left bundle branch block',
        'Model: ECGFounder, 12 leads (ecgfounder-12-lead 1.0.0), trust: official, thresholds: uncalibrated; pipeline 1',
      ].join('\n'),
    );
  });

  it('begins with the notice of a model nobody should act on', () => {
    expect(reportOf(REPORT_INPUTS['an untrained network']).conclusion).toMatch(
      /^TEST, NOT FOR CARE\. Random weights: findings mean nothing\.\n/,
    );
    expect(reportOf(REPORT_INPUTS['a stand-in without a notice of its own']).conclusion).toMatch(
      /^TEST, NOT FOR CARE\. The model is a stand-in/,
    );
  });

  it('begins with the notice of any other model too, if it has one', () => {
    const noticed = reportInput({ manifest: manifest({ notice: 'Not for paediatric use.' }) });
    expect(reportOf(noticed).conclusion).toMatch(/^Not for paediatric use\.\n/);
  });

  it('passes on notes and the warnings of the tracing, and says each thing about time once', () => {
    const local = ecg('2026-03-01T10:15:30');
    const gappy = {
      ...local,
      warnings: [...local.warnings, { code: 'GAPS', message: 'missing samples: I 10' } as const],
    };
    const { conclusion } = reportOf(reportInput({ ecg: gappy, notes: ['lead I alone was read'] }));
    expect(conclusion).toContain('\nNote: lead I alone was read\n');
    expect(conclusion).toContain('\nTracing: missing samples: I 10\n');
    expect(conclusion?.match(/time zone/g)).toHaveLength(1);
  });

  it('can be found by the tracing whatever model read it', () => {
    expect(reportOf(reportInput()).identifier?.map(({ value }) => value)).toContain('0'.repeat(64));
  });
});

function reportOf(input: ReportInput | undefined): DiagnosticReport {
  const given = input ?? reportInput();
  return diagnosticReport(given, reportReferences(given));
}
