import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { leadFromName } from '../../../src/ecg/lead.ts';
import { commentValue } from '../../../src/formats/wfdb/comments.ts';
import { readWfdb } from '../../../src/formats/wfdb/read-wfdb.ts';

const SAMPLES = join(import.meta.dirname, '../../../../shared/samples/wfdb');
const STEP_MV = 1e-9;
/** Sums are printed to the microvolt. */
const SUM_STEP_MV = 1e-3;

/** Statistics of each record that an independent implementation computed, in mV. */
const expectations = z.record(
  z.string(),
  z.object({
    fs: z.number(),
    n: z.number(),
    leads: z.record(
      z.string(),
      z.object({ first3: z.array(z.number()), min: z.number(), max: z.number(), sum: z.number() }),
    ),
  }),
);

(existsSync(SAMPLES) ? describe : describe.skip)('WFDB reference samples', () => {
  const expected = existsSync(SAMPLES)
    ? expectations.parse(JSON.parse(readFileSync(join(SAMPLES, 'expected.json'), 'utf8')))
    : {};
  const folderOf = new Map(
    (existsSync(SAMPLES) ? ['ptbxl', 'cinc2021'] : []).flatMap((folder) =>
      readdirSync(join(SAMPLES, folder))
        .filter((name) => name.endsWith('.hea'))
        .map((name) => [name.slice(0, -4), join(SAMPLES, folder)] as const),
    ),
  );
  const read = async (record: string) => {
    const folder = folderOf.get(record) ?? '';
    return await readWfdb(await readFile(join(folder, `${record}.hea`)), (name) => readFile(join(folder, name)));
  };

  it('has an expectation for every record', () => {
    expect([...folderOf.keys()].sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(['cinc2021', 'ptbxl'])('reads every record of %s to the values of an independent reader', async (folder) => {
    for (const [record, { fs, n, leads }] of Object.entries(expected)) {
      if (folderOf.get(record) !== join(SAMPLES, folder)) continue;
      const ecg = await read(record);
      expect([record, ecg.samplingRate]).toEqual([record, fs]);
      expect(ecg.leads.map(({ lead }) => lead).sort()).toEqual(Object.keys(leads).map(leadFromName).sort());
      for (const [name, { first3, min, max, sum }] of Object.entries(leads)) {
        const samples = ecg.leads.find(({ lead }) => lead === leadFromName(name))?.samples ?? new Float64Array();
        const measured = statisticsOf(samples);
        const differences = [...first3, min, max].map((value, i) =>
          Math.abs(value - (measured.values[i] ?? Number.NaN)),
        );
        expect([record, name, samples.length]).toEqual([record, name, n]);
        expect(Math.max(...differences)).toBeLessThan(STEP_MV);
        expect(Math.abs(measured.sum - sum)).toBeLessThan(SUM_STEP_MV);
      }
    }
  });

  it('exposes age, sex and diagnoses that a header states', async () => {
    const ecg = await read('E07500');
    expect(ecg).toMatchObject({ patient: { ids: [], sex: 'male' }, statements: ['Dx: 67741000119109,426177001'] });
    expect(commentValue(ecg.comments, 'Age')).toBe('78');
    expect(commentValue(ecg.comments, 'Hx')).toBeUndefined();
  });
});

/** First three samples, least and greatest; NaN anywhere makes the sum NaN. */
function statisticsOf(samples: Float64Array) {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const sample of samples) {
    if (sample < min) min = sample;
    if (sample > max) max = sample;
    sum += sample;
  }
  return { values: [...samples.subarray(0, 3), min, max], sum };
}
