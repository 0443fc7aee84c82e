import type { Objection } from '../findings/objection.ts';
import { isMeasured } from '../measurement/measurement.ts';
import { amount, type MeasuredEcg, preferredValue, qtcOf } from '../measurement/preferred-value.ts';
import { CHECKED, type CheckedMeasurement, type CheckedRange, CROSS_CHECK } from './cross-check-rules.ts';
import type { SignalQuality } from './signal-quality.ts';

/** A value that findings are checked against, and how it is told: "measured rate 92/min". */
interface CheckedValue {
  readonly value: number;
  readonly text: string;
}

/** Ectopic and premature beats, of all. */
const MANY_EXTRA = 0.1;
const NAMES = { ventricularRate: 'rate', pr: 'PR', qrs: 'QRS', qrsAxis: 'QRS axis' } as const;

/**
 * Which labels the measurements of a recording contradict, by `mappings/cross-check.json`. Only values of high confidence
 * count, and none that was measured in a disturbed signal; what the source states counts before what is measured.
 */
export function crossCheck(reading: MeasuredEcg, quality: SignalQuality): readonly Objection[] {
  const isDisturbed = isTooDisturbed(quality);
  const values = new Map(CHECKED.map((name) => [name, checkedValue(name, reading, isDisturbed)]));
  return CROSS_CHECK.rules.flatMap(({ id, labels, when, effect }): readonly Objection[] => {
    const met = when.map((range) => ({ range, checked: values.get(range.measurement) }));
    if (!met.every(({ range, checked }) => checked !== undefined && isWithin(checked.value, range))) return [];
    const reason = met.map(({ checked }) => checked?.text).join(', ');
    return [{ rule: id, labels, effect, reason }];
  });
}

function isTooDisturbed({ leads, defects }: SignalQuality): boolean {
  const { defects: kinds, leadShare } = CROSS_CHECK.notWith;
  const disturbed = new Set(defects.filter(({ kind }) => kinds.includes(kind)).map(({ lead }) => lead));
  return disturbed.size > 0 && disturbed.size >= leadShare * leads.length;
}

function checkedValue(name: CheckedMeasurement, reading: MeasuredEcg, isDisturbed: boolean): CheckedValue | undefined {
  if (name === 'rrVariation') return isDisturbed ? undefined : rrVariation(reading);
  const preferred = name === 'qtc' ? qtcOf(reading) : preferredValue(reading, name);
  if (preferred === undefined || preferred.confidence === 'low') return undefined;
  if (preferred.basis === 'measured' && isDisturbed) return undefined;
  if (name === 'ventricularRate' && hasManyExtraBeats(reading)) return undefined;
  const label = name === 'qtc' ? 'QTc' : NAMES[name];
  const origin = preferred.basis === 'source' ? 'stated' : 'measured';
  // As whole as it is told, so that no card says that 65 contradicts what lies below 65.
  return { value: Math.round(preferred.value), text: `${origin} ${label} ${amount(preferred)}` };
}

/** With them the ventricular rate is not that of the rhythm that a finding names. */
function hasManyExtraBeats({ measurements: { beats } }: MeasuredEcg): boolean {
  return beats.ectopic + beats.premature > MANY_EXTRA * beats.all;
}

function rrVariation({ measurements: { rr, rrDeviation, beats } }: MeasuredEcg): CheckedValue | undefined {
  if (!isMeasured(rr) || !isMeasured(rrDeviation) || beats.ectopic + beats.premature > 0) return undefined;
  const value = Math.round((100 * rrDeviation.value) / rr.value);
  return { value, text: `RR intervals that vary by ${value} %` };
}

function isWithin(
  value: number,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: CheckedRange,
): boolean {
  return value >= from && value <= to;
}
