import type { DocumentReference, Observation } from 'fhir/r4';
import { compareWithPrevious } from '../../src/cds/compare-with-previous.ts';
import { type PatientEcgDeps, readPatientEcg } from '../../src/cds/read-patient-ecg.ts';
import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import { toAecg } from '../../src/formats/aecg/write-aecg.ts';
import { toObservation } from '../../src/formats/fhir/write-observation.ts';
import type { Models } from '../../src/interpret-ecg.ts';
import { createReadingCache } from '../../src/reading-cache.ts';
import { recorded } from '../measurement/measured.ts';
import { fixedModels } from './fixed-models.ts';

const PATIENT = { resourceType: 'Patient', id: 'p1', birthDate: '1950-06-01' };
const NOW = new Date('2026-03-10T12:00:00Z');
const HEART = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 70, qtcMs: 405 }).ecg;
const LATER_HEART = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 73, qtcMs: 490 }).ecg;

const at = (recordedAt: string | undefined, ecg = HEART): Ecg => {
  const { recordedAt: _none, ...rest } = ecg;
  return createEcg({ ...rest, warnings: [], ...(recordedAt === undefined ? {} : { recordedAt }) });
};
const observation = (id: string, ecg: Ecg, more: Partial<Observation> = {}): Observation => ({
  ...toObservation(ecg, 'Patient/p1'),
  id,
  ...more,
});
const PRESENT = observation('now', at('2026-03-10T10:00:00Z', LATER_HEART));

function document(id: string, ecg: Ecg): DocumentReference {
  const data = Buffer.from(toAecg({ ...ecg, format: 'aecg' })).toString('base64');
  const date = ecg.recordedAt ?? '2026-03-01';
  const content = [{ attachment: { data } }];
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    subject: { reference: 'Patient/p1' },
    date,
    content,
  };
}

async function compared(resources: readonly unknown[], more: Partial<PatientEcgDeps> = {}) {
  const deps = {
    models: fixedModels(),
    readings: createReadingCache(10),
    snomedEdition: 'all',
    now: NOW,
    ...more,
  } as const;
  const reading = await readPatientEcg([PATIENT, ...resources], 'p1', deps);
  if (reading.outcome !== 'read' || reading.others === undefined) throw new Error(reading.outcome);
  expect(reading.source).toBe('Observation/now');
  return (await compareWithPrevious(reading.others, deps)).comparison;
}

describe('the previous ECG', () => {
  it('is the latest before the present one', async () => {
    const comparison = await compared([
      observation('older', at('2026-01-01T10:00:00Z')),
      PRESENT,
      document('previous', at('2026-03-03T10:00:00Z')),
    ]);
    expect(comparison).toMatchObject({
      outcome: 'compared',
      when: 'on 3 March 2026',
      previous: { source: 'DocumentReference/previous', ecg: { recordedAt: '2026-03-03T10:00:00Z' } },
      statements: [{ rule: 'qtc', urgency: 'urgent' }],
    });
  });

  it('says where its beats begin, so that both can be laid over each other', async () => {
    const comparison = await compared([PRESENT, observation('previous', at('2026-03-03T10:00:00Z'))]);
    const onsets = comparison?.outcome === 'compared' ? comparison.previous.measurements.qrsOnsetsSeconds : [];
    expect(onsets.length).toBeGreaterThan(8);
    expect(onsets).toEqual([...onsets].sort((a, b) => a - b));
    expect((onsets[5]! - onsets[0]!) / 5).toBeCloseTo(60 / 70, 1);
  });

  it('is one before it, where it cannot be compared itself', async () => {
    const strip = createEcg({ ...at('2026-03-05T10:00:00Z'), leads: HEART.leads.slice(0, 1) });
    const resources = [PRESENT, observation('strip', strip), observation('older', at('2026-01-01T10:00:00Z'))];
    expect(await compared(resources)).toMatchObject({ outcome: 'compared', previous: { source: 'Observation/older' } });
    expect(await compared(resources.slice(0, 2))).toMatchObject({
      outcome: 'not comparable',
      reason: 'the leads differ',
    });
  });

  it.each<[string, unknown]>([
    ['of unknown time', observation('o', at(undefined))],
    ['of another patient', observation('o', at('2026-03-03T10:00:00Z'), { subject: { reference: 'Patient/p2' } })],
    [
      'whose file names another patient',
      document('d', { ...at('2026-03-03T10:00:00Z'), patient: { ids: [], birthDate: '1999-01-01' } }),
    ],
    ['that is the same tracing without a time zone', document('d', at('2026-03-10T09:00:00', LATER_HEART))],
    ['that is the same tracing, said to be older', document('d', at('2026-03-09T10:00:00Z', LATER_HEART))],
    ['entered in error', observation('o', at('2026-03-03T10:00:00Z'), { status: 'entered-in-error' })],
  ])('is none %s', async (_case, other) => {
    expect(await compared([PRESENT, other])).toBeUndefined();
  });

  it('is not looked for among documents without end', async () => {
    let opened = 0;
    const decode: PatientEcgDeps['decode'] = async () => {
      opened += 1;
      return at(opened === 1 ? '2026-03-10T10:00:00Z' : '2026-03-11T10:00:00Z', opened === 1 ? LATER_HEART : HEART);
    };
    const others = Array.from({ length: 7 }, (_, i) => observation(`o${i}`, at('2026-03-03T10:00:00Z')));
    expect(await compared([PRESENT, ...others], { decode })).toBeUndefined();
    expect(opened).toBe(6);
  });
});

describe('a comparison label of the network', () => {
  const QT_HAS_LENGTHENED = 30;
  /** Sinus rhythm with a longer QT, whatever the tracing. */
  const models = (): Models => {
    const fixed = fixedModels();
    const logits = new Float32Array(150).fill(-5);
    logits.set([5], 3);
    logits.set([5], QT_HAS_LENGTHENED);
    const run = async () => ({ logits, featureMap: new Float32Array() });
    return { twelveLead: { ...fixed.twelveLead, run } as NonNullable<Models['twelveLead']> };
  };
  const findingsOf = async (...earlier: readonly unknown[]) => {
    const deps = { models: models(), readings: createReadingCache(10), snomedEdition: 'all', now: NOW } as const;
    const reading = await readPatientEcg([PATIENT, PRESENT, ...earlier], 'p1', deps);
    if (reading.outcome !== 'read' || reading.others === undefined) throw new Error(reading.outcome);
    const { interpretation } = await compareWithPrevious(reading.others, deps);
    return { ...interpretation, indices: interpretation.findings.map(({ index }) => index) };
  };

  it('speaks where the earlier ECG bears it out, as text without a code', async () => {
    const { indices, findings, sentence } = await findingsOf(observation('before', at('2026-03-03T10:00:00Z')));
    expect(indices).toContain(QT_HAS_LENGTHENED);
    expect(findings.find(({ index }) => index === QT_HAS_LENGTHENED)).toMatchObject({ codable: false });
    expect(sentence).toMatch(/QT has lengthened/i);
  });

  it('is silent without an earlier ECG, and beside one that contradicts it', async () => {
    const same = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 70, qtcMs: 490 }).ecg;
    for (const earlier of [[], [observation('before', at('2026-03-03T10:00:00Z', same))]]) {
      const { indices, suppressed } = await findingsOf(...earlier);
      expect(indices).not.toContain(QT_HAS_LENGTHENED);
      expect(suppressed).toContainEqual(expect.objectContaining({ index: QT_HAS_LENGTHENED }));
    }
  });
});
