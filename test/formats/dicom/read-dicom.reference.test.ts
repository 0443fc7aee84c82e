import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ecgIdentity } from '../../../src/ecg/ecg-identity.ts';
import { leadFromMdc, leadFromScp } from '../../../src/ecg/lead.ts';
import { dicomFormat, readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { toDicom } from '../../../src/formats/dicom/write-dicom.ts';

const shared = join(import.meta.dirname, '../../../../shared/samples/dicom');
const bytesOf = (name: string): Uint8Array => readFileSync(join(shared, name));

interface ReferenceLead {
  readonly code: string;
  readonly n: number;
  readonly first10_mV: readonly number[];
  readonly min_mV: number;
  readonly max_mV: number;
  readonly sum_mV: number;
}

/** The lead of "5.6.3-9-61" or "2:61". */
function leadOf(code: string): string | undefined {
  const number = code.split(/[-:]/).at(-1) ?? '';
  return code.startsWith('2:') ? leadFromMdc(String(2 * 2 ** 16 + Number(number))) : leadFromScp(number);
}

(existsSync(shared) ? describe : describe.skip)('The reference DICOM waveforms', () => {
  it.each([
    'mortara_el250_1000hz.dcm',
    'ecgtoolkit_eli250_implicit.dcm',
    'constructed/c01_mdc_implicit.dcm',
    'constructed/c02_general_8ch_mV.dcm',
    'constructed/c03_deflated.dcm',
  ])('%s reads to the reference values of its rhythm', (name) => {
    const bytes = bytesOf(name);
    const ecg = readDicom(bytes);
    const expected = JSON.parse(readFileSync(join(shared, `${name}.expected.json`), 'utf8'));
    const [rhythm] = expected.groups;
    const reference: readonly ReferenceLead[] = rhythm.leads;
    expect(dicomFormat.sniff(bytes)).toBe(true);
    expect(ecg.samplingRate).toBe(rhythm.samplingFrequencyHz);
    expect(ecg.patient.ids).toEqual([expected.PatientID]);
    expect(ecg.leads.map(({ lead }) => lead).sort()).toEqual(reference.map(({ code }) => leadOf(code)).sort());
    for (const { code, n, first10_mV, min_mV, max_mV, sum_mV } of reference) {
      const samples = ecg.leads.find(({ lead }) => lead === leadOf(code))?.samples ?? new Float64Array();
      expect(samples).toHaveLength(n);
      for (const [index, value] of first10_mV.entries()) expect(samples[index]).toBeCloseTo(value, 6);
      expect(Math.min(...samples)).toBeCloseTo(min_mV, 6);
      expect(Math.max(...samples)).toBeCloseTo(max_mV, 6);
      expect(samples.reduce((sum, sample) => sum + sample, 0)).toBeCloseTo(sum_mV, 6);
    }
    expect(ecgIdentity(readDicom(toDicom(ecg)), '')).toBe(ecgIdentity(ecg, ''));
  });

  it('bring their measurements and statements along', () => {
    const { measurements, statements, recordedAt, device } = readDicom(bytesOf('mortara_el250_1000hz.dcm'));
    expect(statements).toEqual(['RITMO SINUSALE', 'ECG NORMALE']);
    expect(measurements).toContainEqual({ name: 'MDC_ECG_TIME_PD_QTC', value: 370, unit: 'ms' });
    expect(measurements).toContainEqual({ name: 'MDC_ECG_ANGLE_QRS_FRONT', value: 52, unit: 'deg' });
    expect(measurements).toHaveLength(8);
    expect(recordedAt).toBe('2013-01-25T10:59:19.000');
    expect(device).toEqual({ manufacturer: 'Mortara Instrument, Inc.', model: 'el250', software: '0.0.0' });
  });

  it.each([
    ['hostile/ct_image.dcm', 'NO_WAVEFORM'],
    ['hostile/not_dicom.dcm', 'FORMAT_UNSUPPORTED'],
  ])('%s is refused with %s', (name, code) => {
    expect(() => readDicom(bytesOf(name))).toThrow(expect.objectContaining({ code }));
  });
});
