import { z } from 'zod';
import type { Ecg } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { LAYOUTS } from '../../tracing/arrange-leads.ts';
import type { Stretch } from '../../tracing/highlights.ts';
import type { PaperScale } from '../../tracing/paper.ts';
import { layOutTracing, type Tracing, type TracingOptions } from '../../tracing/tracing.ts';
import type { TracingCaption } from '../../tracing/tracing-caption.ts';

/** What may be chosen, the usual first. */
export const SPEEDS = [25, 50, 12.5] as const;
export const GAINS = [10, 20, 5] as const;

const choice = <T extends number>(values: readonly T[]) =>
  z.coerce.number().pipe(z.literal(values)).optional().catch(undefined);

/** How a tracing is looked at, as the address says; what it does not say, or says wrongly, is as usual. */
const optionsSchema = z.object({
  layout: z.enum(LAYOUTS).optional().catch(undefined),
  /** mm/s */
  speed: choice(SPEEDS),
  /** mm/mV */
  gain: choice(GAINS),
  /** Of a recording of several pages, from 1. */
  page: z.coerce.number().int().min(1).max(100_000).optional().catch(undefined),
  /** Instead: seconds from the start of the recording. */
  at: z.coerce.number().min(0).max(1_000_000).optional().catch(undefined),
  /** With the previous ECG, how. */
  compare: z.enum(['beside', 'beats']).optional().catch(undefined),
  /** Output index of the finding whose evidence is shown. */
  why: z.coerce.number().int().min(0).max(100_000).optional().catch(undefined),
  /** Place of the ECG in the session's list. */
  ecg: z.coerce.number().int().min(0).max(1_000).default(0).catch(0),
});
export type ViewOptions = z.infer<typeof optionsSchema>;

export function parseViewOptions(query: unknown): ViewOptions {
  return optionsSchema.parse(Object.fromEntries(Object.entries(Object(query)).filter(([, value]) => value !== '')));
}

/** Layouts that a recording has the leads for: limb leads can be computed, chest leads cannot. */
export function layoutsFor({ leads }: Ecg): readonly (typeof LAYOUTS)[number][] {
  return leads.length >= 8 ? LAYOUTS : ['rows'];
}

/** The paper as chosen. */
export function scaleOf({ speed, gain }: ViewOptions): PaperScale {
  return { mmPerSecond: speed ?? SPEEDS[0], mmPerMillivolt: gain ?? GAINS[0] };
}

/** Lays a page of a tracing out as chosen; in the layout that suits its leads where the chosen one does not. */
export function drawAs(
  view: ViewOptions,
  {
    ecg,
    caption,
    stretches,
  }: { readonly ecg: Ecg; readonly caption: TracingCaption; readonly stretches: readonly Stretch[] },
): Tracing {
  const { layout, page, at } = view;
  const options: TracingOptions = {
    ...scaleOf(view),
    stretches,
    ...(page === undefined ? { atSeconds: at ?? 0 } : { page }),
  };
  if (layout === undefined) return layOutTracing(ecg, caption, options);
  try {
    return layOutTracing(ecg, caption, { ...options, layout });
  } catch (error) {
    if (!(error instanceof EcgError) || error.code !== 'LEAD_MISSING') throw error;
    return layOutTracing(ecg, caption, options);
  }
}
