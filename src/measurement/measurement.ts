import type { Lead } from '../ecg/lead.ts';

/** UCUM. */
export type MeasurementUnit = 'ms' | '/min' | 'deg';

/** A number that was measured in the tracing. */
export interface Measured {
  readonly value: number;
  readonly unit: MeasurementUnit;
  readonly confidence: 'high' | 'low';
  /** What to mind; stands with every measurement of low confidence. */
  readonly caution?: string;
}

/** No number, for a reason: "no P wave before the QRS". */
export interface NotMeasurable {
  readonly reason: string;
}

export type Measurement = Measured | NotMeasurable;

export function isMeasured(measurement: Measurement): measurement is Measured {
  return 'value' in measurement;
}

/** One lead of the representative beat, mV against the level before the QRS. */
export interface LeadAmplitudes {
  readonly lead: Lead;
  /** Depth below and height above 0: q before the R wave, s after it, both 0 or negative. */
  readonly q: number;
  readonly r: number;
  readonly s: number;
  /** At the end of the QRS, and 60 ms later. */
  readonly j: number;
  readonly j60: number;
  /** The largest deviation, with its sign; absent where T is not measurable. */
  readonly t?: number;
}

/** Measurements by name; each key is one row of `MEASUREMENT_NAMES`. */
export type MeasurementName =
  | 'ventricularRate'
  | 'atrialRate'
  | 'rr'
  | 'rrDeviation'
  | 'p'
  | 'pr'
  | 'qrs'
  | 'qt'
  | 'qtcBazett'
  | 'qtcFridericia'
  | 'qtcFramingham'
  | 'qtcHodges'
  | 'pAxis'
  | 'qrsAxis'
  | 'tAxis';

/** What was measured in one recording. */
export interface EcgMeasurements extends Readonly<Record<MeasurementName, Measurement>> {
  readonly beats: {
    readonly all: number;
    /** Of the shape that is measured. */
    readonly dominant: number;
    /** Of another shape. */
    readonly ectopic: number;
    /** Of the dominant shape, but early. */
    readonly premature: number;
  };
  /** Where the QRS of each beat of the measured shape begins, in seconds from the start: two ECGs are laid over each other by it. */
  readonly qrsOnsetsSeconds: readonly number[];
  /** Pacing impulses are seen. */
  readonly isPaced: boolean;
  /** Empty where no beat is. */
  readonly leads: readonly LeadAmplitudes[];
}
