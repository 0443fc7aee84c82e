import { z } from 'zod';
import { MAX_LEADS } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { incidental, optional } from './fhir-json.ts';

const coding = z.object({
  system: optional(z.string()),
  code: optional(z.string()),
  display: optional(z.string()),
});

const codeableConcept = z.object({ coding: optional(z.array(coding)), text: optional(z.string()) });

const quantity = z.object({
  value: optional(z.number()),
  comparator: optional(z.string()),
  unit: optional(z.string()),
  system: optional(z.string()),
  code: optional(z.string()),
});

const sampledData = z.object({
  origin: quantity,
  period: optional(z.number().positive()),
  interval: optional(z.number().positive()),
  intervalUnit: optional(z.string()),
  factor: optional(z.number()),
  // Some exporters write an empty string.
  dimensions: optional(z.union([z.int().min(1).max(MAX_LEADS), z.literal('')])),
  codeMap: optional(z.string()),
  offsets: optional(z.string()),
  data: optional(z.string()),
});

const component = z.object({
  code: optional(codeableConcept),
  valueSampledData: optional(sampledData),
  valueQuantity: optional(quantity),
  valueString: optional(z.string()),
  valueCodeableConcept: optional(codeableConcept),
});

const observation = z.object({
  resourceType: z.literal('Observation'),
  status: optional(z.string()),
  code: optional(codeableConcept),
  subject: optional(
    z.object({
      reference: optional(z.string()),
      identifier: optional(z.object({ value: optional(z.string()) })),
      display: optional(z.string()),
    }),
  ),
  device: incidental(z.object({ display: optional(z.string()) })),
  effectiveDateTime: optional(z.string()),
  effectiveInstant: optional(z.string()),
  effectivePeriod: optional(z.object({ start: optional(z.string()), end: optional(z.string()) })),
  interpretation: incidental(z.array(codeableConcept)),
  note: incidental(z.array(z.object({ text: optional(z.string()) }))),
  valueSampledData: optional(sampledData),
  component: optional(z.array(component)),
});

export type CodeableConcept = z.infer<typeof codeableConcept>;
export type Quantity = z.infer<typeof quantity>;
export type SampledData = z.infer<typeof sampledData>;
export type ObservationResource = z.infer<typeof observation>;

/** A day of half-minute chunks of three leads is fewer. */
const MAX_COMPONENTS = 10_000;
const componentCount = z
  .object({ component: z.array(z.unknown()) })
  .transform(({ component }) => component.length)
  .catch(0);

/**
 * An Observation (R4, R4B or R5), reduced to what an ECG needs.
 * @throws EcgError NO_WAVEFORM for another resource, SOURCE_TOO_LARGE beyond {@link MAX_COMPONENTS} components,
 *   SOURCE_INVALID naming the first element that breaks the type.
 */
export function parseObservation(resource: unknown): ObservationResource {
  const type = z.object({ resourceType: z.string().regex(/^[A-Za-z]{1,40}$/) }).safeParse(resource).data?.resourceType;
  if (type !== undefined && type !== 'Observation') {
    throw new EcgError('NO_WAVEFORM', `a FHIR ${type} is no ECG itself; only an Observation is read as one`);
  }
  if (componentCount.parse(resource) > MAX_COMPONENTS) {
    throw new EcgError('SOURCE_TOO_LARGE', `the Observation has more than ${MAX_COMPONENTS} components`);
  }
  const result = observation.safeParse(resource);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = ['Observation', ...(issue?.path ?? [])].join('.');
  throw new EcgError('SOURCE_INVALID', `${path}: ${issue?.message ?? 'invalid'}`);
}
