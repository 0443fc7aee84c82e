/** A rectangle on paper, in mm from the upper left corner of the page. */
export interface Box {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** How a tracing is drawn: the paper's speed and the gain. */
export interface PaperScale {
  readonly mmPerSecond: number;
  readonly mmPerMillivolt: number;
}

/** 25 mm/s and 10 mm/mV, as ECGs are read everywhere. */
export const STANDARD_SCALE: PaperScale = { mmPerSecond: 25, mmPerMillivolt: 10 };

/** A4, landscape. */
export const PAGE: Box = { xMm: 0, yMm: 0, widthMm: 297, heightMm: 210 };

/** The ruled part of a page, in whole big squares. */
export const GRID: Box = { xMm: 8.5, yMm: 29, widthMm: 280, heightMm: 150 };
export const SMALL_SQUARE_MM = 1;
export const BIG_SQUARE_MM = 5;

/** Left of every row, for the calibration pulse: the longest, of 50 mm/s, fits. */
const PULSE_ZONE_MM = 15;
const PULSE_SECONDS = 0.2;
const PULSE_MILLIVOLTS = 1;
const PULSE_LEAD_IN_MM = 2.5;

/** Where traces begin, and the room they have. */
export const TRACE_LEFT_MM = GRID.xMm + PULSE_ZONE_MM;
export const TRACE_WIDTH_MM = GRID.widthMm - PULSE_ZONE_MM;

/** The calibration pulse of a row, 1 mV for 200 ms, as x, y, x, y … in mm; `baselineMm` is its 0 mV. */
export function calibrationPulse(baselineMm: number, { mmPerSecond, mmPerMillivolt }: PaperScale): Float64Array {
  const left = GRID.xMm + PULSE_LEAD_IN_MM / 2;
  const rise = left + PULSE_LEAD_IN_MM;
  const fall = rise + PULSE_SECONDS * mmPerSecond;
  const top = baselineMm - PULSE_MILLIVOLTS * mmPerMillivolt;
  const [right, foot] = [fall + PULSE_LEAD_IN_MM / 2, baselineMm];
  return Float64Array.of(left, foot, rise, foot, rise, top, fall, top, fall, foot, right, foot);
}

/** Where the lines of the grid are, along one side of it; every fifth one is the edge of a big square. */
export function gridLinesMm(startMm: number, lengthMm: number, squareMm: number): readonly number[] {
  return Array.from({ length: Math.round(lengthMm / squareMm) + 1 }, (_, index) => startMm + index * squareMm);
}
