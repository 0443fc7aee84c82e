import type { LabelledRecord, ReferenceStatement } from '../../src/evaluation/labelled-record.ts';
import { referenceStates, unfitReason } from '../../src/evaluation/reference-states.ts';
import { ECGFOUNDER_REFERENCE, type SchemeName } from '../../src/evaluation/reference-table.ts';

const SCHEMES = { scp: 'scp-ecg', snomed: 'snomed-ct' } as const satisfies Record<string, SchemeName>;

const reference = (scheme: keyof typeof SCHEMES, ...statements: readonly (string | ReferenceStatement)[]) => ({
  scheme: SCHEMES[scheme],
  statements: statements.map((each) => (typeof each === 'string' ? { code: each } : each)),
});

/** What a reference says of the targets named. */
function said(record: Pick<LabelledRecord, 'scheme' | 'statements'>, ...names: readonly string[]): readonly unknown[] {
  const states = referenceStates(record, ECGFOUNDER_REFERENCE);
  return names.map((name) => states[ECGFOUNDER_REFERENCE.targets.findIndex((target) => target.name === name)]);
}

const AF = 'ATRIAL FIBRILLATION';
const RBBB = 'RIGHT BUNDLE BRANCH BLOCK';
const INFERIOR = 'INFERIOR INFARCT';

describe('referenceStates', () => {
  it('takes what is stated for positive and what is not for negative', () => {
    expect(
      said(reference('scp', 'AFIB', 'CLBBB'), AF, 'LEFT BUNDLE BRANCH BLOCK', RBBB, 'PREMATURE VENTRICULAR COMPLEXES'),
    ).toEqual(['positive', 'positive', 'negative', 'negative']);
  });

  it('leaves out what a scheme has no words for', () => {
    expect(said(reference('scp', 'SR'), 'LEFT AXIS DEVIATION')).toEqual(['unknown']);
    expect(said(reference('snomed', '426783006'), 'LEFT AXIS DEVIATION', 'NORMAL ECG')).toEqual([
      'negative',
      'unknown',
    ]);
  });

  it('leaves out what the reader doubted, by a likelihood of 1 to 49 percent', () => {
    const withLikelihood = (likelihood: number) => said(reference('scp', 'SR', { code: 'IMI', likelihood }), INFERIOR);
    expect([0, 1, 49, 50, 100].map((likelihood) => withLikelihood(likelihood)[0])).toEqual([
      'positive',
      'unknown',
      'unknown',
      'positive',
      'positive',
    ]);
  });

  it('does not take a rhythm for denied where none is stated, nor where it is doubted', () => {
    expect(said(reference('scp', 'LAFB'), AF, 'SINUS RHYTHM', RBBB)).toEqual(['unknown', 'unknown', 'negative']);
    expect(said(reference('scp', 'SBRAD'), AF, 'SINUS TACHYCARDIA')).toEqual(['negative', 'negative']);
    expect(said(reference('scp', 'BIGU'), AF)).toEqual(['unknown']);
    expect(said(reference('scp', { code: 'SR', likelihood: 15 }), AF)).toEqual(['unknown']);
  });

  it('leaves out what a code leaves open, unless another code states it', () => {
    expect(said(reference('scp', 'SR', 'VCLVH'), 'LEFT VENTRICULAR HYPERTROPHY')).toEqual(['unknown']);
    expect(said(reference('scp', 'SR', 'VCLVH', 'LVH'), 'LEFT VENTRICULAR HYPERTROPHY')).toEqual(['positive']);
  });

  it('takes a union for positive by one of its labels, and for open while one is', () => {
    const union = 'anterior, septal or anterolateral infarct';
    expect(said(reference('scp', 'SR', 'ASMI'), 'ANTEROSEPTAL INFARCT', 'ANTERIOR INFARCT', union)).toEqual([
      'positive',
      'unknown',
      'positive',
    ]);
    expect(said(reference('scp', 'SR', { code: 'AMI', likelihood: 15 }), union)).toEqual(['unknown']);
    expect(said(reference('scp', 'SR', 'IMI'), union, 'infarct of any wall')).toEqual(['negative', 'positive']);
  });

  it('takes a code that means a union for no label of it', () => {
    expect(said(reference('snomed', '10370003'), 'paced rhythm', 'ELECTRONIC VENTRICULAR PACEMAKER')).toEqual([
      'positive',
      'unknown',
    ]);
    expect(said(reference('snomed', '251266004'), 'paced rhythm', 'ELECTRONIC VENTRICULAR PACEMAKER')).toEqual([
      'positive',
      'positive',
    ]);
    expect(said(reference('scp', { code: 'PACE', likelihood: 15 }), 'paced rhythm')).toEqual(['unknown']);
  });

  it('leaves out what pacing hides', () => {
    expect(said(reference('scp', 'PACE'), 'LEFT BUNDLE BRANCH BLOCK', INFERIOR, AF)).toEqual([
      'unknown',
      'unknown',
      'negative',
    ]);
  });

  it('concludes from two statements on the label that is both', () => {
    const names = ['RBBB AND LEFT ANTERIOR FASCICULAR BLOCK', 'BIFASCICULAR BLOCK', RBBB];
    expect(said(reference('scp', 'CRBBB', 'LAFB'), ...names)).toEqual(['positive', 'positive', 'positive']);
    expect(said(reference('scp', 'CRBBB'), ...names)).toEqual(['negative', 'negative', 'positive']);
    expect(said(reference('scp', 'CRBBB', { code: 'LAFB', likelihood: 35 }), ...names)).toEqual([
      'unknown',
      'unknown',
      'positive',
    ]);
  });

  it('takes normal and abnormal for opposites, and leaves both out where neither or both are stated', () => {
    const names = ['NORMAL ECG', 'ABNORMAL ECG'];
    expect(said(reference('scp', 'NORM', 'SR'), ...names)).toEqual(['positive', 'negative']);
    expect(said(reference('scp', 'AFIB'), ...names)).toEqual(['negative', 'positive']);
    expect(said(reference('scp', 'NORM', 'LAFB'), ...names)).toEqual(['unknown', 'unknown']);
    expect(said(reference('scp', 'SR', 'PVC'), ...names)).toEqual(['unknown', 'unknown']);
    expect(said(reference('scp', 'NORM', { code: 'IMI', likelihood: 15 }), ...names)).toEqual(['unknown', 'unknown']);
  });
});

describe('unfitReason', () => {
  const record = { record: 'r', source: 's', ...reference('snomed', '426783006') };
  it.each<[Partial<LabelledRecord>, string | undefined]>([
    [{}, undefined],
    [{ ageYears: 18 }, undefined],
    [{ ageYears: 17 }, 'under 18 years'],
    [{ statements: [] }, 'states nothing'],
    [{ statements: [{ code: '426783006' }, { code: '1' }] }, 'does not know'],
    [{ statements: [{ code: '251139008' }] }, 'exchanged electrodes'],
  ])('of a record with %j is %s', (part, expected) => {
    const reason = unfitReason({ ...record, ...part }, ECGFOUNDER_REFERENCE);
    if (expected === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(expected);
  });
});
