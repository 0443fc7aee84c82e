import { createEcg, type Ecg } from '../../src/ecg/ecg.ts';
import type { Lead } from '../../src/ecg/lead.ts';
import type { Interpretation } from '../../src/findings/finding.ts';
import { interpret } from '../../src/findings/interpret.ts';
import { ECGFOUNDER_LOGIC } from '../../src/findings/label-logic.ts';
import { measureEcg } from '../../src/measurement/measure-ecg.ts';
import { assessQuality } from '../../src/quality/assess-quality.ts';
import { seededRandom } from '../../src/random.ts';
import { compareEcgs } from '../../src/serial/compare-ecgs.ts';
import { comparisonText } from '../../src/serial/comparison-text.ts';
import type { PreviousEcg, ReadEcg } from '../../src/serial/serial-comparison.ts';
import { SERIAL_RULES } from '../../src/serial/serial-rules.ts';
import type { SimulationParameters } from '../../src/simulator/parameters.ts';
import { ecgFounderManifest, scoresOf } from '../findings/scored-labels.ts';
import { recorded } from '../measurement/measured.ts';

const SINUS = 3;
const LBBB = 20;
const WHOLE = { startSeconds: 0, durationSeconds: 10 };
const manifest = ecgFounderManifest({ basis: 'site' });

type Change = Partial<Omit<SimulationParameters, 'noise'>>;

/** A recording of one heart, read by a network that names these labels. */
function read(change: Change = {}, labels: readonly number[] = [SINUS], more: Partial<Ecg> = {}): ReadEcg {
  const { ecg } = recorded('normal sinus rhythm', { seed: 5, ratePerMinute: 70, qtcMs: 405, ...change });
  return readOf(createEcg({ ...ecg, recordedAt: '2026-03-10T10:00:00Z', ...more }), labels);
}

function readOf(ecg: Ecg, labels: readonly number[]): ReadEcg {
  const interpretation: Interpretation = interpret(scoresOf(labels), manifest, {});
  const measurements = measureEcg(ecg);
  return { ecg, measurements, interpretation, manifest, quality: assessQuality(ecg, measurements, WHOLE) };
}

function previous(...[change = {}, labels, more]: Parameters<typeof read>): PreviousEcg {
  const recordedAt = '2026-03-03T10:00:00Z';
  return {
    ...read({ ratePerMinute: 73, ...change }, labels, { recordedAt, ...more }),
    source: 'Observation/1',
    ecgIdentity: 'p',
  };
}

const statementsOf = (then: PreviousEcg, now: ReadEcg) => {
  const comparison = compareEcgs(then, now, 60);
  return comparison.outcome === 'compared' ? comparison.statements : comparison.reason;
};

describe('two ECGs of one patient', () => {
  it('say by how much QTc has grown, and since when', () => {
    const comparison = compareEcgs(previous(), read({ qtcMs: 490 }), 60);
    expect(comparison).toMatchObject({ outcome: 'compared', when: 'on 3 March 2026' });
    expect(comparisonText(comparison)).toMatch(
      /^Compared with the ECG recorded on 3 March 2026: .*QTc longer by \d\d ms than on 3 March 2026 \(\d{3} ms, was \d{3} ms\)/,
    );
    expect(statementsOf(previous(), read({ qtcMs: 490 }))).toMatchObject([{ rule: 'qtc', urgency: 'urgent' }]);
  });

  it('of the same heart say nothing, and that this excludes nothing', () => {
    expect(comparisonText(compareEcgs(previous(), read(), 60))).toBe(
      'Compared with the ECG recorded on 3 March 2026: no change beyond the limits of this comparison, which does not exclude one',
    );
  });

  it('name the time of day where both are of one day', () => {
    const comparison = compareEcgs(previous({}, [SINUS], { recordedAt: '2026-03-10T09:15:00Z' }), read(), 60);
    expect(comparison.when).toBe('at 09:15 on 10 March 2026');
  });

  it('show a new bundle branch block only where the QRS was too narrow for one before', () => {
    const wide: Change = { conduction: 'left bundle branch block', qrsMs: 150 };
    const [first] = statementsOf(previous(), read(wide, [SINUS, LBBB]));
    expect(first).toMatchObject({
      rule: 'left-bundle-branch-block',
      text: 'left bundle branch block, which was not there on 3 March 2026',
    });
    const known = statementsOf(previous(wide, [SINUS]), read(wide, [SINUS, LBBB]));
    expect(known).not.toContainEqual(expect.objectContaining({ rule: 'left-bundle-branch-block' }));
  });

  it('show new ST elevation in leads that are neighbours', () => {
    const [first] = statementsOf(previous(), read({ injury: 'inferior', injurySize: 0.3 }));
    expect(first).toMatchObject({
      rule: 'st-elevation-more',
      urgency: 'urgent',
      text: expect.stringMatching(/^ST elevation greater than on 3 March 2026 in II, III, aVF$/),
    });
  });

  it('name another rhythm', () => {
    expect(statementsOf(previous(), read({}, [5]))).toMatchObject([
      { rule: 'rhythm', text: 'atrial fibrillation now, sinus rhythm on 3 March 2026', urgency: 'urgent' },
    ]);
  });
});

