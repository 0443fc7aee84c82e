import { SERVICES } from '../../cds-hooks/index.ts';
import type { HookMoment } from '../../src/cds/cds-service.ts';
import type { PatientEcgReading } from '../../src/cds/patient-ecg-reading.ts';
import { createEcg } from '../../src/ecg/ecg.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import type { Manifest } from '../../src/model/manifest.ts';

const MANIFEST: Manifest = {
  name: 'm',
  version: '1',
  title: 'Test network',
  trust: 'site',
  licence: 'none',
  architecture: {
    in_channels: 1,
    base_filters: 1,
    filter_list: [1],
    m_blocks_list: [1],
    kernel_size: 1,
    stride: 2,
    groups_width: 1,
    ratio: 1,
    n_classes: 150,
  },
  input: { leads: ['I'], samplingRate: 500, length: 5000, recipe: 'ecgfounder', notch: 50 },
  labelSet: 'ecgfounder',
  disabledOutputs: [],
  lowTierOutputs: [],
  thresholds: { basis: 'uncalibrated', default: 0.5, byOutput: {} },
  onnx: { file: 'm.onnx', sha256: '0'.repeat(64), bytes: 1 },
  source: { seed: 1 },
};

const finding = (parts: Partial<Finding>): Finding => ({
  index: 5,
  label: 'ATRIAL FIBRILLATION',
  text: 'Atrial fibrillation',
  score: 0.91,
  threshold: 0.5,
  kind: 'rhythm',
  urgency: 'urgent',
  codable: true,
  coding: { system: 'http://snomed.info/sct', code: '164889003', display: 'Electrocardiographic atrial fibrillation' },
  tier: 'standard',
  ...parts,
});

const ECG = createEcg({
  format: 'fhir',
  samplingRate: 500,
  recordedAt: '2026-03-10T09:00:00Z',
  patient: { ids: [] },
  leads: [{ lead: 'I', samples: Float64Array.from({ length: 5000 }, (_, n) => Math.sin(n / 20)) }],
});

const read = (findings: readonly Finding[], manifest: Partial<Manifest> = {}): PatientEcgReading => ({
  outcome: 'read',
  ecgIdentity: 'e'.repeat(64),
  source: 'Observation/1',
  notes: [],
  reading: {
    ecg: ECG,
    measurements: measureEcg(ECG),
    manifest: { ...MANIFEST, ...manifest },
    interpretation: {
      findings,
      suppressed: [],
      sentence: findings.map(({ text }) => text).join('; ') || 'No finding above threshold',
      overReadReasons: [],
    },
    notes: ['resampled from 1000 Hz'],
  },
});

let uuids = 0;
const moment: HookMoment = {
  request: {
    hook: 'patient-view',
    hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
    context: { patientId: 'p1' },
  },
  now: new Date('2026-03-10T12:00:00Z'),
  newUuid: () => {
    uuids += 1;
    return `uuid-${uuids}`;
  },
};

const cardsOf = (id: string, reading: PatientEcgReading) =>
  SERVICES.find((service) => service.id === id)?.cards(reading, moment) ?? [];

describe('the table of services', () => {
  it('has one id per service and only root tokens in prefetch', () => {
    expect(new Set(SERVICES.map(({ id }) => id)).size).toBe(SERVICES.length);
    for (const { prefetch } of SERVICES) {
      for (const query of Object.values(prefetch)) {
        expect(query.replaceAll('{{context.patientId}}', 'p')).toMatch(/^[A-Z][A-Za-z]+(\/p|\?[\w=&|:/.,-]+)$/);
      }
    }
  });
});

