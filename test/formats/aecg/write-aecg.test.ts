import fc from 'fast-check';
import { createEcg, type Ecg } from '../../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../../src/ecg/ecg-identity.ts';
import { LEADS, type Lead } from '../../../src/ecg/lead.ts';
import { parseXml } from '../../../src/formats/aecg/parse-xml.ts';
import { readAecg } from '../../../src/formats/aecg/read-aecg.ts';
import { toAecg } from '../../../src/formats/aecg/write-aecg.ts';
import { childAt, descendantsOf } from '../../../src/formats/aecg/xml-element.ts';
import { utf8 } from './build-aecg.ts';

const NONE = Number.NaN;
const FULL: Ecg = createEcg({
  format: 'dicom',
  samplingRate: 500,
  leads: [
    { lead: 'II', samples: Float64Array.of(0.0025, -0.5, 1.25, 0) },
    { lead: 'aVR', samples: Float64Array.of(0.1, 0.2, -0.3, 0.4) },
  ],
  recordedAt: '2024-07-02T14:34:57.123+08:00',
  patient: { ids: ['Patient/1&<">', 'MRN-7'], name: "Zoë 测试 <O'Hara>", birthDate: '1953-05-08', sex: 'female' },
  device: { manufacturer: 'A & B', model: 'M "1"', serialNumber: '7', software: '1.0' },
  measurements: [
    { name: 'MDC_ECG_HEART_RATE', value: 72, unit: '/min' },
    { name: 'MDC_ECG_TIME_PD_QTC', value: 443.5, unit: 'ms' },
    { name: 'MDC_ECG_ANGLE_QRS_FRONT', value: -61, unit: 'deg' },
  ],
  statements: ['Sinus rhythm & more', 'second\nline'],
});

const readBack = (ecg: Ecg): Ecg => readAecg(utf8(toAecg(ecg)));
const withLeads = (...leads: readonly (readonly [Lead, readonly number[]])[]): Ecg =>
  createEcg({
    ...FULL,
    warnings: [],
    leads: leads.map(([lead, values]) => ({ lead, samples: Float64Array.from(values) })),
  });
const samples = (ecg: Ecg): Record<string, number[]> =>
  Object.fromEntries(ecg.leads.map((one) => [one.lead, [...one.samples]]));

function expectSame(back: Ecg, ecg: Ecg): void {
  const { format: _format, leads: _leads, warnings: _warnings, ...stated } = ecg;
  expect(back).toMatchObject(stated);
  expect(back.leads.map(({ lead }) => lead)).toEqual(ecg.leads.map(({ lead }) => lead));
  for (const [index, { samples: written }] of ecg.leads.entries()) {
    const read = back.leads[index]?.samples ?? [];
    expect(read).toHaveLength(written.length);
    expect(
      written.every((value, at) => Object.is(value, read[at]) || Math.abs(value - (read[at] ?? NONE)) <= 1e-9),
    ).toBe(true);
  }
  const patient = ecg.patient.ids[0] ?? '';
  expect(ecgIdentity(back, patient)).toBe(ecgIdentity(ecg, patient));
}

