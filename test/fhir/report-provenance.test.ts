import { reportReferences } from '../../src/fhir/report-input.ts';
import { reportProvenance } from '../../src/fhir/report-provenance.ts';
import { calibrated } from '../../src/model/site-calibration.ts';
import { calibration } from '../model/calibration.ts';
import { finding, manifest, reportInput } from './report-inputs.ts';

describe('the Provenance of a report', () => {
  it('says which model made the report and its findings', () => {
    const findings = [finding(), finding({ index: 6 })];
    const input = reportInput({ interpretation: { findings, suppressed: [], sentence: 'x', overReadReasons: [] } });
    const references = reportReferences(input);
    const { target, agent, reason, recorded } = reportProvenance(input, references);
    expect(target.map(({ reference }) => reference)).toEqual([
      references.report,
      ...references.findings,
      references.measurements,
    ]);
    expect(agent.map(({ type, who }) => [type?.coding?.[0]?.code, who.reference ?? who.display])).toEqual([
      ['author', references.device],
      ['assembler', 'Cardhook, pipeline 1'],
    ]);
    expect(reason?.[0]?.coding?.[0]?.code).toBe('AIAST');
    expect(recorded).toBe(input.issued);
  });

  it('names the sources and the weights with the checkpoint they came from', () => {
    expect(entitiesOf(reportInput({ sources: ['Observation/o1', 'Binary/b1'] }))).toEqual([
      'Observation/o1',
      'Binary/b1',
      'a'.repeat(64),
      'b'.repeat(64),
    ]);
  });

  it('names the calibration of the site', () => {
    const input = reportInput({ manifest: calibrated(manifest(), calibration()) });
    const { entity = [] } = reportProvenance(input, reportReferences(input));
    expect(entity.at(-1)?.what.display).toBe('Calibration 20261126T120000Z of the site');
  });

  it('names the tracing itself where it is in no resource, and no checkpoint where there was none', () => {
    const untrained = manifest({ trust: 'untrained', source: { seed: 7 } });
    expect(entitiesOf(reportInput({ sources: [], manifest: untrained }))).toEqual(['0'.repeat(64), 'a'.repeat(64)]);
  });
});

function entitiesOf(input: ReturnType<typeof reportInput>): (string | undefined)[] {
  const { entity = [] } = reportProvenance(input, reportReferences(input));
  return entity.map(({ what }) => what.reference ?? what.identifier?.value);
}
