import policyJson from '../../mappings/signal-quality.json' with { type: 'json' };
import { type Lead, STANDARD_LEADS } from '../../src/ecg/lead.ts';
import { judgeSignal } from '../../src/quality/judge-signal.ts';
import { parseQualityPolicy } from '../../src/quality/quality-policy.ts';
import type { LeadDefect, RecordingDefectKind, SignalQuality } from '../../src/quality/signal-quality.ts';
import { interpretLabels } from '../findings/scored-labels.ts';

function quality(
  leads: readonly Lead[],
  kind: LeadDefect['kind'],
  severity: LeadDefect['severity'],
  recording: readonly RecordingDefectKind[] = [],
): SignalQuality {
  return { leads: STANDARD_LEADS, defects: leads.map((lead) => ({ lead, kind, severity })), recording };
}

/** What is said of labels above threshold in a signal. */
function said(above: readonly number[], signal: SignalQuality, read: readonly Lead[] = STANDARD_LEADS) {
  const { objections, limitation } = judgeSignal(signal, read);
  return interpretLabels(above, { objections, limitation });
}

describe('the state of a signal decides what is said', () => {
  it('everything where it has no flaw', () => {
    const { unreadable, objections, notes } = judgeSignal(quality([], 'flat', 'severe'), STANDARD_LEADS);
    expect({ unreadable, objections, notes }).toEqual({ unreadable: undefined, objections: [], notes: [] });
  });

  it('nothing where fewer than half of the leads can be read, and why', () => {
    const lost = STANDARD_LEADS.slice(0, 7);
    expect(judgeSignal(quality(lost, 'muscle-noise', 'severe'), STANDARD_LEADS).unreadable).toBe(
      'fewer than half of the leads can be read: muscle noise in I, II, III, aVR, aVL, aVF and V1',
    );
    expect(judgeSignal(quality(lost.slice(1), 'muscle-noise', 'severe'), STANDARD_LEADS).unreadable).toBeUndefined();
  });

  it('nothing from one lead that cannot be read, however good the others are', () => {
    expect(judgeSignal(quality(['I'], 'flat', 'severe'), ['I']).unreadable).toContain('no signal in I');
  });

  it('no finding whose leads cannot be read, and the sentence says which', () => {
    const signal = quality(['V1', 'V2'], 'flat', 'severe');
    const { findings, suppressed, sentence } = said([3, 11, 12, 61], signal);
    expect(findings.map(({ index }) => index)).toEqual([61, 3]);
    expect(suppressed).toMatchObject([
      { index: 11, rule: 'leads-of-bundle-branches-right', reason: 'V1 and V2 cannot be read' },
      { index: 12, rule: 'leads-of-anterior-wall' },
    ]);
    expect(sentence).toBe('Sinus rhythm; possible inferior infarct; V1 and V2 cannot be read');
    expect(judgeSignal(signal, STANDARD_LEADS).notes).toContain(
      'not judged, as V1 and V2 cannot be read: bundle branch block; septal and anterior infarct; posterior infarct; whether the ECG is normal',
    );
  });

  it('never that an ECG is normal with a lead that cannot be read', () => {
    const { findings, sentence } = said([1, 2], quality(['V4'], 'flat', 'severe'));
    expect(findings.map(({ index }) => index)).toEqual([1]);
    expect(sentence).toBe(
      'Normal sinus rhythm; no other finding above threshold, which does not exclude disease; V4 cannot be read',
    );
  });

  it('what is critical in any case, with the reason to doubt it', () => {
    const { findings, overReadReasons } = said([3, 128], quality(['V1', 'V2'], 'flat', 'severe'));
    expect(findings[0]).toMatchObject({
      index: 128,
      urgency: 'critical',
      codable: false,
      cautions: ['V1 and V2 cannot be read'],
      text: 'Possible anterior injury pattern (but V1 and V2 cannot be read), confirm on tracing',
    });
    expect(overReadReasons.join()).toContain('anterior injury pattern');
  });

  it('atrial fibrillation through muscle noise as possible, of low confidence and without a code', () => {
    const { findings } = said([5], quality(STANDARD_LEADS.slice(0, 8), 'muscle-noise', 'moderate'));
    expect(findings).toMatchObject([
      {
        index: 5,
        tier: 'low',
        codable: false,
        text: 'Possible atrial fibrillation (but muscle noise in I, II, III, aVR, aVL, aVF, V1 and V2)',
      },
    ]);
    expect(said([5], quality(['I'], 'muscle-noise', 'moderate')).findings).toMatchObject([{ codable: true }]);
  });

  it('no axis and no limb infarct where the arm electrodes may be exchanged, but to look', () => {
    const signal = quality([], 'flat', 'severe', ['arm-leads-exchanged']);
    const { findings, overReadReasons } = said([3, 37, 24], signal);
    expect(findings.map(({ index }) => index)).toEqual([3]);
    expect(overReadReasons).toEqual([
      'The arm electrodes may be exchanged (or the heart lies to the right): check and record again',
    ]);
  });

  it('from lead I alone neither axis, bundle branch block, infarct nor normality, not even a critical one', () => {
    const signal = { leads: ['I'], defects: [], recording: [] } as const;
    const { findings } = said([2, 5, 8, 20, 61, 80, 87, 128], signal, ['I']);
    expect(findings.map(({ index }) => index)).toEqual([5]);
    expect(judgeSignal(signal, ['I']).notes).toEqual([
      'not judged from these leads: frontal axis and fascicular block; bundle branch block; hypertrophy and low voltage; atrial enlargement; septal and anterior infarct; lateral infarct; inferior infarct; posterior infarct; acute infarct, pericarditis and nonspecific ST and T changes; QT; whether the ECG is normal',
    ]);
  });

  it('from lead I alone of more leads, which the sentence says', () => {
    expect(said([3], quality(['V3'], 'flat', 'severe'), ['I']).sentence).toMatch(
      /^Sinus rhythm; .*; the other 11 leads were not read$/,
    );
    expect(judgeSignal({ leads: ['I'], defects: [], recording: [] }, ['I']).limitation).toBeUndefined();
  });

  it('lets a modifier fall with what it modifies', () => {
    // Hypertrophy with repolarization abnormality, voltage not to be trusted.
    const { findings } = said([3, 26, 55], quality(['V2'], 'clipped', 'moderate'));
    expect(findings.map(({ index }) => index)).toEqual([3]);
  });

  it('as well where limb leads were computed: they are as good as their sources', () => {
    const eight = { leads: ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'], recording: [] } as const;
    const lost = { ...eight, defects: [{ lead: 'I', kind: 'flat', severity: 'severe' }] } as const;
    expect(said([3, 8], lost).findings.map(({ index }) => index)).toEqual([3]);
    expect(said([3, 8], { ...eight, defects: [] }).findings.map(({ index }) => index)).toEqual([8, 3]);
  });
});

describe('the policy', () => {
  const changed = (change: Partial<typeof policyJson>) => () => parseQualityPolicy({ ...policyJson, ...change });

  it.each([
    [
      'a label that does not exist',
      changed({ needs: [{ ...policyJson.needs[0]!, labels: ['36 RIGHT AXIS'] }] }),
      'no such label',
    ],
    [
      'an unknown source',
      changed({ needs: [{ ...policyJson.needs[0]!, source: ['hearsay'] }] }),
      'no such source: hearsay',
    ],
    ['a rule given twice', changed({ needs: [policyJson.needs[0]!, policyJson.needs[0]!] }), 'given twice'],
  ])('stops the program with %s', (_fault, parse, message) => {
    expect(parse).toThrow(message);
  });
});
