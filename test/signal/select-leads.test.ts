import fc from 'fast-check';
import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { selectLeads } from '../../src/signal/select-leads.ts';

const LIMB_LEADS: readonly Lead[] = STANDARD_LEADS.slice(0, 6);

/** In steps of 1/1024 mV, so that sums and halves are exact. */
const I = Float64Array.from({ length: 40 }, (_, i) => ((i * 37) % 101) / 1024);
const II = Float64Array.from({ length: 40 }, (_, i) => ((i * 53) % 97) / 1024 - 0.03125);
const LIMB_SAMPLES: Readonly<Record<string, Float64Array>> = {
  I,
  II,
  III: II.map((ii, n) => ii - I[n]!),
  aVR: I.map((i, n) => -(i + II[n]!) / 2),
  aVL: I.map((i, n) => i - II[n]! / 2),
  aVF: II.map((ii, n) => ii - I[n]! / 2),
};

const ecgOf = (samples: Readonly<Record<string, Float64Array>>): Ecg =>
  createEcg({
    format: 'fhir',
    samplingRate: 500,
    leads: Object.entries(samples).map(([lead, signal]) => ({ lead: lead as Lead, samples: signal })),
    patient: { ids: [] },
  });

describe('selectLeads', () => {
  it('takes recorded leads as they are, in the order asked for', () => {
    const ecg = ecgOf({ ...LIMB_SAMPLES, V1: I });
    const selected = selectLeads(ecg, ['V1', 'aVL', 'I']);
    expect(selected).toEqual({
      leads: ['V1', 'aVL', 'I'],
      samples: [I, LIMB_SAMPLES['aVL'], I],
      derived: [],
      sources: [],
    });
  });

  it('derives III, aVR, aVL and aVF exactly from I and II', () => {
    const selected = selectLeads(ecgOf({ I, II }), LIMB_LEADS);
    LIMB_LEADS.forEach((lead, row) => {
      expect(selected.samples[row]).toEqual(LIMB_SAMPLES[lead]);
    });
    expect(selected.derived).toEqual(['III', 'aVR', 'aVL', 'aVF']);
    expect(selected.sources).toEqual(['I', 'II']);
  });

  it.each([
    ['I', 'III'],
    ['II', 'III'],
    ['aVR', 'aVL'],
    ['I', 'aVF'],
    ['aVL', 'aVF'],
  ])('derives all limb leads from %s and %s', (first, second) => {
    const selected = selectLeads(ecgOf({ [first]: LIMB_SAMPLES[first]!, [second]: LIMB_SAMPLES[second]! }), LIMB_LEADS);
    LIMB_LEADS.forEach((lead, row) => {
      selected.samples[row]!.forEach((sample, n) => {
        expect(sample).toBeCloseTo(LIMB_SAMPLES[lead]![n]!, 14);
      });
    });
    expect(selected.sources).toEqual([first, second]);
  });

  it('obeys Einthoven and Goldberger for any I and II', () => {
    const pair = fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }));
    fc.assert(
      fc.property(pair, ([i, ii]) => {
        const selected = selectLeads(ecgOf({ I: Float64Array.of(i), II: Float64Array.of(ii) }), LIMB_LEADS);
        const [, , iii, avr, avl, avf] = selected.samples.map((samples) => samples[0]!);
        expect(i + iii!).toBeCloseTo(ii, 12);
        expect(avr! + avl! + avf!).toBeCloseTo(0, 12);
      }),
      { seed: 3 },
    );
  });

  it('lets a gap in either source be a gap in what is derived', () => {
    const selected = selectLeads(ecgOf({ I: I.with(3, Number.NaN), II: II.with(5, Number.NaN) }), ['aVF']);
    const gaps = [...selected.samples[0]!.keys()].filter((n) => Number.isNaN(selected.samples[0]![n]!));
    expect(gaps).toEqual([3, 5]);
  });

  it('refuses to make up a chest lead, naming all that are missing', () => {
    const ecg = ecgOf({ ...LIMB_SAMPLES, V1: I, V3: I });
    expect(() => selectLeads(ecg, STANDARD_LEADS)).toThrow(
      expect.objectContaining({ code: 'LEAD_MISSING', message: expect.stringMatching(/: V2, V4, V5, V6$/) }),
    );
  });

  it('refuses to derive limb leads from one alone', () => {
    expect(() => selectLeads(ecgOf({ II, V1: I }), ['I', 'II'])).toThrow(
      expect.objectContaining({ code: 'LEAD_MISSING', message: expect.stringMatching(/: I$/) }),
    );
  });
});