describe('toAecg', () => {
  it('writes what readAecg reads back, word for word', () => {
    expectSame(readBack(FULL), FULL);
  });

  it('gives the same text for the same recording, and another id for another', () => {
    expect(toAecg(FULL)).toBe(toAecg(createEcg({ ...FULL, format: 'fhir' })));
    const idOf = (ecg: Ecg): string | undefined =>
      childAt(parseXml(Buffer.from(toAecg(ecg))), 'id')?.attributes.get('root');
    expect(idOf(FULL)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idOf(withLeads(['II', [1, 2]]))).not.toBe(idOf(FULL));
  });

  it('follows the element order of the schema', () => {
    const root = parseXml(Buffer.from(toAecg(FULL)));
    const names = (path: readonly string[]): string[] => childAt(root, ...path)?.children.map(({ name }) => name) ?? [];
    expect(names([])).toEqual(['id', 'code', 'effectiveTime', 'componentOf', 'component']);
    expect(names(['component', 'series'])).toEqual(['code', 'effectiveTime', 'author', 'component', 'subjectOf']);
    expect(descendantsOf(root, 'subjectDemographicPerson')[0]?.children.map(({ name }) => name)).toEqual([
      'name',
      'administrativeGenderCode',
      'birthTime',
    ]);
  });

  it.each([
    '2024-07-02T14:34:57Z',
    '2024-07-02T14:34:57.1',
    '2024-07-02T14:34:57.123456789-03:30',
    '2024-07-02',
    '2024-07',
    '2024',
  ])('keeps the time %s as precise as it is', (recordedAt) => {
    expect(readBack(createEcg({ ...FULL, recordedAt })).recordedAt).toBe(recordedAt);
  });

  it('keeps what is not known unknown', () => {
    const bare = createEcg({ format: 'fhir', samplingRate: 512, leads: FULL.leads, patient: { ids: [] } });
    const back = readBack(bare);
    expect(back).toMatchObject({ patient: { ids: [] }, measurements: [], statements: [], samplingRate: 512 });
    expect(back).not.toHaveProperty('recordedAt');
    expect(back).not.toHaveProperty('device');
  });

  it.each(['male', 'female', 'other', 'unknown'] as const)('keeps the sex %s', (sex) => {
    expect(readBack(createEcg({ ...FULL, patient: { ids: [], sex } })).patient.sex).toBe(sex);
  });

  it.each([
    ['in the middle of all leads', [1, NONE, NONE, 2], [3, NONE, NONE, 4]],
    ['at the start of all leads', [NONE, 1, 2, 3], [NONE, NONE, 4, 5]],
    ['at the end of all leads', [1, 2, 3, NONE], [4, NONE, NONE, NONE]],
    ['in one lead', [1, 2, 3, 4], [5, NONE, 6, NONE]],
    ['that are a whole lead', [1, 2, 3, 4], [NONE, NONE, NONE, NONE]],
    ['everywhere', [NONE, NONE], [NONE, NONE]],
  ])('keeps gaps %s', (_name, first, second) => {
    for (const recordedAt of ['2024-07-02T14:34:57.123+08:00', '2024-07-02']) {
      const ecg = createEcg({ ...withLeads(['II', first], ['V1', second]), recordedAt });
      expect(samples(readBack(ecg))).toEqual({ II: first, V1: second });
      expectSame(readBack(ecg), ecg);
    }
  });

  it('still reads back as many runs between gaps as it writes, and refuses more', () => {
    const fragmented = (runs: number): Ecg =>
      withLeads(['II', Array.from({ length: 2 * runs }, (_, index) => (index % 2 === 0 ? 1 : NONE))]);
    expectSame(readBack(fragmented(1200)), fragmented(1200));
    expect(() => toAecg(fragmented(1201))).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });

  it.each([
    ['control characters', { name: 'a\u0000b' }],
    ['lone surrogates', { name: 'a\ud800' }],
  ])('refuses %s, which XML cannot hold', (_name, patient) => {
    expect(() => toAecg(createEcg({ ...FULL, patient: { ids: [], ...patient } }))).toThrow(
      expect.objectContaining({ code: 'SOURCE_INVALID' }),
    );
  });

  it('keeps any recording of whole nanovolts', () => {
    const sample = fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: -2e6, max: 2e6 }).map((nanovolts) => nanovolts / 1e6) },
      { weight: 1, arbitrary: fc.constant(NONE) },
    );
    const word = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.trim())
      .filter((text) => text !== '' && text.isWellFormed());
    const recording = fc.record({
      names: fc.uniqueArray(fc.constantFrom(...LEADS), { minLength: 1, maxLength: 4 }),
      table: fc.array(fc.tuple(sample, sample, sample, sample), { minLength: 1, maxLength: 40 }),
      samplingRate: fc.constantFrom(100, 250, 300, 500, 512, 1000 / 3.9),
      ids: fc.uniqueArray(word, { maxLength: 2 }),
      name: word,
    });
    fc.assert(
      fc.property(recording, ({ names, table, samplingRate, ids, name }) => {
        const leads = names.map((lead, index) => ({
          lead,
          samples: Float64Array.from(table, (row) => row[index] ?? NONE),
        }));
        const ecg = createEcg({ ...FULL, warnings: [], samplingRate, leads, patient: { ids, name } });
        expectSame(readBack(ecg), ecg);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
