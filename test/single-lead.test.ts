import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenedModels } from '../src/cli/open-models.ts';
import { openNamedModels } from '../src/cli/open-named-models.ts';
import { createEcg, type Ecg } from '../src/ecg/ecg.ts';
import type { Lead } from '../src/ecg/lead.ts';
import { readEcgs } from '../src/formats/read-ecgs.ts';
import { interpretEcg } from '../src/interpret-ecg.ts';
import { isMeasured } from '../src/measurement/measurement.ts';
import { seededRandom } from '../src/random.ts';
import { simulateEcg } from '../src/simulator/simulate-ecg.ts';

const APPLE = join(import.meta.dirname, '../../shared/samples/fhir/apple_healthkit_ecg1.json');
/** What twelve leads are needed for: axis, bundle branches, hypertrophy, infarct, ST, QT, normality. */
const NEEDS_MORE = [2, 8, 11, 12, 17, 18, 20, 24, 26, 36, 37, 40, 61, 80, 87, 107, 128, 130];

function watchEcg(finding: string, samplingRate: number, leads: readonly Lead[] = ['I']): Ecg {
  return simulateEcg({
    finding,
    seed: 8,
    format: 'fhir',
    patient: { ids: [] },
    recordedAt: '2026-03-01T10:00:00Z',
    durationSeconds: 30,
    samplingRate,
    leads,
  });
}

/** Movement of an arm: half a millivolt of noise from one second to another. */
function shaken(ecg: Ecg, from: number, to: number): Ecg {
  const random = seededRandom(1);
  const leads = ecg.leads.map(({ lead, samples }) => ({
    lead,
    samples: samples.map((value, n) => {
      const second = n / ecg.samplingRate;
      return second >= from && second < to ? random() - 0.5 : value;
    }),
  }));
  return createEcg({ ...ecg, warnings: [], leads });
}

describe('a recording of lead I', () => {
  let models: OpenedModels;
  beforeAll(async () => {
    models = await openNamedModels(undefined, { stdout: () => {}, stderr: () => {} }, 1);
  });
  afterAll(() => models.close());

  const read = (ecg: Ecg) => interpretEcg(ecg, models, { ageYears: 60 });

  it.each([512, 300, 250, 128])(
    'of 30 s at %s Hz is read by the network of one lead, in three windows',
    async (rate) => {
      const { manifest, interpretation, measurements, notes, quality } = await read(watchEcg('sinus rhythm', rate));
      expect(manifest.input.leads).toEqual(['I']);
      expect(notes).toContain('3 windows of 10 s of the 30 s recorded');
      expect(notes.join('\n')).toContain(
        'not judged from these leads: frontal axis and fascicular block; bundle branch',
      );
      expect(quality).toEqual({ leads: ['I'], defects: [], recording: [] });
      expect(interpretation.findings.filter(({ index }) => NEEDS_MORE.includes(index))).toEqual([]);
      const { ventricularRate, qrs, qrsAxis } = measurements;
      expect(ventricularRate).toMatchObject({ confidence: 'high' });
      expect(qrs).toMatchObject({ confidence: 'low', caution: expect.stringContaining('from one lead') });
      expect(isMeasured(qrsAxis)).toBe(false);
    },
  );

  it('shows atrial fibrillation', async () => {
    const { interpretation } = await read(watchEcg('atrial fibrillation', 512));
    expect(interpretation.findings.map(({ label }) => label)).toContain('ATRIAL FIBRILLATION');
  });

  it('that was shaken for a while is read and measured where it was not', async () => {
    const still = await read(watchEcg('sinus rhythm', 512));
    const { notes, measurements, interpretation } = await read(shaken(watchEcg('sinus rhythm', 512), 0, 10));
    expect(notes).toEqual(
      expect.arrayContaining([
        '1 of 3 windows left out: fewer than half of the leads can be read: muscle noise in I',
        'measured from 10 s to 30 s',
      ]),
    );
    const rates = [measurements, still.measurements].map(({ ventricularRate }) =>
      isMeasured(ventricularRate) ? ventricularRate.value : Number.NaN,
    );
    expect(Math.abs(rates[0]! - rates[1]!)).toBeLessThanOrEqual(3);
    expect(interpretation.findings.filter(({ urgency }) => urgency === 'urgent')).toEqual([]);
  });

  it('that was shaken all the time gives the reason and no finding', async () => {
    await expect(read(shaken(watchEcg('sinus rhythm', 512), 0, 30))).rejects.toMatchObject({ code: 'SIGNAL_UNUSABLE' });
  });

  it('is needed: another lead is refused by name, not read as if it were lead I', async () => {
    await expect(read(watchEcg('sinus rhythm', 512, ['II']))).rejects.toMatchObject({
      code: 'LEAD_MISSING',
      message: 'the model needs leads that were not recorded: I',
    });
  });

  (existsSync(APPLE) ? it : it.skip)('of a watch, as its app exports it, is read', async () => {
    const [found] = await readEcgs(readFileSync(APPLE));
    if (found === undefined || !('ecg' in found)) throw new Error('not read');
    const { manifest, measurements, notes } = await read(found.ecg);
    expect(manifest.input.leads).toEqual(['I']);
    expect(notes).toContain('3 windows of 10 s of the 30 s recorded');
    expect(isMeasured(measurements.ventricularRate)).toBe(true);
  });
});
