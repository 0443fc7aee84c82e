import type { Finding } from '../../src/findings/finding.ts';
import { readingUrgency } from '../../src/findings/reading-urgency.ts';

const finding = (urgency: Finding['urgency']): Finding => ({
  ...{ index: 0, label: 'L', text: 'l', score: 1, threshold: 0.5, kind: 'rhythm', urgency },
  ...{ codable: true, tier: 'standard' },
});

describe('how soon a human should look at a reading', () => {
  it.each([
    [['normal', 'urgent', 'critical'], [], 'critical'],
    [['routine', 'urgent'], [], 'urgent'],
    [['normal'], ['the rhythm is uncertain'], 'urgent'],
    [['critical'], ['the rhythm is uncertain'], 'critical'],
    [['normal', 'routine'], [], 'routine'],
    [[], [], 'routine'],
  ] as const)('%j with reasons to look %j is %s', (urgencies, overReadReasons, expected) => {
    expect(readingUrgency({ findings: urgencies.map(finding), overReadReasons })).toBe(expected);
  });
});
