import fc from 'fast-check';
import { createEcgDecoder } from '../../src/cds/ecg-decoder.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { type EcgSource, ecgSources, type FetchBinary } from '../../src/formats/fhir/ecg-sources.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import { ecgIn } from '../formats/synthetic-ecg.ts';

function decoderOf(maxSamples: number) {
  let turns = 0;
  const turn = async () => {
    turns += 1;
  };
  const decoder = createEcgDecoder(maxSamples);
  const decode = (source: EcgSource, fetchBinary?: FetchBinary) => decoder(source, turn, fetchBinary);
  return { decode, turns: () => turns };
}

function observationSource(patient: string, note?: string) {
  const [source] = ecgSources({
    ...toObservation(ecgIn('fhir'), patient),
    ...(note ? { note: [{ text: note }] } : {}),
  });
  if (source === undefined) throw new Error('no ECG');
  return source;
}

describe('an ECG', () => {
  it('is decoded once for the same content, and again for any other', async () => {
    const { decode, turns } = decoderOf(1_000_000);
    const first = await decode(observationSource('Patient/p1'));
    expect(await decode(observationSource('Patient/p1'))).toBe(first);
    expect(turns()).toBe(1);
    await decode(observationSource('Patient/p1', 'another statement'));
    expect(turns()).toBe(2);
  });

  it('is another for a single other sample, wherever it is', async () => {
    const { decode } = decoderOf(10_000_000);
    const observation = toObservation(ecgIn('fhir'), 'Patient/p1');
    const digitsOf = ({ component = [] }: typeof observation) =>
      component.map((each) => each.valueSampledData?.data ?? '');
    const sourceOf = (resource: typeof observation) => {
      const [source] = ecgSources(resource);
      if (source === undefined) throw new Error('no ECG');
      return source;
    };
    const original = await decode(sourceOf(observation));
    await fc.assert(
      fc.asyncProperty(fc.nat(digitsOf(observation).length - 1), fc.nat(), async (lead, seed) => {
        const changed = structuredClone(observation);
        const sampled = changed.component?.[lead]?.valueSampledData;
        if (sampled?.data === undefined) throw new Error('no samples');
        const samples = sampled.data.split(' ');
        const at = seed % samples.length;
        samples[at] = String(Number(samples[at]) + 1);
        sampled.data = samples.join(' ');
        const decoded = await decode(sourceOf(changed));
        expect(decoded).not.toBe(original);
      }),
      { numRuns: 20 },
    );
  });

  it('is forgotten when others take its room', async () => {
    const { decode, turns } = decoderOf(1);
    await decode(observationSource('Patient/p1'));
    await decode(observationSource('Patient/p1'));
    expect(turns()).toBe(2);
  });

  it('that has to be fetched is fetched each time, with the rights of each caller', async () => {
    const { decode } = decoderOf(1_000_000);
    const [source] = ecgSources({
      resourceType: 'DocumentReference',
      id: 'd',
      status: 'current',
      content: [{ attachment: { url: 'Binary/1' } }],
    });
    let fetches = 0;
    const fetchBinary = async () => {
      fetches += 1;
      return Buffer.from(toAecg({ ...ecgIn('aecg') }));
    };
    if (source === undefined) throw new Error('no source');
    await decode(source, fetchBinary);
    await decode(source, fetchBinary);
    expect(fetches).toBe(2);
  });

  it('that cannot be read is refused each time', async () => {
    const { decode } = decoderOf(1_000_000);
    const source = { reference: 'Observation/1', content: { kind: 'observation', observation: {} } } as const;
    await expect(decode(source)).rejects.toThrow();
    await expect(decode(source)).rejects.toThrow();
  });
});
