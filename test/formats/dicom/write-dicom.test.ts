import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEcg, type Ecg } from '../../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../../src/ecg/ecg-identity.ts';
import { LEADS, type Lead, STANDARD_LEADS } from '../../../src/ecg/lead.ts';
import { readDicom } from '../../../src/formats/dicom/read-dicom.ts';
import { toDicom } from '../../../src/formats/dicom/write-dicom.ts';

const PATIENT = {
  ids: ['P-1', 'MRN 2'],
  name: 'Müller, Jörg',
  birthDate: '1950-02-28',
  sex: 'male',
} as const;
const DEVICE = { manufacturer: 'Acme', model: 'E1', serialNumber: 'S 9', software: '1.2, 3' } as const;

/** Whole steps of `stepMicrovolts`, another wave per lead; `gapAt` is missing in the first lead. */
function recording({
  leads = STANDARD_LEADS,
  length = 500,
  samplingRate = 500,
  stepMicrovolts = 2.5,
  gapAt = -1,
  ...parts
}: Partial<Omit<Ecg, 'leads'>> & {
  leads?: readonly Lead[];
  length?: number;
  stepMicrovolts?: number;
  gapAt?: number;
} = {}): Ecg {
  return createEcg({
    format: 'dicom',
    samplingRate,
    leads: leads.map((lead, index) => ({
      lead,
      samples: Float64Array.from({ length }, (_, i) =>
        index === 0 && i === gapAt ? Number.NaN : (Math.round(300 * Math.sin(i / (5 + index))) * stepMicrovolts) / 1000,
      ),
    })),
    patient: PATIENT,
    device: DEVICE,
    recordedAt: '2024-03-01T10:15:00.250+01:00',
    ...parts,
  });
}

function greatestDifference(a: Ecg, b: Ecg): number {
  return Math.max(
    ...a.leads.flatMap(({ samples }, index) =>
      [...samples].map((sample, i) => {
        const other = b.leads[index]?.samples[i] ?? Number.POSITIVE_INFINITY;
        return Number.isNaN(sample) && Number.isNaN(other) ? 0 : Math.abs(sample - other);
      }),
    ),
  );
}

const sopClassOf = (bytes: Uint8Array): string =>
  /1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\.1\.(\d)/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? '';

