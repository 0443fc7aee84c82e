import type { Observation } from 'fhir/r4';
import { findingObservation } from '../../src/fhir/finding-observation.ts';
import { type ReportInput, reportReferences } from '../../src/fhir/report-input.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { finding, manifest, reportInput } from './report-inputs.ts';

describe('the Observation of a finding', () => {
  it('holds code and text of a codable finding', () => {
    const { valueCodeableConcept, code, category, status } = observationOf(finding());
    expect(valueCodeableConcept).toEqual({
      coding: [{ system: 'http://snomed.info/sct', code: '164889003', display: 'Atrial fibrillation (finding)' }],
      text: 'Atrial fibrillation',
    });
    expect(code.coding?.map(({ code }) => code)).toEqual(['271921002', '8601-7']);
    expect(category?.[0]?.coding?.[0]?.code).toBe('procedure');
    expect(status).toBe('preliminary');
  });

  it('holds the text alone of one that a human must confirm, and the label in a note', () => {
    const { valueCodeableConcept, note } = observationOf(finding({ codable: false, tier: 'low' }));
    expect(valueCodeableConcept).toEqual({ text: 'Atrial fibrillation' });
    expect(note).toEqual([
      { text: 'Label of the model: ATRIAL FIBRILLATION' },
      { text: 'Low confidence until the model is calibrated locally.' },
    ]);
  });

  it.each(['uncalibrated', 'simulated'] as const)('calls a score of %s thresholds no probability', (basis) => {
    const { component, extension } = observationOf(finding(), {
      manifest: manifest({ thresholds: { basis, default: 0.5, byOutput: {} } }),
    });
    expect(extension).toBeUndefined();
    expect(component).toEqual([
      {
        code: { text: 'Uncalibrated model score, not a probability (reported from 0.5)' },
        valueQuantity: { value: 0.9877, system: 'http://unitsofmeasure.org', code: '1' },
      },
    ]);
  });

  it('gives a confidence where thresholds are those of the site', () => {
    const { component, extension } = observationOf(finding(), {
      manifest: manifest({ trust: 'site', thresholds: { basis: 'site', default: 0.5, byOutput: {} } }),
    });
    expect(component).toBeUndefined();
    expect(extension).toEqual([
      { url: 'http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence', valueDecimal: 0.9877 },
    ]);
  });

  it('is derived from those sources that FHIR lets it be derived from', () => {
    const sources = ['Observation/o1', 'https://ehr.example.org/fhir/DocumentReference/d1/_history/2', 'Binary/b1'];
    expect(observationOf(finding(), { sources }).derivedFrom?.map(({ reference }) => reference)).toEqual(
      sources.slice(0, 2),
    );
    expect(observationOf(finding(), { sources: ['Binary/b1'] }).derivedFrom).toBeUndefined();
  });

  it('names the device and the encounter', () => {
    const input = reportInput({ encounter: 'Encounter/e1' });
    const { device, encounter } = findingObservation(finding(), input, reportReferences(input));
    expect(device?.reference).toBe(reportReferences(input).device);
    expect(encounter?.reference).toBe('Encounter/e1');
  });
});

function observationOf(of: Finding, overrides: Partial<ReportInput> = {}): Observation {
  const input = reportInput(overrides);
  return findingObservation(of, input, reportReferences(input));
}
