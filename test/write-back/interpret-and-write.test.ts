import { createHash } from 'node:crypto';
import type { DiagnosticReport, DocumentReference, FhirResource, Observation } from 'fhir/r4';
import { parseConfig } from '../../src/config.ts';
import type { Ecg } from '../../src/ecg/ecg.ts';
import { reportPdf } from '../../src/edges/pdf/report-pdf.ts';
import type { FhirJson } from '../../src/fhir/fhir-server.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { toDicom } from '../../src/formats/dicom/write-dicom.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { createFormMemory } from '../../src/write-back/form-memory.ts';
import { interpretAndWrite, type WriteBackDeps } from '../../src/write-back/interpret-and-write.ts';
import { fixedModels } from '../cds/fixed-models.ts';
import { type EmbeddedLoopback, listenEmbedded, open } from '../edges/fhir-server/loopback.ts';
import { faultsOf } from '../fhir/validate-resource.ts';
import { dicomFile, ecgDataSet } from '../formats/dicom/build-dicom.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';

const [TENANT] = parseConfig({
  tenants: [{ name: 'test', fhirServer: 'http://127.0.0.1/fhir', authentication: 'none' }],
}).tenants;

let loopback: EmbeddedLoopback;
beforeEach(async () => {
  loopback = await listenEmbedded();
  await loopback.load([
    {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [{ value: 'MRN-1' }],
      name: [{ family: 'Doe', given: ['Jane'] }],
      birthDate: '1950-01-31',
    },
    { resourceType: 'Patient', id: 'gone', active: false },
    {
      resourceType: 'Patient',
      id: 'merged',
      link: [{ type: 'replaced-by', other: { reference: 'Patient/p1' } }],
    },
  ]);
});
afterEach(() => loopback.close());

async function write(resource: FhirResource, deps: Partial<WriteBackDeps> = {}) {
  if (TENANT === undefined) throw new Error('no tenant');
  await loopback.load([resource]);
  const reference = `${resource.resourceType}/${resource.id}`;
  return await interpretAndWrite(
    { settings: TENANT, reference },
    {
      server: open(`${loopback.origin}/fhir`, { maxBytes: 10_000_000 }),
      models: fixedModels(),
      readings: createReadingCache(10),
      guard: (_identity, work) => work(),
      formMemory: createFormMemory(),
      now: new Date('2026-03-01T12:00:00Z'),
      ...deps,
    },
  );
}

const observation = (more: Partial<Observation> = {}): Observation => ({
  ...toObservation(ecgIn('fhir'), 'Patient/p1'),
  id: 'o',
  ...more,
});

function document(id: string, files: readonly Uint8Array[], more: Partial<DocumentReference> = {}): DocumentReference {
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject: { reference: 'Patient/p1' },
    content: files.map((file) => ({ attachment: { data: Buffer.from(file).toString('base64') } })),
    ...more,
  };
}

const ofPatient = (patient: Ecg['patient']): Ecg => ({ ...ecgIn('dicom'), patient });
const reports = () => loopback.server.query('DiagnosticReport');
const PDF = Buffer.from('%PDF-1.7\n');

describe('an ECG that is to be interpreted and written back', () => {
  it('becomes one report, with tracing and findings as PDF', async () => {
    const result = await write(observation(), { renderPdf: reportPdf });
    expect(result).toMatchObject({ outcome: 'written', form: 'transaction' });
    const [report] = await reports();
    const [pdf] = (report as unknown as DiagnosticReport).presentedForm ?? [];
    expect(
      Buffer.from(pdf?.data ?? '', 'base64')
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect(faultsOf(report as FhirJson)).toEqual([]);
  });

  it('gives the same PDF for the same input', async () => {
    const digests: string[] = [];
    const renderPdf: WriteBackDeps['renderPdf'] = async (report) => {
      const pdf = await reportPdf(report);
      digests.push(createHash('sha256').update(pdf).digest('hex'));
      return pdf;
    };
    await write(observation(), { renderPdf });
    const second = await listenEmbedded();
    await second.load([
      {
        resourceType: 'Patient',
        id: 'p1',
        identifier: [{ value: 'MRN-1' }],
        name: [{ family: 'Doe', given: ['Jane'] }],
        birthDate: '1950-01-31',
      },
      observation(),
    ]);
    await write(observation(), { renderPdf, server: second.server });
    await second.close();
    expect(digests).toHaveLength(2);
    expect(new Set(digests).size).toBe(1);
  });

  it('draws no PDF where nothing is written', async () => {
    let drawn = 0;
    const renderPdf = async () => {
      drawn += 1;
      return PDF;
    };
    await write(observation(), { renderPdf });
    expect(await write(observation(), { renderPdf })).toMatchObject({ outcome: 'unchanged' });
    expect(drawn).toBe(1);
  });

  it('carries no PDF that is too large', async () => {
    await write(observation(), { renderPdf: async () => new Uint8Array(3 * 2 ** 20) });
    expect(await reports()).toMatchObject([{ status: 'preliminary' }]);
    expect((await reports())[0]).not.toHaveProperty('presentedForm');
  });

  it('gives one report for one tracing in several forms', async () => {
    const ecg = ofPatient({ ids: ['MRN-1'] });
    const outcomes = [
      await write(observation()),
      await write(document('aecg', [Buffer.from(toAecg({ ...ecg, format: 'aecg' }))])),
      await write(document('dicom', [toDicom(ecg)])),
      await write(document('both', [PDF, toDicom(ecg), Buffer.from(toAecg(ecg))])),
    ];
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['written', 'unchanged', 'unchanged', 'unchanged']);
    expect(await reports()).toHaveLength(1);
  });
});

