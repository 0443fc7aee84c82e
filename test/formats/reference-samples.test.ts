import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { durationSeconds, type Ecg, extent } from '../../src/ecg/ecg.ts';
import { type Lead, leadFromMdc, leadFromName, leadFromScp, leadFromSnomed } from '../../src/ecg/lead.ts';
import { readEcgs } from '../../src/formats/read-ecgs.ts';

const SAMPLES = join(import.meta.dirname, '../../../shared/samples');

/** Statistics of one lead that an independent implementation computed, in mV. */
const statistics = z.object({
  n: z.number(),
  first10_mV: z.array(z.number()),
  min_mV: z.number(),
  max_mV: z.number(),
  sum_mV: z.number(),
});
const fhirExpectation = z.object({
  components: z.array(
    statistics.partial().extend({ code: z.array(z.object({ code: z.string() })), samplingRateHz: z.number() }),
  ),
});
const aecgExpectation = z.object({
  series: z.array(
    z.object({
      sequenceSets: z.array(
        z.object({ samplingRateHz: z.number(), leads: z.array(statistics.extend({ code: z.string() })) }),
      ),
    }),
  ),
});
const dicomExpectation = z.object({
  groups: z.array(
    z.object({ samplingFrequencyHz: z.number(), leads: z.array(statistics.extend({ code: z.string() })) }),
  ),
});

type Statistics = z.infer<typeof statistics>;
interface Expectation {
  readonly samplingRate: number;
  readonly leads: readonly { readonly lead: Lead | undefined; readonly statistics: Statistics }[];
}

/** Files that are refused, and why; every other one with an expectation is read. */
const REFUSED: Readonly<Record<string, string>> = {
  'fhir/hl7_r4_ekg.json': 'UNIT_UNKNOWN',
  'fhir/de_basisprofil_ekg.json': 'UNIT_UNKNOWN',
  'fhir/va_mhv_documentreference_ecg_text.json': 'NO_WAVEFORM',
  'fhir/constructed/f03_documentreference_aecg.json': 'NO_WAVEFORM',
  'aecg/fda_empty.xml': 'NO_WAVEFORM',
  'aecg/hostile/billion_laughs.xml': 'SOURCE_INVALID',
  'aecg/hostile/xxe_file.xml': 'SOURCE_INVALID',
  'dicom/hostile/ct_image.dcm': 'NO_WAVEFORM',
  'dicom/hostile/not_dicom.dcm': 'FORMAT_UNSUPPORTED',
  'scp/contec_ecg90_800hz.scp': 'FORMAT_UNSUPPORTED',
  'scp/ecgtoolkit_example.scp': 'FORMAT_UNSUPPORTED',
  'muse/braveheart_example1.xml': 'FORMAT_UNSUPPORTED',
  'philips/sierra_103_utf8.xml': 'FORMAT_UNSUPPORTED',
  'philips/sierra_104_utf16.xml': 'FORMAT_UNSUPPORTED',
};
const CHUNKED = 'fhir/apple_healthkit_ecg1.json';

const jsonOf = (path: string): unknown => JSON.parse(readFileSync(join(SAMPLES, path), 'utf8'));

function expectationOf(path: string): Expectation {
  const json = jsonOf(`${path}.expected.json`);
  if (path.startsWith('fhir/')) {
    const { components } = fhirExpectation.parse(json);
    const leadOf = (code: string) => leadFromMdc(code) ?? leadFromSnomed(code);
    return {
      samplingRate: components[0]?.samplingRateHz ?? 0,
      leads: components.map((component) => ({
        lead: leadOf(component.code[0]?.code ?? ''),
        statistics: statistics.parse(component),
      })),
    };
  }
  if (path.startsWith('aecg/')) {
    const set = aecgExpectation.parse(json).series[0]?.sequenceSets[0];
    const leads = (set?.leads ?? []).map((each) => ({ lead: leadFromName(each.code), statistics: each }));
    return { samplingRate: set?.samplingRateHz ?? 0, leads };
  }
  const group = dicomExpectation.parse(json).groups[0];
  const leadOf = (code: string) => leadFromScp(code.replace(/^(5\.6\.3-9-|2:)/, ''));
  const leads = (group?.leads ?? []).map((each) => ({ lead: leadOf(each.code), statistics: each }));
  return { samplingRate: group?.samplingFrequencyHz ?? 0, leads };
}

