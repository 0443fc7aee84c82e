import type { EcgLead } from '../ecg/ecg.ts';
import type { Lead } from '../ecg/lead.ts';
import type { Box, PaperScale } from './paper.ts';
import { toPolylines } from './polylines.ts';

/** One lead over one stretch of time at one place of a page: what calipers and marks are laid over. */
export interface LeadStrip {
  readonly lead: Lead;
  /** From the start of the recording. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Its place; the trace itself may be taller, as on paper. */
  readonly box: Box;
  readonly scale: PaperScale;
  /** Hz, of what is drawn. */
  readonly samplingRate: number;
  /**
   * The amplitude in the middle of the box: the median of the stretch as a rule, so that a lead with an offset stays on
   * the paper. Differences of amplitude, which is what an ECG is read for, are as recorded.
   */
  readonly centreMillivolts: number;
  /** x, y, x, y … in mm; one per stretch without gaps. */
  readonly polylines: readonly Float64Array[];
}

/** Where a strip is, and what stretch of the recording it shows; around its median unless said otherwise. */
export type StripPlace = Pick<LeadStrip, 'startSeconds' | 'endSeconds' | 'box' | 'scale'> &
  Partial<Pick<LeadStrip, 'centreMillivolts'>>;

/** Draws a stretch of one lead; `samplingRate` in Hz. */
export function createLeadStrip({ lead, samples }: EcgLead, samplingRate: number, place: StripPlace): LeadStrip {
  const from = Math.max(0, Math.round(place.startSeconds * samplingRate));
  const to = Math.min(samples.length, Math.round(place.endSeconds * samplingRate));
  const centreMillivolts = place.centreMillivolts ?? median(samples.subarray(from, to));
  const strip = { lead, ...place, samplingRate, centreMillivolts, polylines: [] };
  const polylines = toPolylines(
    samples,
    { from, to },
    {
      originMm: xOfSeconds(strip, 0),
      middleMm: middleOf(place.box),
      centreMillivolts: strip.centreMillivolts,
      mmPerSample: place.scale.mmPerSecond / samplingRate,
      mmPerMillivolt: place.scale.mmPerMillivolt,
    },
  );
  return { ...strip, polylines };
}

/** mm from the left edge of the page; `seconds` from the start of the recording. */
export function xOfSeconds({ box, scale, startSeconds }: LeadStrip, seconds: number): number {
  return box.xMm + (seconds - startSeconds) * scale.mmPerSecond;
}

/** Inverse of {@link xOfSeconds}. */
export function secondsAtX({ box, scale, startSeconds }: LeadStrip, xMm: number): number {
  return startSeconds + (xMm - box.xMm) / scale.mmPerSecond;
}

/** mm from the upper edge of the page. */
export function yOfMillivolts({ box, scale, centreMillivolts }: LeadStrip, millivolts: number): number {
  return middleOf(box) - (millivolts - centreMillivolts) * scale.mmPerMillivolt;
}

/** Inverse of {@link yOfMillivolts}. */
export function millivoltsAtY({ box, scale, centreMillivolts }: LeadStrip, yMm: number): number {
  return centreMillivolts + (middleOf(box) - yMm) / scale.mmPerMillivolt;
}

export function middleOf({ yMm, heightMm }: Box): number {
  return yMm + heightMm / 2;
}

function median(samples: Float64Array): number {
  const present = samples.filter(Number.isFinite).sort();
  return present.length === 0 ? 0 : present[present.length >> 1]!;
}