/** A scalp EEG as DICOM (Routine Scalp EEG Waveform Storage), or an arterial pressure. */
function otherWaveform(sopClass: string, label: string, unit: string): Uint8Array {
  const counts = Array.from({ length: 5000 }, (_, index) => Math.round(50 * Math.sin(index / 20)));
  const group = { channels: [{ label, unit, sensitivity: '1' }], counts: [counts], samplingRate: 500 };
  return dicomFile(ecgDataSet([group], [['x00080016', 'UI', sopClass]]), { syntax: 'explicit' });
}

describe('nothing is written', () => {
  const foreign = toDicom(ofPatient({ ids: ['MRN-2'], name: 'Roe, Richard' }));
  const spo2 = { origin: { value: 0, unit: '%', code: '%' }, period: 10, dimensions: 1, data: '97 97 98' };
  const eeg = { origin: { value: 0, unit: 'uV', code: 'uV' }, period: 4, dimensions: 1, data: '1 2 3 4' };

  it.each<[string, FhirResource, string, string]>([
    ['of another patient by the file', document('d', [foreign]), 'flagged', 'PATIENT_MISMATCH'],
    ['of nobody', observation({ subject: { display: 'Jane' } }), 'flagged', 'PATIENT_MISMATCH'],
    ['of a merged patient', observation({ subject: { reference: 'Patient/merged' } }), 'skipped', 'PATIENT_INACTIVE'],
    ['of a record out of use', observation({ subject: { reference: 'Patient/gone' } }), 'skipped', 'PATIENT_INACTIVE'],
    ['of an ECG entered in error', observation({ status: 'entered-in-error' }), 'skipped', 'NO_WAVEFORM'],
    [
      'of a document that another has replaced',
      document('d', [toDicom(ofPatient({ ids: [] }))], { status: 'superseded' }),
      'skipped',
      'NO_WAVEFORM',
    ],
    [
      'of a document entered in error',
      document('d', [toDicom(ofPatient({ ids: [] }))], { docStatus: 'entered-in-error' }),
      'skipped',
      'NO_WAVEFORM',
    ],
    [
      'of an EEG as DICOM',
      document('d', [otherWaveform('1.2.840.10008.5.1.4.1.1.9.7.1', 'Fp1', 'uV')]),
      'skipped',
      'LEAD_UNKNOWN',
    ],
    [
      'of an arterial pressure as DICOM',
      document('d', [otherWaveform('1.2.840.10008.5.1.4.1.1.9.2.1', 'ART', 'mm[Hg]')]),
      'skipped',
      'LEAD_UNKNOWN',
    ],
    ['of a PDF', document('d', [PDF]), 'skipped', 'FORMAT_UNSUPPORTED'],
    [
      'of a pulse oximetry',
      observation({
        code: { coding: [{ system: 'http://loinc.org', code: '59407-7' }] },
        component: [],
        valueSampledData: spo2,
      }),
      'skipped',
      'NO_WAVEFORM',
    ],
    [
      'of an EEG',
      observation({ code: { text: 'EEG' }, component: [{ code: { text: 'Fp1-A1' }, valueSampledData: eeg }] }),
      'skipped',
      'NO_WAVEFORM',
    ],
  ])('%s', async (_case, resource, outcome, code) => {
    const result = await write(resource);
    expect(result).toMatchObject({ outcome, code, reason: expect.stringMatching(/\w/) });
    expect(JSON.stringify(result)).not.toMatch(/Roe|Richard|Doe|Jane|MRN|1950/);
    expect(await reports()).toEqual([]);
  });

  it('about a report of Cardhook itself', async () => {
    await write(observation());
    const [report] = await reports();
    expect(await write(report as unknown as DiagnosticReport)).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('Cardhook itself'),
    });
    expect(await reports()).toHaveLength(1);
  });

  it.each(['Patient/p1', 'Observation', 'Observation/../x', 'https://other.example/Observation/1', ''])(
    'for the reference %s',
    async (reference) => {
      if (TENANT === undefined) throw new Error('no tenant');
      const deps = {
        server: loopback.server,
        models: fixedModels(),
        readings: createReadingCache(1),
        guard: <T>(_identity: unknown, work: () => Promise<T>) => work(),
        formMemory: createFormMemory(),
        now: new Date(),
      };
      const result = await interpretAndWrite({ settings: TENANT, reference }, deps);
      expect(result).toMatchObject({ outcome: 'skipped', code: 'SOURCE_INVALID' });
      expect(loopback.requests).toEqual([]);
    },
  );

  it('and the failure is told where it may be tried again', async () => {
    await expect(write(observation(), { models: {} })).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