async function readSample(path: string): Promise<Ecg> {
  const [only, ...others] = await readEcgs(readFileSync(join(SAMPLES, path)));
  expect(others).toEqual([]);
  if (only === undefined || 'error' in only) throw new Error(`${path}: ${only?.error}`);
  return only.ecg;
}

function expectStatistics(samples: Float64Array, expected: Statistics): void {
  const { min, max } = extent(samples);
  expect(samples).toHaveLength(expected.n);
  expected.first10_mV.forEach((value, index) => {
    expect(samples[index]).toBeCloseTo(value, 8);
  });
  expect(min).toBeCloseTo(expected.min_mV, 8);
  expect(max).toBeCloseTo(expected.max_mV, 8);
  const sum = samples.reduce((total, sample) => total + sample, 0);
  expect(sum).toBeCloseTo(expected.sum_mV, 5);
}

(existsSync(SAMPLES) ? describe : describe.skip)('reference samples', () => {
  const expected = existsSync(SAMPLES)
    ? ['fhir', 'aecg', 'dicom'].flatMap((folder) =>
        readdirSync(join(SAMPLES, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.expected.json'))
          .map((name) => `${folder}/${name.replace('.expected.json', '')}`),
      )
    : [];
  const read = expected.filter((path) => !(path in REFUSED) && path !== CHUNKED);

  it('are many', () => expect(read.length).toBeGreaterThan(20));

  it.each(read)('%s reads to the numbers that were computed independently', async (path) => {
    const ecg = await readSample(path);
    const { samplingRate, leads } = expectationOf(path);
    expect(ecg.samplingRate).toBe(samplingRate);
    expect(ecg.leads.map(({ lead }) => lead).toSorted()).toEqual(leads.map(({ lead }) => lead).toSorted());
    for (const { lead, statistics: numbers } of leads) {
      expectStatistics(ecg.leads.find((each) => each.lead === lead)?.samples ?? new Float64Array(), numbers);
    }
  });

  it('of HealthKit reads its chunks as one lead of 30 s', async () => {
    const ecg = await readSample(CHUNKED);
    const { samplingRate, leads } = expectationOf(CHUNKED);
    expect([ecg.samplingRate, durationSeconds(ecg)]).toEqual([samplingRate, 30]);
    leads.forEach(({ statistics: numbers }, chunk) => {
      const samples = ecg.leads[0]?.samples.subarray(chunk * 5120, (chunk + 1) * 5120);
      expectStatistics(samples ?? new Float64Array(), numbers);
    });
    expect(ecg.warnings.map(({ code }) => code)).toEqual(['SAMPLING_RATE_ADJUSTED', 'DUPLICATE_LEAD', 'VALUE_INVALID']);
    expect(ecg.recordedAt).toBe('2023-03-13T12:32:30.076866984-07:00');
  });

  it('of the HL7 PHD guide reads by the definition and is flagged as implausible', async () => {
    const { warnings } = await readSample('fhir/hl7_phd_rtsa_ecg.json');
    expect(warnings.map(({ code }) => code)).toEqual(['AMPLITUDE_IMPLAUSIBLE']);
  });

  it('of a Binary and of a searchset are found in them', async () => {
    const found = await readEcgs(readFileSync(join(SAMPLES, 'fhir/constructed/f04_searchset_bundle.json')));
    expect(found).toMatchObject([
      { reference: 'DocumentReference/dr1', error: { code: 'NO_WAVEFORM' } },
      { reference: 'DocumentReference/dr2', ecg: { format: 'dicom', samplingRate: 500 } },
    ]);
    const [aecg] = await readEcgs(readFileSync(join(SAMPLES, 'fhir/constructed/f03_binary_b1.json')));
    expect(aecg).toMatchObject({
      reference: 'Binary/b1',
      ecg: await readSample('aecg/constructed/c02_eight_leads.xml'),
    });
  });

  it.each(Object.entries(REFUSED))('%s is refused: %s', async (path, code) => {
    expect(await readEcgs(readFileSync(join(SAMPLES, path)))).toMatchObject([{ error: { code } }]);
  });
});
