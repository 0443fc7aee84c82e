import { z } from 'zod';
import { incidental, optional } from './fhir-json.ts';

const reference = z.object({ reference: optional(z.string()) });
const period = z.object({ start: incidental(z.string()) });

const attachment = z.object({
  contentType: incidental(z.string()),
  data: optional(z.string()),
  url: optional(z.string()),
  // R5 integer64 is a string in JSON.
  size: optional(
    z.union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ]),
  ),
  hash: optional(z.string()),
});

/** What names a resource and its patient; never fails. */
export const identity = z
  .object({ id: incidental(z.string()), subject: incidental(reference) })
  .catch({ id: undefined, subject: undefined });

/** SampledData anywhere in an Observation, however malformed the rest; never fails. */
export const sampledDataCarrier = z
  .object({
    valueSampledData: z.unknown().optional(),
    component: z
      .array(z.object({ valueSampledData: z.unknown().optional() }).catch({ valueSampledData: undefined }))
      .catch([]),
  })
  .catch({ valueSampledData: undefined, component: [] });

/** Only what leads to an ECG; other elements are not looked at. */
export const documentReference = z.object({
  status: incidental(z.string()),
  docStatus: incidental(z.string()),
  date: incidental(z.string()),
  /** R4; in R5 `context` is something else and `period` stands by itself. */
  context: incidental(z.object({ period: incidental(period) })),
  period: incidental(period),
  content: optional(z.array(z.object({ attachment: optional(attachment) }))),
  contained: incidental(z.array(z.unknown())),
});

export const media = z.object({
  status: incidental(z.string()),
  createdDateTime: incidental(z.string()),
  createdPeriod: incidental(period),
  content: optional(attachment),
});

export const diagnosticReport = z.object({
  status: incidental(z.string()),
  effectiveDateTime: incidental(z.string()),
  effectivePeriod: incidental(period),
  presentedForm: optional(z.array(attachment)),
  media: optional(z.array(z.object({ link: optional(reference) }))),
  result: optional(z.array(reference)),
  contained: incidental(z.array(z.unknown())),
});

export const binary = z.object({
  contentType: incidental(z.string()),
  data: optional(z.string()),
});

export const bundle = z.object({ entry: optional(z.array(z.unknown())) });

/** One that is malformed counts as empty: its siblings are still read. */
export const bundleEntry = z
  .object({
    fullUrl: incidental(z.string()),
    resource: z.looseObject({ resourceType: z.string(), id: incidental(z.string()) }),
  })
  .optional()
  .catch(undefined);

/** The bytes of a rendition, inline or by url, and what is said of them. */
export interface Attachment {
  /** As stated; a hint for people only. */
  readonly contentType?: string | undefined;
  /** base64 */
  readonly data?: string | undefined;
  readonly url?: string | undefined;
  readonly size?: number | undefined;
  /** SHA-1 in base64. */
  readonly hash?: string | undefined;
}
