import fc from 'fast-check';
import { EcgError } from '../../../src/errors.ts';
import { ecgSources, readEcgSource } from '../../../src/formats/fhir/ecg-sources.ts';
import { fhirFormat, readObservation } from '../../../src/formats/fhir/read-observation.ts';
import { errorCodeOf } from '../error-code.ts';
import { jsonBytes, LEAD_I, LEAD_II, leadComponent, observation, quantityComponent } from './observations.ts';

const ECG = observation([
  leadComponent(LEAD_I, '1000 0 E'),
  leadComponent(LEAD_II, '1 2 3', { factor: 2.5, lowerLimit: -1 }),
  quantityComponent({ coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, 60, '/min'),
]);
const DOCUMENT = {
  resourceType: 'Bundle',
  entry: [
    {
      fullUrl: 'http://x/Binary/b',
      resource: { resourceType: 'Binary', id: 'b', data: Buffer.from(JSON.stringify(ECG)).toString('base64') },
    },
    {
      resource: {
        resourceType: 'DocumentReference',
        subject: { reference: 'Patient/1' },
        content: [{ attachment: { url: 'Binary/b', size: 10, hash: 'x' } }],
      },
    },
    { resource: ECG },
  ],
};

/** Where every value of a JSON document stands. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with another value at one place. */
function withValueAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy: Record<string, unknown> = { ...Object(value) };
  copy[key] = withValueAt(copy[key], rest, replacement);
  return Array.isArray(value) ? Object.values(copy) : copy;
}

const mutationsOf = (resource: unknown) =>
  fc
    .tuple(
      fc.constantFrom(...pathsOf(resource)),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.double(),
        fc.constantFrom(undefined, null, '', -1, 0, 1e308, 5e-324, 2 ** 53, [], {}, '131331', 'E E', 'V1', '2024'),
      ),
    )
    .map(([path, replacement]) => withValueAt(resource, path, replacement));

describe('hostile FHIR', () => {
  it('gives an EcgError, or an ECG, for an Observation cut off at any byte', () => {
    const bytes = jsonBytes(ECG);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(errorCodeOf(() => fhirFormat.read(bytes.subarray(0, length)))).toBe('SOURCE_INVALID');
    }
  });

  it('gives an EcgError or an ECG whatever value stands wherever', () => {
    fc.assert(
      fc.property(mutationsOf(ECG), (resource) => {
        errorCodeOf(() => readObservation(resource));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds sources, and reads or refuses each, in containers with any value wherever', async () => {
    await fc.assert(
      fc.asyncProperty(mutationsOf(DOCUMENT), async (resource) => {
        for (const source of ecgSources(resource)) {
          await readEcgSource(source).catch((error: unknown) => expect(error).toBeInstanceOf(EcgError));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['open brackets', '( '.repeat(2_000_000)],
    ['spaces', `I${' '.repeat(4_000_000)}x`],
    ['words of a frequency', 'sampl'.repeat(1_000_000)],
    ['names of leads', 'I II '.repeat(1_000_000)],
  ])('does not search long for a meaning in a code of millions of %s', (_what, text) => {
    const waveform = leadComponent({ text }, '1 2', { dimensions: 2 });
    const frequency = quantityComponent({ text }, 500, 'Hz');
    expect(errorCodeOf(() => readObservation(observation([waveform, frequency])))).toBe('LEAD_UNKNOWN');
  });

  it('refuses more components than any ECG has before it looks at them', () => {
    const crowded = observation(Array.from({ length: 10_001 }, () => leadComponent(LEAD_I, '1')));
    expect(errorCodeOf(() => readObservation(crowded))).toBe('SOURCE_TOO_LARGE');
  });

  it('reads ten thousand chunks of one lead in one pass', () => {
    const chunks = Array.from({ length: 10_000 }, (_, index) => leadComponent(LEAD_I, `${index % 1000} 0`));
    expect(readObservation(observation(chunks)).leads[0]?.samples).toHaveLength(20_000);
  });
});
