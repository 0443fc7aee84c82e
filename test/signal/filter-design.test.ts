import { designBandPass, designNotch } from '../../src/signal/filter-design.ts';

/** scipy.signal.iirnotch(f, 30, 500), SciPy 1.17: b0, b1, a2. */
const NOTCHES = [
  { frequency: 50, b0: 0.9896361753628921, b1: -1.6012649682336106, a2: 0.9792723507257841 },
  { frequency: 60, b0: 0.9875889380903247, b1: -1.4398427053125467, a2: 0.9751778761806493 },
];

/** scipy.signal.butter(4, band, 'bandpass', fs=500, output='sos'), SciPy 1.17: gain, and a1, a2 of each section. */
const BAND_PASSES = [
  {
    band: [0.67, 40],
    gain: 0.00210678134062039,
    sections: [
      [-1.233079827668742, 0.39684773498698617],
      [-1.4889634861105354, 0.6970941053044079],
      [-1.984128188631517, 0.984202641211675],
      [-1.9936562232241961, 0.9937275352174721],
    ],
  },
  {
    band: [0.5, 100],
    gain: 0.04585090504073641,
    sections: [
      [-0.33666937251028284, 0.0663859274762113],
      [-0.45572038029465806, 0.4693704737883551],
      [-1.9883469605440374, 0.9883867961831897],
      [-1.9951925332490643, 0.9952320159590591],
    ],
  },
] as const;

describe('designNotch', () => {
  it.each(NOTCHES)('gives SciPy’s coefficients for $frequency Hz', ({ frequency, b0, b1, a2 }) => {
    const notch = designNotch(frequency, 30, 500);
    expect(notch.b0).toBeCloseTo(b0, 13);
    expect(notch.b1).toBeCloseTo(b1, 13);
    expect(notch.a2).toBeCloseTo(a2, 13);
  });

  it('passes 0 Hz with gain 1', () => {
    const { b0, b1, a2 } = designNotch(50, 30, 500);
    expect((2 * b0 + b1) / (1 + b1 + a2)).toBeCloseTo(1, 13);
  });
});

describe('designBandPass', () => {
  it.each(BAND_PASSES)('gives SciPy’s sections for $band Hz', ({ band, gain, sections }) => {
    const design = designBandPass(band, 500);
    expect(design.gain / gain).toBeCloseTo(1, 12);
    const byA1 = [...design.sections].sort((a, b) => b.a1 - a.a1);
    sections.forEach(([a1, a2], index) => {
      expect(byA1[index]?.a1).toBeCloseTo(a1, 13);
      expect(byA1[index]?.a2).toBeCloseTo(a2, 13);
    });
  });

  it('halves the power at both edges of the band', () => {
    const { gain, sections } = designBandPass([0.67, 40], 500);
    for (const frequency of [0.67, 40]) {
      const angle = (2 * Math.PI * frequency) / 500;
      let power = gain ** 2;
      for (const { a1, a2 } of sections) {
        const re = 1 + a1 * Math.cos(angle) + a2 * Math.cos(2 * angle);
        const im = a1 * Math.sin(angle) + a2 * Math.sin(2 * angle);
        power *= (2 * Math.sin(angle)) ** 2 / (re ** 2 + im ** 2);
      }
      expect(power).toBeCloseTo(0.5, 8);
    }
  });
});
