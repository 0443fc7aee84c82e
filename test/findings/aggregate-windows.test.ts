import { aggregateScores } from '../../src/findings/aggregate-windows.ts';
import { scoresOf } from './scored-labels.ts';

const ecgFounder = { labelSet: 'ecgfounder' } as const;

describe('aggregateScores', () => {
  it('keeps a paroxysm that one window has seen', () => {
    const scores = aggregateScores([scoresOf([]), scoresOf({ 5: 0.8 }), scoresOf([])], ecgFounder);
    expect(scores[5]).toBe(0.8);
  });

  it('calls normal only what is normal throughout', () => {
    const scores = aggregateScores([scoresOf({ 1: 0.9, 2: 0.9 }), scoresOf({ 1: 0.7, 2: 0.1 })], ecgFounder);
    expect([scores[1], scores[2]]).toEqual([0.7, 0.1]);
  });

  it('leaves one window as it is', () => {
    const scores = scoresOf({ 2: 0.9, 5: 0.3 });
    expect(aggregateScores([scores], ecgFounder)).toEqual(scores);
  });

  it('takes the highest of outputs it knows nothing of', () => {
    expect([
      ...aggregateScores(
        [
          [0.1, 0.9],
          [0.4, 0.2],
        ],
        {},
      ),
    ]).toEqual([0.4, 0.9]);
  });

  it('does not lose a score that is no number', () => {
    expect(aggregateScores([[0.5], [Number.NaN]], {})[0]).toBeNaN();
  });

  it('refuses a recording without a window', () => {
    expect(() => aggregateScores([], {})).toThrow(expect.objectContaining({ code: 'RECORDING_TOO_SHORT' }));
  });

  it('refuses windows of different models', () => {
    expect(() => aggregateScores([[0.1], [0.1, 0.2]], {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
