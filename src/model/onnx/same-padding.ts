/** Zeros that "same" convolution adds before and after the signal, as the official code (net1d.py) computes them. */
export interface SamePadding {
  readonly left: number;
  readonly right: number;
  readonly outLength: number;
}

export function samePadding(length: number, kernelSize: number, stride: number): SamePadding {
  const outLength = Math.ceil(length / stride);
  const total = Math.max(0, (outLength - 1) * stride + kernelSize - length);
  const left = Math.floor(total / 2);
  return { left, right: total - left, outLength };
}
