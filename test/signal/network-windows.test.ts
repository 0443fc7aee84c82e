import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../../src/ecg/lead.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { networkWindows } from '../../src/signal/network-windows.ts';
import { preprocess } from '../../src/signal/preprocess.ts';

const INPUT: Manifest['input'] = {
  leads: [...STANDARD_LEADS],
  samplingRate: 500,
  length: 5000,
  recipe: 'ecgfounder',
  notch: 50,
};
const RECORDED: readonly Lead[] = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** A smooth signal in time, the same at any rate, another for each lead. */
const signalAt = (seconds: number, row: number): number =>
  Math.exp(-((((seconds + row / 20) % 0.8) - 0.4) ** 2) / 0.0008) + 0.1 * Math.sin(6 * seconds + row);
const ecgOf = (samplingRate: number, seconds: number, leads: readonly Lead[] = RECORDED): Ecg =>
  createEcg({
    format: 'dicom',
    samplingRate,
    leads: leads.map((lead, row) => ({
      lead,
      samples: Float64Array.from({ length: Math.round(seconds * samplingRate) }, (_, i) =>
        signalAt(i / samplingRate, row),
      ),
    })),
    patient: { ids: [] },
  });
const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const ofLeadI: Manifest['input'] = { ...INPUT, leads: ['I'] };

describe('networkWindows', () => {
  it('preprocesses exactly the recorded 10 s at 500 Hz', () => {
    const ecg = ecgOf(500, 10, STANDARD_LEADS);
    const { windows, notes } = networkWindows(ecg, INPUT);
    expect(notes).toEqual([]);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({ startSeconds: 0, durationSeconds: 10, notes: [] });
    const samples = ecg.leads.map((lead) => lead.samples);
    expect(largestDifference(windows[0]!.input, Float32Array.from(preprocess(samples, INPUT)))).toBe(0);
  });

  it('says what it derived, resampled and chose', () => {
    const { windows, notes } = networkWindows(ecgOf(1000, 30), INPUT);
    expect(windows.map(({ startSeconds }) => startSeconds)).toEqual([0, 10, 20]);
    expect(windows.every(({ input }) => input.length === 60_000)).toBe(true);
    expect(notes).toEqual([
      'III, aVR, aVL, aVF derived from I and II',
      'resampled from 1000 Hz',
      '3 windows of 10 s of the 30 s recorded',
    ]);
  });

  it('sees the same at any sampling rate, in every window', () => {
    const reference = networkWindows(ecgOf(500, 20), INPUT).windows;
    for (const rate of [250, 257, 1000]) {
      networkWindows(ecgOf(rate, 20), INPUT).windows.forEach(({ input }, index) => {
        expect(largestDifference(input, reference[index]!.input)).toBeLessThan(0.02);
      });
    }
  });

  it('gives input of mean 0 and standard deviation 1', () => {
    const { input } = networkWindows(ecgOf(500, 10), INPUT).windows[0]!;
    const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
    const variance = input.reduce((sum, value) => sum + (value - mean) ** 2, 0) / input.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(variance).toBeCloseTo(1, 5);
  });

  it('pads a short recording with zeros after scoring its true samples alone', () => {
    const ecg = ecgOf(250, 8.2, ['I', 'II']);
    const { windows, notes } = networkWindows(ecg, { ...INPUT, leads: ['II', 'I'] });
    const [{ input, durationSeconds }] = windows as [(typeof windows)[number]];
    expect(durationSeconds).toBe(8.2);
    expect(notes).toEqual(['resampled from 250 Hz', 'only 8.2 s recorded: padded to 10 s']);
    expect(input).toHaveLength(10_000);
    expect(input.subarray(4100, 5000).every((value) => value === 0)).toBe(true);
    expect(input.subarray(9100).every((value) => value === 0)).toBe(true);
    const recorded = [...input.subarray(0, 4100), ...input.subarray(5000, 9100)];
    expect(recorded.reduce((sum, value) => sum + value ** 2, 0) / recorded.length).toBeCloseTo(1, 5);
  });

  it('takes a recording that lacks less than one sample of 10 s as whole', () => {
    const { windows, notes } = networkWindows(ecgOf(1000, 9.9995, ['I']), ofLeadI);
    expect(windows[0]!.durationSeconds).toBe(10);
    expect(notes).toEqual(['resampled from 1000 Hz']);
  });

  it('follows the recipe and the notch of the manifest', () => {
    const ecg = ecgOf(500, 10, ['I']);
    const inputs = [ofLeadI, { ...ofLeadI, notch: 60 as const }, { ...ofLeadI, recipe: 'z-score' as const }].map(
      (input) => networkWindows(ecg, input).windows[0]!.input,
    );
    expect(new Set(inputs.map((input) => input[1234])).size).toBe(3);
  });

  it('tells of missing samples with the window that has them', () => {
    const ecg = ecgOf(500, 20, ['I']);
    ecg.leads[0]!.samples.fill(Number.NaN, 7000, 7150);
    expect(networkWindows(ecg, ofLeadI).windows.map(({ notes }) => notes)).toEqual([
      [],
      ['missing samples taken as 0 mV: I 0.3 s'],
    ]);
  });

  it('gives finite input wherever it gives any', () => {
    const ecg = ecgOf(257, 10, ['I']);
    ecg.leads[0]!.samples.fill(Number.NaN, 0, 300).fill(Number.NaN, 2400);
    expect(networkWindows(ecg, ofLeadI).windows[0]!.input.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['LEAD_MISSING', ecgOf(500, 10, ['I', 'II'])],
    ['RECORDING_TOO_SHORT', ecgOf(500, 4)],
    ['SIGNAL_UNUSABLE', ecgOf(40, 10)],
  ])('throws %s', (code, ecg) => {
    expect(() => networkWindows(ecg, INPUT)).toThrow(expect.objectContaining({ code }));
  });
});
