import type { z } from 'zod';

/** An element that is used: absent and null (which some servers write for absent) are the same. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** An element an ECG can do without: ignored when malformed. */
export const incidental = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
