import { between, type Random } from './draw.ts';
import type { SimulationParameters } from './parameters.ts';

/** A finding that can be asked for: how it changes a recording's parameters. */
export interface SimulatedFinding extends FindingRow {
  /** Findings of one kind exclude each other. */
  readonly kind: FindingKind;
}

type FindingKind =
  | 'rhythm'
  | 'ectopy'
  | 'av'
  | 'conduction'
  | 'axis'
  | 'atria'
  | 'ventricles'
  | 'infarct'
  | 'injury'
  | 'repolarisation'
  | 'voltage';

interface FindingRow {
  /** ECGFounder's label, in lower case. */
  readonly name: string;
  /** Its index. */
  readonly label: number;
  /** How often a data set shows it, relative to the others. */
  readonly weight: number;
  readonly set?: Partial<SimulationParameters>;
  /** Uniform between two bounds. */
  readonly ranges?: Readonly<Partial<Record<RangedParameter, readonly [low: number, high: number]>>>;
  readonly also?: (random: Random) => Partial<SimulationParameters>;
}

type RangedParameter = {
  [key in keyof SimulationParameters]: SimulationParameters[key] extends number ? key : never;
}[keyof SimulationParameters] &
  string;

/** Rows of one kind. */
export function findingsOf(kind: FindingKind, rows: readonly FindingRow[]): readonly SimulatedFinding[] {
  return rows.map((row) => ({ ...row, kind }));
}

/** The parameters with a finding brought about. */
export function withFinding(
  parameters: SimulationParameters,
  { set, ranges = {}, also }: SimulatedFinding,
  random: Random,
): SimulationParameters {
  const drawn = Object.entries(ranges).map(([name, [low, high]]) => [name, between(random, low, high)]);
  return { ...parameters, ...set, ...Object.fromEntries(drawn), ...also?.(random) };
}
