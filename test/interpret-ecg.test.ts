import { durationSeconds, type Ecg } from '../src/ecg/ecg.ts';
import { interpretEcg } from '../src/interpret-ecg.ts';
import { seededRandom } from '../src/random.ts';
import { fixedModels } from './cds/fixed-models.ts';
import { recorded, withSamples } from './measurement/measured.ts';

/** Noise of half a millivolt instead of the ECG from one second to another. */
function drowned(ecg: Ecg, [from, to]: readonly [number, number]): Ecg {
  const random = seededRandom(1);
  return withSamples(ecg, (samples) =>
    samples.map((value, n) => {
      const second = n / ecg.samplingRate;
      return second >= from && second < to ? random() - 0.5 : value;
    }),
  );
}

const { ecg } = recorded('sinus rhythm', { seed: 4, durationSeconds: 30 });

describe('a recording that cannot be read', () => {
  it('is refused with the reason, whatever the network says of it', async () => {
    const models = fixedModels();
    await expect(interpretEcg(drowned(ecg, [0, 30]), models, { ageYears: 60 })).rejects.toMatchObject({
      code: 'SIGNAL_UNUSABLE',
      message: 'fewer than half of the leads can be read: muscle noise in all leads',
    });
    expect(models.runs()).toBe(3);
  });

  it('in one window of three is read from the other two, and the notes say so', async () => {
    const { notes, quality, interpretation } = await interpretEcg(drowned(ecg, [9, 21]), fixedModels(), {
      ageYears: 60,
    });
    expect(notes).toContain(
      '1 of 3 windows left out: fewer than half of the leads can be read: muscle noise in all leads',
    );
    expect(quality?.defects.filter(({ severity }) => severity === 'severe')).toEqual([]);
    expect(interpretation.findings.length).toBeGreaterThan(0);
  });
});

describe('a recording of one lead among twelve without signal', () => {
  it('keeps what other leads show', async () => {
    const flat = withSamples(ecg, (samples, index) =>
      index === 6 ? samples.map((_, n) => 0.0005 * (n % 7)) : samples,
    );
    expect(durationSeconds(flat)).toBe(30);
    const { interpretation, notes } = await interpretEcg(flat, fixedModels(), { ageYears: 60 });
    expect(interpretation.sentence).toContain('V1 cannot be read');
    expect(notes).toContain('signal not usable: no signal in V1');
  });
});
