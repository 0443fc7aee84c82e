import type { TextLabel } from './page-labels.ts';

/** Pen of the trace, in mm: clear of the grid, thin enough for the slopes of a QRS complex. */
export const TRACE_MM = 0.25;

/** Broader than the trace before it, so that it is seen where both are the same. */
export const OTHER_TRACE_MM = 0.5;

/** Colours of paper, grid, trace and text. Text meets WCAG AA on the paper, and a black-and-white copy can be read. */
export const INK = {
  paper: '#ffffff',
  trace: '#000000',
  /** A trace of another recording: clear of the grid and of the trace before it, also in black and white. */
  otherTrace: '#0b6fd6',
  /** Behind the traces, at full strength: grid and traces stay clear. */
  highlight: { colour: '#1f6fb2', opacity: 0.38 },
  grid: {
    small: { colour: '#f9d6d6', widthMm: 0.1 },
    big: { colour: '#eda5a5', widthMm: 0.2 },
  },
  text: {
    heading: { colour: '#000000', isBold: true },
    text: { colour: '#1a1a1a', isBold: false },
    lead: { colour: '#000000', isBold: true },
    notice: { colour: '#a01428', isBold: true },
    statement: { colour: '#000000', isBold: true },
  } satisfies Record<TextLabel['kind'], { colour: string; isBold: boolean }>,
} as const;
