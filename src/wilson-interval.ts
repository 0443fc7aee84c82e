/** Quantile of the normal distribution for 95 %. */
const Z = 1.959964;

/** Wilson's 95 % score interval of a proportion; undefined without trials. */
export function wilsonInterval(
  successes: number,
  trials: number,
): { readonly low: number; readonly high: number } | undefined {
  if (trials === 0) return undefined;
  const share = successes / trials;
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  const scale = 1 + Z ** 2 / trials;
  const centre = share + Z ** 2 / (2 * trials);
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