describe('A recording written as DICOM', () => {
  it.each<[string, Ecg]>([
    ['twelve leads', recording()],
    ['a step of 4.88 µV', recording({ stepMicrovolts: 4.88 })],
    ['gaps', recording({ gapAt: 7 })],
    ['gaps in 32 bits', recording({ gapAt: 7, stepMicrovolts: 1000.001 })],
    ['a step that needs 32 bits', recording({ stepMicrovolts: 1000.001 })],
    ['one lead at 512 Hz', recording({ leads: ['I'], samplingRate: 512 })],
    ['every lead there is', recording({ leads: LEADS })],
    ['a rate of 100 Hz', recording({ samplingRate: 100 })],
    ['a rate of 2000 Hz', recording({ samplingRate: 2000 })],
    ['20000 samples', recording({ length: 20_000, leads: ['I', 'II'] })],
  ])('reads back the same with %s', (_, ecg) => {
    const read = readDicom(toDicom(ecg));
    expect(read.leads.map(({ lead }) => lead)).toEqual(ecg.leads.map(({ lead }) => lead));
    expect(greatestDifference(ecg, read)).toBeLessThan(1e-9);
    expect(read).toMatchObject({
      samplingRate: ecg.samplingRate,
      recordedAt: ecg.recordedAt,
      patient: ecg.patient,
      device: ecg.device,
    });
    expect(ecgIdentity(read, 'Patient/1')).toBe(ecgIdentity(ecg, 'Patient/1'));
    expect(read.warnings).toEqual(ecg.warnings);
  });

  it.each(['2024-03-01T10:15:00.000Z', '2024-03-01T10:15', '2024-03-01T10:15:30', '2024-03-01', '2024-03', '2024'])(
    'keeps the time %s',
    (recordedAt) => {
      const ecg = recording({ recordedAt });
      expect(ecgIdentity(readDicom(toDicom(ecg)), '')).toBe(ecgIdentity(ecg, ''));
    },
  );

  it('leaves empty what the recording does not know', () => {
    const [lead] = recording().leads;
    const bare = createEcg({ format: 'aecg', samplingRate: 500, leads: lead ? [lead] : [], patient: { ids: [] } });
    const read = readDicom(toDicom(bare));
    expect(read.patient).toEqual({ ids: [] });
    expect(read.recordedAt).toBeUndefined();
    expect(read.device).toBeUndefined();
  });

  it('keeps statements, and the measurements that have a code', () => {
    const measurements = [
      { name: 'MDC_ECG_HEART_RATE', value: 61, unit: '/min' },
      { name: 'MDC_ECG_TIME_PD_QTC', value: 418.1234567890123, unit: 'ms' },
      { name: 'MDC_ECG_ANGLE_QRS_FRONT', value: -61, unit: 'deg' },
    ];
    const uncoded = { name: 'VENDOR_INDEX', value: 1, unit: '1' };
    const read = readDicom(
      toDicom(recording({ statements: ['Sinusrhythmus', 'Lagetyp: Ü'], measurements: [...measurements, uncoded] })),
    );
    expect(read.statements).toEqual(['Sinusrhythmus', 'Lagetyp: Ü']);
    expect(read.measurements.map(({ name }) => name)).toEqual(measurements.map(({ name }) => name));
    for (const [index, { value }] of measurements.entries()) {
      expect(read.measurements[index]?.value).toBeCloseTo(value, 9);
    }
  });

  it.each<[string, string, Ecg]>([
    ['12-lead', '1', recording()],
    ['general for another lead set', '2', recording({ leads: ['I'] })],
    ['general for a long one', '2', recording({ length: 16_385 })],
    ['ambulatory for a low rate', '3', recording({ samplingRate: 100 })],
    ['32-bit for a high rate', '4', recording({ samplingRate: 2000 })],
    ['32-bit for large counts', '4', recording({ stepMicrovolts: 1000.001 })],
    ['32-bit for more than 24 leads', '4', recording({ leads: LEADS })],
  ])('is of the SOP class %s', (_, sopClass, ecg) => {
    expect(sopClassOf(toDicom(ecg))).toBe(sopClass);
  });

  it('keeps of a sampling rate what sixteen characters hold', () => {
    expect(readDicom(toDicom(recording({ samplingRate: 1000 / 3 }))).samplingRate).toBeCloseTo(1000 / 3, 11);
  });

  it('is the same for the same recording, and has other UIDs for another', () => {
    const uids = (ecg: Ecg): RegExpMatchArray | null =>
      Buffer.from(toDicom(ecg))
        .toString('latin1')
        .match(/2\.25\.\d+/g);
    expect(toDicom(recording())).toEqual(toDicom(recording()));
    const implementationUid = uids(recording())?.[1];
    const shared = uids(recording())?.filter((uid) => uids(recording({ gapAt: 3 }))?.includes(uid));
    expect(shared).toEqual([implementationUid]);
    expect(new Set(uids(recording())).size).toBe(4);
  });

  it.each(['x'.repeat(65), 'a\\b', 'a\nb'])('is refused with a patient id that DICOM cannot hold', (id) => {
    expect(() => toDicom(recording({ patient: { ids: [id] } }))).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });

  it('writes text without what cannot stand in it', () => {
    const device = { manufacturer: 'A\\B\nC', model: 'x'.repeat(100) };
    const { patient, device: read } = readDicom(toDicom(recording({ device, patient: { ids: [], name: 'A^B=C' } })));
    expect(read).toEqual({ manufacturer: 'A B C', model: 'x'.repeat(64) });
    expect(patient.name).toBe('A B C');
  });
});

const hasDcmdump = spawnSync('dcmdump', ['--version']).status === 0;

(hasDcmdump ? describe : describe.skip)('dcmdump', () => {
  const folder = hasDcmdump ? mkdtempSync(join(tmpdir(), 'cardhook-dicom-')) : '';
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['TwelveLeadECGWaveformStorage', recording({ gapAt: 7, statements: ['Normal'] })],
    ['GeneralECGWaveformStorage', recording({ leads: ['I'] })],
  ])('reads what is written as %s without a complaint', (sopClass, ecg) => {
    const file = join(folder, `${sopClass}.dcm`);
    writeFileSync(file, toDicom(ecg));
    const { status, stdout: dump, stderr } = spawnSync('dcmdump', [file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(dump).toContain(sopClass);
    expect(dump).toMatch(/WaveformData/);
  });
});
