import type { FeedbackRecord } from '../../src/cds/feedback.ts';
import type { IssuedCard } from '../../src/cds/issued-cards.ts';
import { createPseudonym, silencedBy, silencingOf } from '../../src/cds/override-memory.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const SETTINGS = { silenceHours: 72, criticalSilenceHours: 4 };
const pseudonym = createPseudonym(new Uint8Array(32));
const subject = { rules: ['sotalol.qtc_prolonged'], findings: [80], problems: ['sotalol Observation/1'] };
const record: FeedbackRecord = {
  id: '1',
  service: 'ecg-order-sign',
  card: 'card-1',
  outcome: 'overridden',
  outcomeTimestamp: '2026-03-10T11:00:00Z',
  overrideReason: { system: 's', code: 'c' },
};

function silencedWhen(isCritical: boolean, parts: Partial<FeedbackRecord> = {}) {
  const silencing = silencingOf({ ...subject, isCritical }, 'audience', { pseudonym, settings: SETTINGS });
  const card: IssuedCard = { service: 'ecg-order-sign', rules: [], findings: [], ...(silencing && { silencing }) };
  const issued = new Map([['card-1', card]]);
  return silencedBy([{ ...record, ...parts }], issued, NOW).map(({ until }) => until.toISOString());
}

describe('what an override keeps silent', () => {
  it.each([
    ['a warning for three days', false, {}, ['2026-03-13T11:00:00.000Z']],
    ['a critical card for four hours', true, {}, ['2026-03-10T15:00:00.000Z']],
    [
      'no longer for a client whose clock is ahead',
      true,
      { outcomeTimestamp: '2030-01-01T00:00:00Z' },
      ['2026-03-10T16:00:00.000Z'],
    ],
    ['nothing without a reason', false, { overrideReason: undefined }, []],
    ['nothing for a card of another service', false, { service: 'ecg-patient-view' }, []],
    ['nothing for a card that is not known', false, { card: 'card-2' }, []],
  ])('is %s', (_case, isCritical, parts, expected) => {
    expect(silencedWhen(isCritical, parts as Partial<FeedbackRecord>)).toEqual(expected);
  });

  it('is critical unless the card says that it is not', () => {
    expect(silencingOf(subject, 'audience', { pseudonym, settings: SETTINGS })?.forMs).toBe(4 * 3_600_000);
  });

  it('is nothing for a card without a problem', () => {
    expect(silencingOf({ rules: [], findings: [] }, 'audience', { pseudonym, settings: SETTINGS })).toBeUndefined();
  });

  it('goes by names that hold no id and mean nothing under another key', () => {
    const name = pseudonym('Practitioner/1', 'p1');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(createPseudonym(new Uint8Array(32).fill(1))('Practitioner/1', 'p1')).not.toBe(name);
    expect(pseudonym('Practitioner/1p', '1')).not.toBe(name);
  });
});
