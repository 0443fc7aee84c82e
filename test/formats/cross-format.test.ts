import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEcg, type Ecg, type EcgFormatName } from '../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../src/ecg/ecg-identity.ts';
import { FORMATS, readEcg } from '../../src/formats/index.ts';
import { ecgIn, PATIENT, writeAs } from './synthetic-ecg.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/samples');
const NAMES: readonly EcgFormatName[] = FORMATS.map(({ name }) => name);
const PICOVOLT = 1e-9;

/** Greatest difference between samples in the same place, in mV; a gap on one side only is infinite. */
function greatestDifference(one: Ecg, other: Ecg): number {
  const differences = one.leads.flatMap(({ samples }, row) =>
    Array.from(samples, (sample, index) => {
      const counterpart = other.leads[row]?.samples[index] ?? Number.NaN;
      if (Number.isNaN(sample) !== Number.isNaN(counterpart)) return Number.POSITIVE_INFINITY;
      return Number.isNaN(sample) ? 0 : Math.abs(sample - counterpart);
    }),
  );
  return differences.reduce((greatest, difference) => Math.max(greatest, difference), 0);
}

const shapeOf = (ecg: Ecg) => ecg.leads.map(({ lead, samples }) => `${lead} ${samples.length}`);

describe('one tracing in every format', () => {
  it.each(NAMES)('reads from %s to the same leads, rate, time and identity', (name) => {
    const written = ecgIn(name);
    const read = readEcg(writeAs(name, written));
    expect(shapeOf(read)).toEqual(shapeOf(written));
    expect(greatestDifference(read, written)).toBeLessThan(PICOVOLT);
    expect(read.samplingRate).toBe(written.samplingRate);
    expect(Date.parse(read.recordedAt ?? '')).toBe(Date.parse(written.recordedAt ?? ''));
    expect(ecgIdentity(read, PATIENT)).toBe(ecgIdentity(ecgIn('fhir'), PATIENT));
  });

  it.each(NAMES)('keeps gaps, an odd rate and a single lead in %s', (name) => {
    const samples = Float64Array.from({ length: 1000 }, (_, index) =>
      index % 100 === 50 ? Number.NaN : Math.round(300 * Math.sin(index / 9)) / 1000,
    );
    const written = createEcg({
      format: name,
      samplingRate: 240,
      leads: [{ lead: 'V2', samples }],
      recordedAt: '2024-02-29T23:59:59.125Z',
      patient: { ids: [PATIENT] },
    });
    const read = readEcg(writeAs(name, written));
    expect(shapeOf(read)).toEqual(['V2 1000']);
    expect(greatestDifference(read, written)).toBeLessThan(PICOVOLT);
    expect(ecgIdentity(read, PATIENT)).toBe(ecgIdentity(written, PATIENT));
  });

  it('keeps measurements and statements through every format', () => {
    const measurements = [
      { name: 'MDC_ECG_HEART_RATE', value: 62, unit: '/min' },
      { name: 'MDC_ECG_TIME_PD_QT', value: 400, unit: 'ms' },
    ];
    for (const name of NAMES) {
      const read = readEcg(writeAs(name, { ...ecgIn(name), measurements, statements: ['Sinus rhythm'] }));
      expect([name, ...read.measurements]).toEqual([name, ...measurements]);
      expect([name, ...read.statements]).toEqual([name, 'Sinus rhythm']);
    }
  });
});

(existsSync(SAMPLES) ? describe : describe.skip)('one tracing in reference samples', () => {
  const readSample = (path: string) => readEcg(readFileSync(join(SAMPLES, path)));

  it('is the same from the HL7 aECG example and from ECGToolkit as DICOM', () => {
    const aecg = readSample('aecg/hl7_example_mortara.xml');
    const dicom = readSample('dicom/ecgtoolkit_eli250_implicit.dcm');
    expect(shapeOf(aecg)).toEqual(shapeOf(dicom));
    expect(greatestDifference(aecg, dicom)).toBeLessThan(PICOVOLT);
    expect(ecgIdentity(aecg, PATIENT)).toBe(ecgIdentity(dicom, PATIENT));
  });

  it.each(['aecg/hl7_example_mortara.xml', 'dicom/mortara_el250_1000hz.dcm', 'aecg/ecgutils_01.xml'])(
    'survives being rewritten in every format: %s',
    (path) => {
      const ecg = readSample(path);
      for (const name of NAMES) {
        const again = readEcg(writeAs(name, ecg));
        expect([name, greatestDifference(again, ecg) < PICOVOLT]).toEqual([name, true]);
      }
    },
  );
});