describe('two ECGs are not compared', () => {
  const cases: readonly [string, () => readonly [PreviousEcg, ReadEcg], string][] = [
    ['with other leads', () => [previous(), withoutLead(read())], 'the leads differ'],
    ['where one is paced', () => [previous({}, [75]), read()], 'the previous ECG is paced'],
    ['where one is not in mV', () => [previous(), scaled(read(), 8)], 'the present ECG has amplitudes'],
    ['where one cannot be measured', () => [withNoise(previous()), read()], 'the previous ECG could not be measured'],
    ['where arm electrodes were exchanged', () => [withArmsExchanged(previous()), read()], 'exchanged arm electrodes'],
    ['where pre-excitation comes and goes', () => [previous(), read({}, [107])], 'pre-excitation'],
  ];
  it.each(cases)('%s', (_case, pair, reason) => {
    const comparison = compareEcgs(...pair(), 60);
    expect(comparison).toMatchObject({ outcome: 'not comparable', reason: expect.stringContaining(reason) });
    expect(comparisonText(comparison)).toMatch(/^Not compared with the ECG recorded on 3 March 2026: /);
  });

  it('in a child', () => {
    expect(compareEcgs(previous(), read(), 12)).toMatchObject({ outcome: 'not comparable' });
  });
});

describe('the comparison labels of the network', () => {
  const serialOf = (then: PreviousEcg, now: ReadEcg) => {
    const comparison = compareEcgs(then, now, 60);
    return comparison.outcome === 'compared' ? comparison.serialLabels : [];
  };

  it('may speak of a longer QT only where it was measured to be longer', () => {
    expect(serialOf(previous(), read({ qtcMs: 490 }))).toContain(30);
    expect(serialOf(previous(), read())).not.toContain(30);
    expect(serialOf(previous({ qtcMs: 490 }), read())).not.toContain(30);
  });

  it('may speak of ST elevation only where it was measured', () => {
    expect(serialOf(previous(), read({ injury: 'inferior', injurySize: 0.3 }))).toEqual(
      expect.arrayContaining([68, 111, 125]),
    );
    expect(serialOf(previous(), read())).toEqual([]);
  });

  it('each have one rule, and no other label has', () => {
    const ruled = SERIAL_RULES.serialLabels.flatMap(({ labels }) => labels);
    expect([...ruled].sort((a, b) => a - b)).toEqual(
      [...(ECGFOUNDER_LOGIC.groups['serial'] ?? [])].sort((a, b) => a - b),
    );
  });
});

function withoutLead(read: ReadEcg): ReadEcg {
  return readOf(createEcg({ ...read.ecg, leads: read.ecg.leads.filter(({ lead }) => lead !== 'V6') }), [SINUS]);
}

function scaled(read: ReadEcg, factor: number): ReadEcg {
  const leads = read.ecg.leads.map(({ lead, samples }) => ({ lead, samples: samples.map((value) => factor * value) }));
  return readOf(createEcg({ ...read.ecg, leads }), [SINUS]);
}

function withNoise(previous: PreviousEcg): PreviousEcg {
  const random = seededRandom(1);
  const leads = previous.ecg.leads.map(({ lead, samples }) => ({
    lead,
    samples: samples.map(() => random()),
  }));
  return { ...previous, ...readOf(createEcg({ ...previous.ecg, leads }), [SINUS]) };
}

function withArmsExchanged(previous: PreviousEcg): PreviousEcg {
  const of = new Map(previous.ecg.leads.map(({ lead, samples }) => [lead, samples]));
  const instead: Readonly<Record<string, Lead>> = { II: 'III', III: 'II', aVR: 'aVL', aVL: 'aVR' };
  const leads = previous.ecg.leads.map(({ lead, samples }) =>
    lead === 'I'
      ? { lead, samples: samples.map((value) => -value) }
      : { lead, samples: of.get(instead[lead] ?? lead)! },
  );
  return { ...previous, ...readOf(createEcg({ ...previous.ecg, leads }), [SINUS]) };
}
