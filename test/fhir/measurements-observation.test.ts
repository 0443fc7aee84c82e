import { measurementsObservation } from '../../src/fhir/measurements-observation.ts';
import { reportReferences } from '../../src/fhir/report-input.ts';
import { recorded } from '../measurement/measured.ts';
import { reportInput } from './report-inputs.ts';
import { faultsOf, loadDefinitions } from './validate-resource.ts';

const observationOf = (finding: string) => {
  const { ecg } = recorded(finding, { seed: 1, ratePerMinute: 70 });
  const input = reportInput({ ecg });
  return measurementsObservation(input, reportReferences(input));
};

describe('the measurements of a report', () => {
  beforeAll(loadDefinitions);

  it('are valid FHIR R4, preliminary, and say how they were made', () => {
    const observation = observationOf('sinus rhythm');
    expect(faultsOf({ ...observation, derivedFrom: undefined })).toEqual([]);
    expect(observation).toMatchObject({
      status: 'preliminary',
      method: { text: expect.stringContaining('not by the network') },
    });
  });

  it('carry LOINC, 11073 and UCUM codes', () => {
    const codes = Object.fromEntries(
      (observationOf('sinus rhythm').component ?? []).map(({ code, valueQuantity }) => [
        (code.coding ?? []).map((coding) => coding.code).join(),
        valueQuantity?.code,
      ]),
    );
    expect(codes).toMatchObject({
      '8867-4,147842': '/min',
      '8625-6,146944': 'ms',
      '8634-8,147232': 'ms',
      '76634-5,146964': 'ms',
      '8636-3,122733': 'ms',
      '8632-2,147204': 'deg',
      '147256': 'ms',
    });
  });

  it('say why where there is no number', () => {
    const absent = (observationOf('atrial fibrillation').component ?? []).filter((each) => each.dataAbsentReason);
    expect(absent.map(({ code }) => code.coding?.[0]?.code)).toEqual(expect.arrayContaining(['147256', '8625-6']));
    expect(absent.every((each) => each.valueQuantity === undefined && each.dataAbsentReason?.text !== '')).toBe(true);
  });
});
