import { createEcg, type EcgLead } from '../../src/ecg/ecg.ts';
import { ecgIdentity } from '../../src/ecg/ecg-identity.ts';

const lead = (name: EcgLead['lead'], ...samples: number[]): EcgLead => ({
  lead: name,
  samples: Float64Array.from(samples),
});
const base = {
  format: 'fhir',
  samplingRate: 500,
  patient: { ids: [] },
  recordedAt: '2024-03-01T10:15:00+01:00',
} as const;

describe('an Ecg', () => {
  it('holds its leads in standard order whatever the order of the source', () => {
    const ecg = createEcg({ ...base, leads: [lead('V1', 0, 1), lead('aVR', 0, 1), lead('I', 0, 1)] });
    expect(ecg.leads.map((row) => row.lead)).toEqual(['I', 'aVR', 'V1']);
  });

  it('says which samples are missing', () => {
    const ecg = createEcg({ ...base, leads: [lead('I', 0, Number.NaN, 1)] });
    expect(ecg.warnings).toEqual([{ code: 'GAPS', message: 'missing samples: I 1' }]);
  });

  it.each([
    ['in microvolts taken for mV', [0, 900, -300]],
    ['with an offset no electrode has', [-3300, -3299, -3298]],
    ['around the origin of the FHIR example, taken as µV', [5.2, 5.35, 6.1]],
    ['flat', [0.2, 0.2, 0.2]],
  ])('%s is flagged as implausible', (_case, samples) => {
    const ecg = createEcg({ ...base, leads: [lead('I', ...samples)] });
    expect(ecg.warnings.map(({ code }) => code)).toEqual(['AMPLITUDE_IMPLAUSIBLE']);
  });

  it('says when its time has no zone and when there is no time', () => {
    const { recordedAt: _time, ...timeless } = base;
    const leads = [lead('I', 0, 1)];
    expect(createEcg({ ...base, leads, recordedAt: '2024-03-01T10:15:00' }).warnings[0]?.code).toBe(
      'TIME_ZONE_MISSING',
    );
    expect(createEcg({ ...timeless, leads }).warnings[0]?.code).toBe('TIME_MISSING');
  });

  it.each([
    ['a rate of zero', { samplingRate: 0 }, 'SOURCE_INVALID'],
    ['a rate that is no number', { samplingRate: Number.NaN }, 'SOURCE_INVALID'],
    ['no samples', { leads: [lead('I')] }, 'NO_WAVEFORM'],
    ['no leads', { leads: [] }, 'NO_WAVEFORM'],
    ['leads of unequal length', { leads: [lead('I', 0, 1), lead('II', 0)] }, 'SOURCE_INVALID'],
    ['a lead twice', { leads: [lead('I', 0, 1), lead('I', 0, 1)] }, 'SOURCE_INVALID'],
  ])('with %s is refused', (_case, parts, code) => {
    expect(() => createEcg({ ...base, leads: [lead('I', 0, 1)], ...parts })).toThrow(expect.objectContaining({ code }));
  });
});

describe('the identity of an ECG', () => {
  const ecg = createEcg({ ...base, leads: [lead('I', 0, 0.5), lead('II', 0.1, 0.7), lead('V1', 0, -0.4)] });
  const identity = ecgIdentity(ecg, 'Patient/1');

  it('is a SHA-256', () => expect(identity).toMatch(/^[0-9a-f]{64}$/));

  it('does not depend on float noise, the offset the time is written in, or stored derived leads', () => {
    const same = createEcg({
      ...base,
      format: 'dicom',
      recordedAt: '2024-03-01T09:15:00.000Z',
      leads: [lead('I', 0, 0.5 + 1e-12), lead('II', 0.1, 0.7), lead('III', 0.1, 0.2), lead('V1', -0, -0.4)],
    });
    expect(ecgIdentity(same, 'Patient/1')).toBe(identity);
  });

  it.each([
    ['patient', ecgIdentity(ecg, 'Patient/2')],
    ['time', ecgIdentity({ ...ecg, recordedAt: '2024-03-01T10:15:01+01:00' }, 'Patient/1')],
    ['rate', ecgIdentity({ ...ecg, samplingRate: 1000 }, 'Patient/1')],
    ['sample', ecgIdentity({ ...ecg, leads: [lead('I', 0, 0.500001), ...ecg.leads.slice(1)] }, 'Patient/1')],
    ['gap', ecgIdentity({ ...ecg, leads: [lead('I', Number.NaN, 0.5), ...ecg.leads.slice(1)] }, 'Patient/1')],
  ])('differs for another %s', (_what, other) => {
    expect(other).not.toBe(identity);
  });

  it('has an identity of its own for every patient, in whatever order they are asked for', () => {
    const ecg = createEcg({ ...base, leads: [lead('I', 0, 1, 2)] });
    const [first, second] = [ecgIdentity(ecg, 'Patient/1'), ecgIdentity(ecg, 'Patient/2')];
    expect(first).not.toBe(second);
    expect([ecgIdentity(ecg, 'Patient/1'), ecgIdentity(ecg, 'Patient/2')]).toEqual([first, second]);
  });
});
