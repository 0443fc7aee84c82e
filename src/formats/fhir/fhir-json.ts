import { z } from 'zod';

/** Statuses of resources that must not be used; `superseded` is that of a DocumentReference which another one replaces. */
const WITHDRAWN: ReadonlySet<string | undefined> = new Set(['entered-in-error', 'cancelled', 'superseded']);

/** Whether a resource of this status says nothing of its subject, who may be the wrong one, or nothing that still holds. */
export function isWithdrawn(status: string | undefined): boolean {
  return WITHDRAWN.has(status);
}

const statusSchema = z.looseObject({ status: z.string().optional(), docStatus: z.string().optional() });

/** Whether a resource says so of itself, or of the document it is. */
export function isWithdrawnResource(resource: unknown): boolean {
  const { status, docStatus } = statusSchema.safeParse(resource).data ?? {};
  return isWithdrawn(status) || isWithdrawn(docStatus);
}

/** An element that is used: absent and null (which some servers write for absent) are the same. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** An element an ECG can do without: ignored when malformed. */
export const incidental = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
