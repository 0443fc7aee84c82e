import { z } from 'zod';
import type { MeasuredQuantity } from './measured-values.ts';

/** One side of a number, in ms or per minute. */
const boundSchema = z.union([
  z.strictObject({ above: z.number().positive() }),
  z.strictObject({ atLeast: z.number().positive() }),
  z.strictObject({ below: z.number().positive() }),
]);
export type Bound = z.infer<typeof boundSchema>;

const quantitySchema: z.ZodType<MeasuredQuantity> = z.enum(['qtc', 'heartRate', 'pr', 'qrs']);

/** When a measured value alone makes a group of findings. */
export const limitSchema = z.strictObject({
  quantity: quantitySchema,
  bound: boundSchema,
  boundForMen: boundSchema.optional(),
  /** With wide QRS complexes the QT interval is longer without its recovery being so. */
  boundInWideQrs: boundSchema.optional(),
  /** From here on it is serious whatever the drug. */
  severe: boundSchema.optional(),
  evidence: z.string().min(1),
  evidenceStatus: z.string().min(1),
});
export type MeasurementLimit = z.infer<typeof limitSchema>;

/** The limit that the label of one drug states, instead of that of its group. */
export const drugLimitSchema = z.strictObject({
  /** That of the group unless given. */
  quantity: quantitySchema.optional(),
  bound: boundSchema,
  boundInWideQrs: boundSchema.optional(),
});
export type DrugLimit = z.infer<typeof drugLimitSchema>;

/** When a QRS complex is wide: by its measured duration, or by a finding where none is stated. */
export const wideQrsBoundSchema = boundSchema;

export function isBeyond(value: number, bound: Bound): boolean {
  if ('above' in bound) return value > bound.above;
  return 'atLeast' in bound ? value >= bound.atLeast : value < bound.below;
}

/** "above 440 ms", "500 or more", "below 50/min" */
export function boundText(bound: Bound, unit: '' | ' ms' | '/min' = ''): string {
  if ('above' in bound) return `above ${bound.above}${unit}`;
  return 'atLeast' in bound ? `${bound.atLeast}${unit} or more` : `below ${bound.below}${unit}`;
}
