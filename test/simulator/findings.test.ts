import codeSystem from '../../mappings/ecgfounder.codesystem.json' with { type: 'json' };
import { FINDINGS } from '../../src/simulator/findings.ts';
import { SIMULATED_LABELS } from '../../src/simulator/label-rules.ts';
import { simulated } from './simulated.ts';

const NORMAL_ECG = 2;
const ABNORMAL_ECG = 0;

describe('the findings that can be simulated', () => {
  it("are named after ECGFounder's labels", () => {
    const labels = codeSystem.concept.map(({ display }) => display.toLowerCase());
    expect(FINDINGS.map(({ name }) => name)).toEqual(FINDINGS.map(({ label }) => labels[label]));
    expect(new Set(FINDINGS.map(({ name }) => name)).size).toBe(FINDINGS.length);
  });

  it('are at least seventy, and rules judge every one of them', () => {
    expect(FINDINGS.length).toBeGreaterThanOrEqual(70);
    expect(FINDINGS.filter(({ label }) => !SIMULATED_LABELS.includes(label))).toEqual([]);
  });

  it.each(FINDINGS.map(({ name, label }) => [name, label] as const))(
    '%s shows in what is simulated for it',
    (name, label) => {
      const presences = simulated(name).map(({ labels }) => ({
        present: labels.present.includes(label),
        possible: labels.present.includes(label) || labels.unknown.includes(label),
      }));
      expect(presences.filter(({ present }) => present).length).toBeGreaterThanOrEqual(1);
      expect(presences.filter(({ possible }) => possible).length).toBeGreaterThanOrEqual(3);
    },
  );

  it('never make an ECG both normal and abnormal, nor a label both present and unknown', () => {
    for (const { name } of FINDINGS) {
      for (const { labels } of simulated(name, { durationSeconds: 5 })) {
        expect([NORMAL_ECG, ABNORMAL_ECG].every((label) => labels.present.includes(label))).toBe(false);
        expect(labels.present.filter((label) => labels.unknown.includes(label))).toEqual([]);
      }
    }
  });
});