describe('on opening the chart', () => {
  it('the card begins with an urgent change since the previous ECG, but not before what is critical', () => {
    const changed = (findings: readonly Finding[]): PatientEcgReading => {
      const alone = read(findings);
      if (alone.outcome !== 'read') throw new Error(alone.outcome);
      const { reading } = alone;
      const quality = { leads: [], defects: [], recording: [] };
      const previous = { ...reading, quality, source: 'Observation/0', ecgIdentity: 'f' };
      const text = 'QTc longer by 62 ms than on 3 March 2026';
      const statements = [{ rule: 'qtc', text, values: '482 ms, was 420 ms', urgency: 'urgent' }] as const;
      const comparison = {
        outcome: 'compared',
        when: 'on 3 March 2026',
        previous,
        statements,
        serialLabels: [],
      } as const;
      return { ...alone, reading: { ...reading, comparison } };
    };
    const [card] = cardsOf('ecg-patient-view', changed([finding({})]));
    expect(card?.summary).toBe(
      'ECG 3 h ago, lead I alone: QTc longer by 62 ms than on 3 March 2026. Atrial fibrillation',
    );
    expect(card?.detail).toContain(
      '**Previous ECG** Compared with the ECG recorded on 3 March 2026: QTc longer by 62 ms than on 3 March 2026 (482 ms, was 420 ms)',
    );
    const [critical] = cardsOf('ecg-patient-view', changed([finding({ urgency: 'critical', text: 'STEMI' })]));
    expect(critical?.summary).toMatch(/: STEMI\. QTc longer by 62 ms/);
  });

  it('what makes it doubtful that it is the right ECG stands right after the ECG, and other notes near the end', () => {
    const alone = read([finding({})]);
    if (alone.outcome !== 'read') throw new Error(alone.outcome);
    const ofPatient = 'the sex in the ECG file is not that of the patient';
    const newer = 'a newer ECG may exist';
    const reading = { ...alone.reading, notes: [...alone.reading.notes, ofPatient], patientNotes: [ofPatient] };
    const [card] = cardsOf('ecg-patient-view', { ...alone, notes: [newer], reading });
    const paragraphs = card?.detail?.split('\n\n') ?? [];
    expect(paragraphs[0]).toMatch(/^\*\*ECG\*\*/);
    expect(paragraphs[1]).toBe(`**Check first**\n- ${newer}\n- ${ofPatient}`);
    expect(paragraphs.at(-3)).toBe('**Notes**\n- resampled from 1000 Hz');
  });

  it('the card says what, how old, how sure, which model, and that absence excludes nothing', () => {
    const [card] = cardsOf('ecg-patient-view', read([finding({})]));
    expect(card?.summary).toBe('ECG 3 h ago, lead I alone: Atrial fibrillation');
    expect(card?.indicator).toBe('warning');
    for (const part of [
      '2026-03-10 09:00 UTC',
      'lead I, 10 s',
      '164889003',
      '0.91 (from 0.50)',
      'resampled from 1000 Hz',
      'Test network',
      'uncalibrated scores',
      'not confirmed by a clinician',
      'not excluded',
      'Observation/1',
    ]) {
      expect(card?.detail).toContain(part);
    }
  });

  it('a critical finding makes the card critical, unless the network is untrained', () => {
    const critical = [finding({ urgency: 'critical' })];
    expect(cardsOf('ecg-patient-view', read(critical))[0]?.indicator).toBe('critical');
    const [card] = cardsOf('ecg-patient-view', read(critical, { trust: 'untrained', notice: 'UNTRAINED network' }));
    expect(card?.indicator).toBe('info');
    expect(card?.summary).toMatch(/^UNTRAINED MODEL/);
    expect(card?.detail).toMatch(/^\*\*UNTRAINED network\*\*/);
  });

  it('the summary of a model trained on simulated ECGs says that it is a guess', () => {
    const [card] = cardsOf('ecg-patient-view', read([finding({})], { trust: 'stand-in' }));
    expect(card?.summary).toBe('Simulation-trained guess, ECG 3 h ago, lead I alone: Atrial fibrillation');
  });

  it('an ECG that cannot be interpreted is named with the reason', () => {
    const reading: PatientEcgReading = {
      outcome: 'unreadable',
      recordedAt: '2026-03-10T09:00:00Z',
      code: 'LEAD_MISSING',
      reason: 'lead V3 is missing',
      source: 'Observation/1',
      notes: [],
    };
    expect(cardsOf('ecg-patient-view', reading)[0]?.summary).toBe(
      'ECG 3 h ago was not interpreted: lead V3 is missing',
    );
  });

  it('a reading that is not ready in time is said to be on its way', () => {
    expect(cardsOf('ecg-patient-view', { outcome: 'pending', notes: [] })[0]?.summary).toBe(
      'ECG reading not ready yet',
    );
  });

  it('there is no card without an ECG', () => {
    expect(cardsOf('ecg-patient-view', { outcome: 'none', notes: [] })).toEqual([]);
  });

  it('neither a critical finding nor doubt of a stand-in alarms anybody', () => {
    const standIn = { trust: 'stand-in' } as const;
    expect(cardsOf('ecg-patient-view', read([finding({ urgency: 'critical' })], standIn))[0]?.indicator).toBe('info');
  });

  it.each([
    ['the id of the resource', { source: 'Observation/`<b>[l](http://a)' }],
    ['the time it states', { recordedAt: '2026-03-10<b>x</b>`T09:00:00Z' }],
  ])('%s cannot break out of its line where the ECG cannot be read', (_case, hostile) => {
    const reading = { outcome: 'unreadable', code: 'NO_WAVEFORM', reason: 'r', source: 's', notes: [] } as const;
    const [card] = cardsOf('ecg-patient-view', { ...reading, ...hostile });
    expect(card?.detail).not.toMatch(/<b>|(^|[^\\])`|[^\\]\]\(/);
    expect(card?.summary).not.toContain('<b>');
  });

  it('the id of the resource cannot break out of its line', () => {
    const reading = { ...read([finding({})]), source: 'Observation/`<b>[l](http://a)' } as PatientEcgReading;
    expect(cardsOf('ecg-patient-view', reading)[0]?.detail).not.toMatch(/<b>|[^\\]\]\(/);
  });

  it('text of the source cannot break out of its line', () => {
    const [card] = cardsOf('ecg-patient-view', read([finding({ text: 'x | y\n# <b>[l](http://a)</b>' })]));
    expect(card?.detail).not.toMatch(/<b>|[^\\]\]\(|\n# /);
  });
});

describe('on signing an order', () => {
  it.each([
    ['a critical finding', [finding({ urgency: 'critical' })], 1],
    ['a critical finding of low confidence', [finding({ urgency: 'critical', tier: 'low' })], 0],
    ['an urgent finding', [finding({})], 1],
    ['an urgent finding of low confidence', [finding({ tier: 'low' })], 0],
    ['a routine finding', [finding({ urgency: 'routine' })], 0],
    ['a normal rhythm', [finding({ urgency: 'normal' })], 0],
    ['nothing', [], 0],
  ] as const)('what is shown for %s', (_case, findings, cards) => {
    expect(cardsOf('ecg-order-sign', read(findings))).toHaveLength(cards);
  });

  it.each([
    [{ outcome: 'none', notes: [] }],
    [{ outcome: 'pending', notes: [] }],
    [{ outcome: 'unreadable', code: 'NO_WAVEFORM', reason: 'r', source: 's', notes: [] }],
  ] as const)('it is silent where %j', (reading) => {
    expect(cardsOf('ecg-order-sign', reading)).toEqual([]);
  });
});
