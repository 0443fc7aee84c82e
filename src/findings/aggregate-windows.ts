import { EcgError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';

/**
 * One score per output for a recording of several windows: the highest over all windows, since what occurred once
 * occurred (a paroxysm); but the lowest for labels of normality, since an ECG is normal only if all of it is.
 * @throws EcgError RECORDING_TOO_SHORT without a window, CONFIG_INVALID for windows that differ in length.
 */
export function aggregateScores(
  windows: readonly ArrayLike<number>[],
  { labelSet }: Pick<Manifest, 'labelSet'>,
): Float64Array {
  const [first, ...others] = windows;
  if (first === undefined) throw new EcgError('RECORDING_TOO_SHORT', 'no window of the recording was scored');
  if (others.some(({ length }) => length !== first.length)) {
    throw new EcgError('CONFIG_INVALID', 'windows of one recording differ in their number of scores');
  }
  return Float64Array.from(first, (_, index) => {
    const scores = windows.map((window) => window[index] ?? Number.NaN);
    const isNormality = labelSet !== undefined && ECGFOUNDER.labels[index]?.urgency === 'normal';
    return isNormality ? Math.min(...scores) : Math.max(...scores);
  });
}
