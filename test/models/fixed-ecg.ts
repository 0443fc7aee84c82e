const SAMPLES = 5000;
const RATE = 500;
/** 75 beats a minute. */
const BEAT_SECONDS = 0.8;
/** Middle and width of P, Q, R, S and T in seconds from the start of a beat. */
const WAVES = [
  [0.16, 0.025],
  [0.285, 0.008],
  [0.31, 0.011],
  [0.335, 0.01],
  [0.56, 0.05],
] as const;
/** Their heights in I, II and V1 to V6, in mV; the other limb leads follow from I and II. */
const HEIGHTS = {
  I: [0.07, -0.05, 0.75, -0.12, 0.22],
  II: [0.12, -0.06, 1.05, -0.18, 0.3],
  V1: [0.05, 0, 0.22, -0.85, 0.03],
  V2: [0.06, 0, 0.45, -1.35, 0.45],
  V3: [0.06, 0, 0.8, -0.85, 0.5],
  V4: [0.07, -0.05, 1.4, -0.45, 0.48],
  V5: [0.07, -0.08, 1.3, -0.22, 0.4],
  V6: [0.07, -0.08, 1.0, -0.1, 0.3],
};

/** Ten seconds of one and the same sinus beat in closed form: I to V6 in mV at 500 Hz, nothing drawn at random. */
export function fixedEcg(): readonly Float64Array[] {
  const I = beats(HEIGHTS.I);
  const II = beats(HEIGHTS.II);
  const limb = (ofI: number, ofII: number) => I.map((value, sample) => ofI * value + ofII * II[sample]!);
  const chest = [HEIGHTS.V1, HEIGHTS.V2, HEIGHTS.V3, HEIGHTS.V4, HEIGHTS.V5, HEIGHTS.V6].map(beats);
  return [I, II, limb(-1, 1), limb(-0.5, -0.5), limb(1, -0.5), limb(-0.5, 1), ...chest];
}

function beats(heights: readonly number[]): Float64Array {
  return Float64Array.from({ length: SAMPLES }, (_, sample) => {
    const time = (sample / RATE) % BEAT_SECONDS;
    return WAVES.reduce(
      (sum, [middle, width], wave) => sum + (heights[wave] ?? 0) * Math.exp(-(((time - middle) / width) ** 2) / 2),
      0,
    );
  });
}
