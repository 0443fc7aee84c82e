import { seededRandom } from '../../src/random.ts';
import { drawParameters } from '../../src/simulator/draw-parameters.ts';
import { findingByName } from '../../src/simulator/findings.ts';
import { type Simulation, simulate } from '../../src/simulator/simulate.ts';

const PREMATURE_VENTRICULAR = 9;
const PREMATURE_ATRIAL = 16;
const LEFT_BUNDLE_BRANCH_BLOCK = 20;
const SAMPLING = { samplingRate: 100, noise: 'none' } as const;

function recordings(name: string, count: number): readonly Simulation[] {
  const finding = findingByName(name);
  if (finding === undefined) throw new Error(`no finding ${name}`);
  return Array.from({ length: count }, (_, seed) =>
    simulate({ ...drawParameters(seededRandom(seed), { ...SAMPLING, seed, findings: [finding] }), sinusArrhythmia: 0 }),
  );
}

/** From the beat before each single premature one to the beat after it, in ordinary cycles. */
function returnCycles({ truth: { beats }, parameters }: Simulation): readonly number[] {
  return beats.flatMap(({ premature }, index) => {
    const [before, after] = [beats[index - 1], beats[index + 1]];
    const isSingle = premature && before?.premature === false && after?.premature === false;
    return isSingle ? [((after.qrsOnset - before.qrsOnset) * parameters.ratePerMinute) / 60] : [];
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

describe('premature beats', () => {
  const ventricular = recordings('premature ventricular complexes', 60);
  const atrial = recordings('premature atrial complexes', 120);

  it('from the ventricles leave the sinus rhythm alone: a full pause follows, unless they are interpolated', () => {
    const cycles = ventricular.flatMap(returnCycles);
    expect(median(cycles)).toBeCloseTo(2, 1);
    const interpolated = cycles.filter((cycle) => cycle < 1.2);
    expect(interpolated.length).toBeGreaterThan(0);
    expect(interpolated.length).toBeLessThan(0.2 * cycles.length);
  });

  it('from the atria bring the sinus rhythm forward: the pause after them is shorter', () => {
    expect(median(atrial.flatMap(returnCycles))).toBeLessThan(1.9);
  });

  it('come alone in some recordings and in pairs in others', () => {
    const counts = ventricular.map(({ truth }) => truth.beats.filter(({ premature }) => premature).length);
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(5);
    const paired = ventricular.filter(({ truth }) =>
      truth.beats.some(({ premature }, index) => premature && truth.beats[index + 1]?.premature),
    );
    expect(paired.length).toBeGreaterThan(0);
  });

  it('from the atria are blocked when they come too early: a P wave without a QRS', () => {
    const blocked = atrial.filter(({ truth }) => truth.pOnsets.length > truth.beats.length + 1);
    expect(blocked.length).toBeGreaterThan(0);
    expect(blocked.length).toBeLessThan(0.3 * atrial.length);
  });

  it('from the atria may be broad after a P wave, which makes none of them ventricular', () => {
    const aberrant = atrial.filter(({ truth }) => truth.beats.some(({ kind }) => kind === 'aberrant'));
    expect(aberrant.length).toBeGreaterThan(0);
    for (const { truth, labels } of aberrant) {
      const broad = truth.beats.filter(({ kind }) => kind === 'aberrant');
      expect(broad.every((beat) => beat.pOnset !== undefined && beat.qrsOffset - beat.qrsOnset > 0.115)).toBe(true);
      expect([...labels.present, ...labels.unknown]).not.toContain(PREMATURE_VENTRICULAR);
      expect([...labels.present, ...labels.unknown]).toContain(PREMATURE_ATRIAL);
    }
  });

  it('are not what a bundle branch leaves that fails now and then', () => {
    const parameters = drawParameters(seededRandom(4), { ...SAMPLING, seed: 4, findings: [] });
    const { truth, labels } = simulate({ ...parameters, intermittentBlock: true });
    expect(new Set(truth.beats.map(({ kind }) => kind))).toEqual(new Set(['conducted', 'aberrant']));
    expect(labels.present).not.toContain(PREMATURE_VENTRICULAR);
    expect(labels.unknown).toContain(LEFT_BUNDLE_BRANCH_BLOCK);
  });
});
