import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { extent } from '../../../src/ecg/ecg.ts';
import { leadFromName } from '../../../src/ecg/lead.ts';
import { aecgFormat, readAecg } from '../../../src/formats/aecg/read-aecg.ts';
import { toAecg } from '../../../src/formats/aecg/write-aecg.ts';
import { utf8 } from './build-aecg.ts';

const samples = join(import.meta.dirname, '../../../../shared/samples/aecg');

const ExpectedLead = z.object({
  code: z.string(),
  n: z.number(),
  first10_mV: z.array(z.number()),
  min_mV: z.number(),
  max_mV: z.number(),
  mean_mV: z.number(),
  sum_mV: z.number(),
});
const ExpectedSet = z.object({ leads: z.array(ExpectedLead), samplingRateHz: z.number().optional() });
const Expected = z.object({
  series: z.array(z.object({ code: z.string(), sequenceSets: z.array(ExpectedSet) })),
  subject: z.object({ id: z.object({ extension: z.string().optional() }).optional() }),
});

const filesOf = (folder: string): string[] =>
  readdirSync(join(samples, folder))
    .filter((file) => file.endsWith('.xml') && file !== 'fda_empty.xml')
    .map((file) => join(folder, file));
// A table for a skipped test must not be empty either.
const readable = existsSync(samples) ? [...filesOf(''), ...filesOf('constructed')] : ['(no samples)'];
const written = readable.filter((file) => /mortara|liryc|minimum|ecgutils_44|c0|no samples/.test(file));
const hostile = existsSync(samples) ? filesOf('hostile') : ['(no samples)'];
const bytesOf = (file: string): Uint8Array => readFileSync(join(samples, file));

(existsSync(samples) ? describe : describe.skip)('Reference samples of aECG', () => {
  it.each(readable)('%s gives the reference values', (file) => {
    const expected = Expected.parse(JSON.parse(readFileSync(join(samples, `${file}.expected.json`), 'utf8')));
    const set = expected.series.find(({ code }) => code === 'RHYTHM')?.sequenceSets[0];
    const ecg = readAecg(bytesOf(file));
    expect(aecgFormat.sniff(bytesOf(file))).toBe(true);
    expect(ecg.samplingRate).toBe(set?.samplingRateHz);
    expect(ecg.leads).toHaveLength(set?.leads.length ?? -1);
    if (expected.subject.id?.extension) expect(ecg.patient.ids).toEqual([expected.subject.id.extension]);
    for (const lead of set?.leads ?? []) {
      const read = ecg.leads.find((one) => one.lead === leadFromName(lead.code))?.samples ?? new Float64Array(0);
      const sum = read.reduce((total, sample) => total + sample, 0);
      expect(read).toHaveLength(lead.n);
      expect([...read.subarray(0, 10)]).toEqual(lead.first10_mV.map((value) => expect.closeTo(value, 6)));
      expect(extent(read)).toEqual({
        min: expect.closeTo(lead.min_mV, 6),
        max: expect.closeTo(lead.max_mV, 6),
        gapCount: 0,
      });
      expect(sum).toBeCloseTo(lead.sum_mV, 5);
      expect(sum / lead.n).toBeCloseTo(lead.mean_mV, 6);
    }
  });

  it.each(written)('%s comes back from being written', (file) => {
    const ecg = readAecg(bytesOf(file));
    const back = readAecg(utf8(toAecg(ecg)));
    const { leads, warnings: _warnings, ...stated } = ecg;
    expect(back).toMatchObject(stated);
    for (const [index, { samples: original }] of leads.entries()) {
      const differences = back.leads[index]?.samples.map((value, at) => value - original[at]!);
      expect(extent(differences ?? new Float64Array(0))).toMatchObject({
        min: expect.closeTo(0, 9),
        max: expect.closeTo(0, 9),
      });
    }
  });

  it('an empty document has no waveform', () => {
    expect(() => readAecg(bytesOf('fda_empty.xml'))).toThrow(expect.objectContaining({ code: 'NO_WAVEFORM' }));
  });

  it.each(hostile)('%s is refused', (file) => {
    expect(() => readAecg(bytesOf(file))).toThrow(expect.objectContaining({ code: 'SOURCE_INVALID' }));
  });
});
