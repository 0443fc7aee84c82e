import { durationSeconds, type Ecg } from '../ecg/ecg.ts';
import { INK } from './ink.ts';

/** A line of the picture is one column: as many as a screen shows apart. */
const COLUMNS = 900;
const HEIGHT = 40;
/** Of all columns, this share is drawn in full height; the few beyond, of artefact, are cut off. */
const USUAL = 0.98;

/**
 * A whole recording in one strip, least to greatest value column by column, with a marker of what a page shows. It is as
 * large for a day as for a minute, has no scale, and is for finding one's way, not for reading.
 */
export function overviewSvg(ecg: Ecg, shown: { readonly startSeconds: number; readonly endSeconds: number }): string {
  const duration = durationSeconds(ecg);
  const percent = (seconds: number) => `${Math.round((10_000 * seconds) / duration) / 100}%`;
  const { lead, samples } = ecg.leads.find((each) => each.lead === 'II') ?? ecg.leads[0]!;
  const title = `Overview of the recording, lead ${lead}`;
  return [
    `<svg class="ecg-overview" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}" data-duration-seconds="${duration}">`,
    `<rect class="ecg-paper" width="${COLUMNS}" height="${HEIGHT}" fill="${INK.paper}"/>`,
    `<rect class="ecg-overview-marker" x="${percent(shown.startSeconds)}" width="${percent(shown.endSeconds - shown.startSeconds)}" height="${HEIGHT}" fill="${INK.highlight.colour}" fill-opacity="${INK.highlight.opacity}"/>`,
    `<path stroke="${INK.trace}" stroke-width="1" fill="none" d="${envelope(samples)}"/>`,
    '</svg>',
  ].join('\n');
}

interface Column {
  readonly x: number;
  readonly least: number;
  readonly greatest: number;
}

function envelope(samples: Float64Array): string {
  const count = Math.min(COLUMNS, samples.length);
  const columns = Array.from({ length: count }, (_, index): Column => {
    const from = Math.floor((index * samples.length) / count);
    const to = Math.floor(((index + 1) * samples.length) / count);
    return { x: ((index + 0.5) * COLUMNS) / count, ...extremes(samples, from, to) };
  }).filter(({ least }) => Number.isFinite(least));
  const bottom = quantile(
    columns.map(({ least }) => least),
    1 - USUAL,
  );
  const top = quantile(
    columns.map(({ greatest }) => greatest),
    USUAL,
  );
  const yOf = (millivolts: number) => {
    const share = (top - millivolts) / (top - bottom || 1);
    return Math.round(10 * HEIGHT * Math.max(0, Math.min(1, 0.05 + 0.9 * share))) / 10;
  };
  return columns
    .map(({ x, least, greatest }) => `M${Math.round(10 * x) / 10} ${yOf(greatest)}V${yOf(least) + 0.5}`)
    .join('');
}

function extremes(samples: Float64Array, from: number, to: number): Pick<Column, 'least' | 'greatest'> {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = from; index < to; index += 1) {
    const sample = samples[index]!;
    if (sample < least) least = sample;
    if (sample > greatest) greatest = sample;
  }
  return { least, greatest };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;
}
