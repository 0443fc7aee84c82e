import fc from 'fast-check';
import { createEcg, type Ecg } from '../../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../../src/ecg/ecg-identity.ts';
import { LEADS } from '../../../src/ecg/lead.ts';
import { readObservation } from '../../../src/formats/fhir/read-observation.ts';
import { toObservation } from '../../../src/formats/fhir/write-observation.ts';
import { errorCodeOf } from '../error-code.ts';

const PATIENT = 'Patient/p1';
const RECORDED_AT = '2024-03-01T10:15:00.250+01:00';

const ecgOf = (parts: Partial<Ecg> = {}): Ecg =>
  createEcg({
    format: 'fhir',
    samplingRate: 500,
    leads: LEADS.slice(0, 12).map((lead, row) => ({
      lead,
      samples: Float64Array.from({ length: 50 }, (_, index) => Math.round(200 * Math.sin(index / 5 + row)) / 200),
    })),
    recordedAt: RECORDED_AT,
    patient: { ids: [PATIENT] },
    ...parts,
  });

const roundTrip = (ecg: Ecg) => readObservation(JSON.parse(JSON.stringify(toObservation(ecg, PATIENT))));

/** Between samples in the same place, in mV. */
const greatestDifference = (one: Ecg, other: Ecg): number =>
  Math.max(
    ...one.leads.flatMap(({ samples }, row) =>
      Array.from(samples, (sample, index) => Math.abs(sample - (other.leads[row]?.samples[index] ?? Number.NaN))),
    ),
  );

describe('toObservation', () => {
  it('writes an EKG study with one component per lead', () => {
    const observation = toObservation(ecgOf(), PATIENT);
    expect(observation).toMatchObject({
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: PATIENT },
      effectiveDateTime: RECORDED_AT,
    });
    expect(observation.component?.map(({ code }) => code.coding?.[0]?.code).slice(0, 4)).toEqual([
      '131329',
      '131330',
      '131389',
      '131390',
    ]);
    expect(observation.component?.[0]?.valueSampledData).toMatchObject({
      origin: { value: 0, code: 'uV' },
      period: 2,
      factor: 5,
      dimensions: 1,
    });
  });

  it('reads back as the same ECG with the same identity', () => {
    const ecg = ecgOf({
      measurements: [
        { name: 'MDC_ECG_HEART_RATE', value: 62, unit: '/min' },
        { name: 'MDC_ECG_TIME_PD_P', value: 96, unit: 'ms' },
        { name: 'MDC_ECG_AMPLITUDE_OF_SOMETHING', value: 0.5, unit: 'mV' },
      ],
      statements: ['Sinus rhythm', 'Normal ECG'],
      device: { model: 'Recorder 5' },
    });
    const again = roundTrip(ecg);
    expect({ ...again, leads: undefined }).toEqual({ ...ecg, leads: undefined });
    expect(again.leads.map(({ lead }) => lead)).toEqual(ecg.leads.map(({ lead }) => lead));
    expect(greatestDifference(again, ecg)).toBeLessThan(1e-12);
    expect(ecgIdentity(again, PATIENT)).toBe(ecgIdentity(ecg, PATIENT));
  });

  it('keeps gaps, and leads that have no 11073 potential', () => {
    const samples = Float64Array.of(1, Number.NaN, 0.000001, -1);
    expect(roundTrip(ecgOf({ leads: [{ lead: 'ES', samples }] })).leads).toEqual([{ lead: 'ES', samples }]);
  });

  it('keeps every lead', () => {
    const leads = LEADS.map((lead) => ({ lead, samples: Float64Array.of(1, 0) }));
    expect(roundTrip(ecgOf({ leads })).leads).toEqual(leads);
  });

  it('keeps amplitudes to the nanovolt and the sampling rate exactly', () => {
    const rates = fc.oneof(
      fc.integer({ min: 100, max: 4000 }),
      fc.integer({ min: 100_000, max: 4_000_000 }).map((rate) => rate / 1000),
      fc.constantFrom(1000 / 3, 1000 / 7),
    );
    const amplitudes = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rates, amplitudes, (samplingRate, values) => {
        const samples = Float64Array.from(values);
        const again = roundTrip(ecgOf({ samplingRate, leads: [{ lead: 'I', samples }] }));
        expect(again.samplingRate).toBe(samplingRate);
        again.leads[0]?.samples.forEach((sample, index) => {
          expect(Math.abs(sample - (samples[index] ?? 0))).toBeLessThanOrEqual(0.5001e-6);
        });
      }),
    );
  });

  it('writes times as FHIR allows them', () => {
    const timeOf = (recordedAt: string) => toObservation(ecgOf({ recordedAt }), PATIENT).effectiveDateTime;
    expect(timeOf('2024-03-01T10:15+01:00')).toBe('2024-03-01T10:15:00+01:00');
    expect(timeOf('2024-03-01T10:15:00')).toBe('2024-03-01');
    expect(timeOf('2024-03')).toBe('2024-03');
    const { recordedAt: _, ...timeless } = ecgOf();
    expect(toObservation(timeless, PATIENT)).not.toHaveProperty('effectiveDateTime');
  });

  it('refuses amplitudes beyond 2.1 V', () => {
    const leads = [{ lead: 'I', samples: Float64Array.of(0.0000001, 3000) }] as const;
    expect(errorCodeOf(() => toObservation(ecgOf({ leads }), PATIENT))).toBe('SOURCE_INVALID');
  });
});
