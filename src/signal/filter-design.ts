/**
 * Digital filter coefficients from their design formulas: analog prototype, frequency prewarping and bilinear
 * transform, as SciPy's `iirnotch` and `butter` do (Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 7).
 */

/** y[n] = b0 (x[n] + x[n-2]) + b1 x[n-1] - b1 y[n-1] - a2 y[n-2]: in this design a1 equals b1 and b2 equals b0. */
export interface NotchDesign {
  readonly b0: number;
  readonly b1: number;
  readonly a2: number;
}

/** A second-order section with its zeros at 0 Hz and the Nyquist frequency: (1 - z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²). */
export interface BandPassSection {
  readonly a1: number;
  readonly a2: number;
}

/** Four sections in series, and the one gain that belongs to all of them. */
export interface BandPassDesign {
  readonly gain: number;
  readonly sections: readonly [BandPassSection, BandPassSection, BandPassSection, BandPassSection];
}

/**
 * Second-order notch, -3 dB at the edges of a band of `frequency / quality`.
 * @param frequency Hz
 * @param samplingRate Hz
 */
export function designNotch(frequency: number, quality: number, samplingRate: number): NotchDesign {
  const centre = (2 * Math.PI * frequency) / samplingRate;
  const b0 = 1 / (1 + Math.tan(centre / quality / 2));
  return { b0, b1: -2 * b0 * Math.cos(centre), a2: 2 * b0 - 1 };
}

/**
 * Butterworth band-pass made of a low-pass prototype of order 4 (so of order 8 itself).
 * @param band Hz, the -3 dB edges
 * @param samplingRate Hz
 */
export function designBandPass(band: readonly [number, number], samplingRate: number): BandPassDesign {
  const low = prewarp(band[0], samplingRate);
  const high = prewarp(band[1], samplingRate);
  const [p, q] = bandPassPoles(Math.PI / 8, low, high);
  const [r, s] = bandPassPoles((3 * Math.PI) / 8, low, high);
  const norm = squaredDistance(4, p) * squaredDistance(4, q) * squaredDistance(4, r) * squaredDistance(4, s);
  return {
    gain: (4 * (high - low)) ** 4 / norm,
    sections: [bilinear(p), bilinear(q), bilinear(r), bilinear(s)],
  };
}

type Complex = readonly [re: number, im: number];

/** The analog frequency that the bilinear transform s = 4 (z - 1) / (z + 1) takes to `frequency`. */
function prewarp(frequency: number, samplingRate: number): number {
  return 4 * Math.tan((Math.PI * frequency) / samplingRate);
}

/**
 * The two poles that the prototype's pole at `angle` from the negative real axis becomes: the solutions of
 * p + low·high / p = (high - low) · prototype. The small one by division, where subtracting would cancel digits.
 */
function bandPassPoles(angle: number, low: number, high: number): readonly [Complex, Complex] {
  const re = (-(high - low) / 2) * Math.cos(angle);
  const im = ((high - low) / 2) * Math.sin(angle);
  const root = squareRoot([re * re - im * im - low * high, 2 * re * im]);
  const sign = root[0] * re + root[1] * im < 0 ? -1 : 1;
  const large: Complex = [re + sign * root[0], im + sign * root[1]];
  const ratio = (low * high) / squaredDistance(0, large);
  return [large, [ratio * large[0], -ratio * large[1]]];
}

/** The section whose poles are z = (4 + pole) / (4 - pole) and its conjugate. */
function bilinear(pole: Complex): BandPassSection {
  const norm = squaredDistance(4, pole);
  return { a1: (-2 * (16 - squaredDistance(0, pole))) / norm, a2: squaredDistance(-4, pole) / norm };
}

function squaredDistance(real: number, [re, im]: Complex): number {
  return (real - re) ** 2 + im ** 2;
}

function squareRoot([re, im]: Complex): Complex {
  const modulus = Math.hypot(re, im);
  return [Math.sqrt((modulus + re) / 2), Math.sign(im) * Math.sqrt((modulus - re) / 2)];
}
