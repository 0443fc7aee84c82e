import { interpret } from '../../src/findings/interpret.ts';
import { ecgFounderManifest, interpretLabels, ownLabelsManifest, scoresOf } from './scored-labels.ts';

const NOTHING = 'No finding above threshold; this does not exclude disease';
const indices = (findings: readonly { readonly index: number }[]) => findings.map(({ index }) => index);
const findingOf = (above: Parameters<typeof interpretLabels>[0], index: number, context = {}) =>
  interpretLabels(above, context).findings.find((finding) => finding.index === index);

describe('thresholds', () => {
  const manifest = ecgFounderManifest({ default: 0.4, byOutput: { 5: 0.8 } }, [9]);
  const read = (scores: Record<number, number>) => interpret(scoresOf(scores), manifest, {});

  it('count from the threshold itself on', () => {
    expect(indices(read({ 11: 0.4, 36: 0.39 }).findings)).toEqual([11]);
  });

  it('are those of the label where it has its own', () => {
    expect(read({ 5: 0.79 }).findings).toEqual([]);
    expect(read({ 5: 0.81 }).findings[0]).toMatchObject({ index: 5, score: 0.81, threshold: 0.8 });
  });

  it('are never reached by a disabled output', () => {
    expect(read({ 9: 1 })).toEqual({ findings: [], suppressed: [], sentence: NOTHING, overReadReasons: [] });
  });

  it('calibrated on site, lift the low tier and allow its codes', () => {
    expect(findingOf([107], 107)).toMatchObject({
      tier: 'low',
      codable: false,
      text: 'Possible Wolff-Parkinson-White pattern',
    });
    expect(findingOf([107], 107, { basis: 'site' })).toMatchObject({
      tier: 'standard',
      codable: true,
      text: 'Wolff-Parkinson-White pattern',
    });
  });

  it('are of low confidence, and so never coded, for an output the manifest calls weak', () => {
    const manifest = { ...ecgFounderManifest({ basis: 'site' }), lowTierOutputs: [5] };
    const { findings } = interpret(scoresOf([5]), manifest, {});
    expect(findings).toMatchObject([{ index: 5, tier: 'low', codable: false }]);
  });
});

describe('what could not be read', () => {
  it('ends the sentence, with labels of a model of its own as well', () => {
    const limitation = 'V1 cannot be read';
    expect(interpretLabels([3], { limitation }).sentence).toMatch(/; V1 cannot be read$/);
    const own = interpret([0.9, 0.1], ownLabelsManifest(['tired', 'awake']), { limitation });
    expect(own.sentence).toBe('tired; V1 cannot be read');
  });
});

describe('the sentence', () => {
  it.each([
    [
      'joins a modifier to its host',
      [5, 28, 20],
      'Atrial fibrillation with rapid ventricular response; left bundle branch block',
    ],
    ['leads with the rhythm', [1, 11, 8], 'Normal sinus rhythm; left axis deviation; right bundle branch block'],
    ['leads with what is critical', [3, 128], 'Possible anterior injury pattern, confirm on tracing; sinus rhythm'],
    ['calls infarcts possible', [3, 61], 'Sinus rhythm; possible inferior infarct'],
    [
      'puts several companions of a rhythm in a row',
      [3, 34, 79],
      'Sinus rhythm with sinus arrhythmia and first degree AV block',
    ],
    ['calls urgent findings of low confidence possible', [3, 142], 'Sinus rhythm with possible sinus pause'],
    [
      'does not take a normal rhythm for a normal ECG',
      [1],
      'Normal sinus rhythm; no other finding above threshold, which does not exclude disease',
    ],
    [
      'does not pass over a hint at something acute',
      [1, 68],
      'Normal sinus rhythm; look at the tracing: possible ST elevation, by the hint of a comparison label',
    ],
    [
      'does not call nothing what only hints',
      [125],
      'Look at the tracing: possible ST elevation, by the hint of a comparison label',
    ],
    ['says whose word a normal ECG is', [1, 2], 'Normal sinus rhythm; normal ECG by the model, unconfirmed'],
    ['says so too without a rhythm', [2], 'Normal ECG by the model, unconfirmed'],
    ['never reassures by absence', [], NOTHING],
    [
      'attaches bigeminy and blocking to the beats they describe',
      [3, 16, 91, 115],
      'Sinus rhythm; blocked premature atrial complexes in a pattern of bigeminy',
    ],
    [
      'names strain with the hypertrophy',
      [3, 26, 83, 135],
      'Sinus rhythm; left ventricular hypertrophy with QRS widening and repolarization abnormality (R in aVL)',
    ],
    [
      'offers digitalis as the other explanation',
      [3, 25, 64],
      'Sinus rhythm; nonspecific ST abnormality or digitalis effect',
    ],
    [
      'asks for right-sided leads',
      [3, 61, 110, 119],
      'Possible acute inferior infarct (consider right ventricular involvement), confirm on tracing; sinus rhythm',
    ],
    [
      'puts escape complexes with their rhythm',
      [4, 108],
      'Sinus bradycardia with possible ventricular escape complexes',
    ],
    [
      'says what is critical in one phrase',
      [6, 61, 87, 109, 110, 119],
      'Possible acute inferior infarct (consider right ventricular involvement), acute ST elevation myocardial infarction and inferior injury pattern, confirm on tracing; sinus tachycardia',
    ],
    ['does not miss P waves in fibrillation', [5, 28, 122], 'Atrial fibrillation with rapid ventricular response'],
    [
      'does not repeat the axis of a fascicle',
      [4, 79, 11, 36, 8],
      'Sinus bradycardia with first degree AV block; right bundle branch block; left anterior fascicular block',
    ],
    ['describes flutter', [32, 127], 'Atrial flutter with possible variable AV block'],
  ])('%s', (_, above, sentence) => expect(interpretLabels(above).sentence).toBe(sentence));
});

describe('the order of findings', () => {
  it('is urgency, then rhythm first, then output index', () => {
    expect(indices(interpretLabels([8, 20, 61, 5, 121, 15]).findings)).toEqual([121, 5, 20, 61, 8, 15]);
  });
});

describe('label logic', () => {
  /** Above threshold → reported; what else was above is suppressed by the rule named. */
  it.each([
    ['comparisons need a prior ECG', [42, 29], [], { 29: 'serial-without-prior', 42: 'serial-without-prior' }],
    ['a rapid response needs fibrillation or flutter', [28, 3], [3], { 28: 'ventricular-rate-of-fibrillation' }],
    ['a slow response goes with flutter', [67, 32], [32, 67], {}],
    ['a rate is rapid or slow', { 5: 0.9, 28: 0.8, 67: 0.7 }, [5, 28], { 67: 'ventricular-response' }],
    ['BLOCKED needs premature atrial complexes', [115, 9], [9], { 115: 'blocked-atrial' }],
    ['ACUTE needs an infarct', [119, 3], [3], { 119: 'acute-infarct' }],
    ['lead groups never stand alone', [101, 25], [25], { 101: 'anterolateral-leads' }],
    ['a masked infarct needs the infarct', [113, 36], [36], { 113: 'masked-infarct' }],
    ['R in aVL needs hypertrophy', [135, 8], [8], { 135: 'r-in-avl' }],
    ['bigeminy needs premature complexes', [91, 3], [3], { 91: 'bigeminy' }],
    ['sinus bradycardia and tachycardia exclude each other', { 4: 0.7, 6: 0.8 }, [6], { 4: 'sinus-rate' }],
    ['marked bradycardia replaces bradycardia', [4, 33], [33], { 4: 'marked-bradycardia' }],
    ['marked arrhythmia replaces arrhythmia', [3, 34, 44], [44, 3], { 34: 'marked-sinus-arrhythmia' }],
    ['a sinus rhythm of stated rate replaces sinus rhythm', [3, 4], [4], { 3: 'sinus-rhythm-named' }],
    ['one base rhythm: the highest above its threshold', { 32: 0.8, 38: 0.9 }, [38], { 32: 'base-rhythm' }],
    [
      'ventricular tachycardia is not suppressed by a likelier rhythm',
      { 98: 0.55, 1: 0.99 },
      [98],
      { 1: 'base-rhythm' },
    ],
    ['wide QRS tachycardia neither', { 95: 0.55, 93: 0.99 }, [95], { 93: 'base-rhythm' }],
    ['a paced rhythm replaces sinus rhythm', { 75: 0.9, 1: 0.8 }, [75], { 1: 'base-rhythm' }],
    [
      'dual chamber pacing says both chambers',
      [52, 50, 92],
      [92],
      { 50: 'dual-chamber-pacing', 52: 'dual-chamber-pacing' },
    ],
    [
      'right bundle branch with anterior fascicle says the parts',
      [103, 11, 65, 36],
      [103],
      { 11: 'bifascicular-block', 36: 'left-anterior-fascicle', 65: 'bifascicular-block' },
    ],
    [
      'right bundle branch with posterior fascicle says the parts',
      [139, 11, 65, 70],
      [139],
      { 11: 'bifascicular-block', 65: 'bifascicular-block', 70: 'left-posterior-fascicle' },
    ],
    [
      'unspecific delay loses to a bundle branch',
      [89, 112, 20],
      [20],
      { 89: 'conduction-delay', 112: 'conduction-delay' },
    ],
    ['incomplete right loses to complete', [18, 11], [11], { 18: 'incomplete-right-bundle' }],
    ['incomplete left loses to complete', [62, 20], [20], { 62: 'incomplete-left-bundle' }],
    ['voltage criteria lose to hypertrophy', [63, 26], [26], { 63: 'voltage-criteria' }],
    [
      'biatrial enlargement says left and right',
      [74, 13, 60],
      [74],
      { 13: 'biatrial-enlargement', 60: 'biatrial-enlargement' },
    ],
    [
      'biventricular hypertrophy says left and right',
      [143, 26, 82],
      [143],
      { 26: 'biventricular-hypertrophy', 82: 'biventricular-hypertrophy' },
    ],
    [
      'anteroseptal infarct says its walls',
      [40, 12, 17, 61],
      [40, 61],
      { 12: 'anteroseptal-infarct', 17: 'anteroseptal-infarct' },
    ],
    [
      'anterolateral infarct says its walls',
      [54, 24, 17, 61],
      [54, 61],
      { 17: 'anterolateral-infarct', 24: 'anterolateral-infarct' },
    ],
    [
      'inferoposterior infarct says its walls',
      [88, 61, 132, 24],
      [24, 88],
      { 61: 'inferoposterior-infarct', 132: 'inferoposterior-infarct' },
    ],
    ['abnormal axis replaces deviation', [120, 8, 117], [120], { 8: 'abnormal-left-axis', 117: 'leftward-axis' }],
    ['deviation replaces the borderline', [37, 41], [37], { 41: 'rightward-axis' }],
    ['the axis points one way', { 8: 0.9, 37: 0.7 }, [8], { 37: 'one-axis' }],
    ['ST and T says ST, T', [35, 14, 25], [35], { 14: 'st-and-t', 25: 'st-and-t' }],
    ['a short PR belongs to pre-excitation', [107, 43], [107], { 43: 'short-pr-in-preexcitation' }],
    ['junctional bradycardia is a junctional rhythm', [126, 49], [126], { 49: 'junctional-bradycardia' }],
    ['multifocal atrial tachycardia is supraventricular', [149, 93], [149], { 93: 'multifocal-atrial-tachycardia' }],
    ['ventricular tachycardia has a wide QRS', [98, 95], [98], { 95: 'ventricular-tachycardia' }],
    ['biventricular pacing is ventricular', [105, 75], [105], { 75: 'biventricular-pacing' }],
    ['ventricular pacing counts more than atrial', { 75: 0.6, 76: 0.9 }, [75], { 76: 'atrial-pacing' }],
    ['a paced chamber says demand pacing', [102, 76], [76], { 102: 'demand-pacing' }],
    ['one paced rhythm', { 84: 0.7, 92: 0.9 }, [92], { 84: 'paced-rhythm' }],
    ['a paced ventricular rhythm says its complexes', [75, 94], [75], { 94: 'ventricular-paced-complexes' }],
    ['a dual-paced rhythm says its complexes', [92, 137], [92], { 137: 'dual-paced-complexes' }],
    ['an atrial-paced rhythm says its complexes', [76, 141], [76], { 141: 'atrial-paced-complexes' }],
    ['intraventricular block is said once', [89, 112], [89], { 112: 'intraventricular-block' }],
    [
      'the RSR pattern belongs to right bundle branch block',
      [18, 96, 56],
      [18],
      { 56: 'rsr-in-right-bundle', 96: 'rsr-in-right-bundle' },
    ],
    ['the RSR pattern is said once', [56, 96], [56], { 96: 'rsr-suggesting-delay' }],
    [
      'inferolateral injury says its walls',
      [138, 104, 109],
      [138],
      { 104: 'inferolateral-injury', 109: 'inferolateral-injury' },
    ],
    [
      'anterolateral injury says its walls',
      [140, 104, 128],
      [140],
      { 104: 'anterolateral-injury', 128: 'anterolateral-injury' },
    ],
    [
      'fibrillation has no P waves to read from',
      [5, 13, 16, 43, 79, 146, 20],
      [5, 20],
      Object.fromEntries([13, 16, 43, 79, 146].map((index) => [index, 'no-p-waves-in-fibrillation'])),
    ],
    ['the rhythm names the absence of P waves', [49, 122], [49], { 122: 'absent-p-waves' }],
    [
      'complete heart block says the lesser ones',
      [3, 121, 79, 148],
      [121, 3],
      { 79: 'complete-heart-block', 148: 'complete-heart-block' },
    ],
    ['second degree block says the first', [3, 146, 79], [146, 3], { 79: 'second-degree-av-block' }],
    ['the left bundle has its fascicles', [20, 36], [20], { 36: 'fascicles-in-left-bundle' }],
    ['the fascicles turn the axis opposite ways', { 36: 0.9, 70: 0.7 }, [36], { 70: 'one-fascicle' }],
    ['an incomplete block is no unspecific delay', [62, 89], [62], { 89: 'conduction-delay' }],
    [
      'a fascicular block says its axis',
      [36, 120, 8],
      [36],
      { 8: 'axis-of-left-anterior-fascicle', 120: 'axis-of-left-anterior-fascicle' },
    ],
    ['a posterior fascicular block says its axis', [70, 37], [70], { 37: 'axis-of-left-posterior-fascicle' }],
    [
      'early repolarization does not play down an injury',
      [128, 99],
      [128],
      { 99: 'early-repolarization-beside-injury' },
    ],
    ['STEMI is an acute infarct', [87, 130], [87], { 130: 'stemi' }],
    ['abnormal right axis replaces deviation', [144, 37], [144], { 37: 'abnormal-right-axis' }],
    [
      'ventricular and fusion complexes say both',
      [90, 9, 31],
      [90],
      { 9: 'ventricular-and-fusion-complexes', 31: 'ventricular-and-fusion-complexes' },
    ],
    ['atrial complexes are supraventricular', [16, 19], [16], { 19: 'premature-atrial-complexes' }],
    ['ventricular complexes are no longer perhaps aberrant', [3, 9, 59], [9, 3], { 59: 'ventricular-or-aberrant' }],
    ['premature complexes of known origin replace the unknown', [19, 69], [19], { 69: 'premature-complexes' }],
    [
      'QRS widening with repolarization says both',
      [26, 83, 78, 55],
      [26, 83],
      { 55: 'widening-and-repolarization', 78: 'widening-and-repolarization' },
    ],
    ['aberrant conduction needs its beats', [51, 3], [3], { 51: 'aberrant-conduction' }],
    ['QRS widening needs hypertrophy', [78, 3], [3], { 78: 'hypertrophy-with' }],
    ['a digitalis effect needs the ST change', [64, 3], [3], { 64: 'digitalis' }],
    ['a competing pacemaker needs a sinus rhythm', [72, 32], [32], { 72: 'competing-junctional' }],
    ['prolonged AV conduction needs pacing', [81, 3], [3], { 81: 'prolonged-av-conduction' }],
    ['intrinsic complexes need pacing', [145, 3], [3], { 145: 'intrinsic-complexes' }],
    ['retrograde conduction needs a junctional or ventricular rhythm', [124, 3], [3], { 124: 'retrograde' }],
    ['capture needs a ventricular rhythm or dissociation', [136, 3], [3], { 136: 'capture' }],
    ['perhaps aberrant complexes need a rhythm', [59, 11], [11], { 59: 'ventricular-or-aberrant-complexes' }],
    ['irregularity needs a rhythm', [116, 11], [11], { 116: 'irregularity' }],
    ['variable block needs flutter or atrial tachycardia', [127, 3], [3], { 127: 'variable-av-block' }],
    ['2:1 conduction needs a rhythm', [147, 11], [11], { 147: 'two-to-one-conduction' }],
    [
      'right ventricular involvement needs an inferior infarct',
      [110, 24],
      [24],
      { 110: 'right-ventricular-involvement' },
    ],
    ['abnormal ECG is never shown', [0], [], { 0: 'abnormal-summary' }],
    ['borderline loses to abnormal', [0, 10], [], { 0: 'abnormal-summary', 10: 'borderline-or-abnormal' }],
    ['normal ECG falls with any abnormal finding', [2, 11], [11], { 2: 'normal-contradicted' }],
    ['normal ECG falls with an abnormal grade', [2, 0], [], { 0: 'abnormal-summary', 2: 'normal-contradicted' }],
    [
      'normal ECG falls with a hint of ST elevation',
      [2, 68],
      [],
      { 2: 'normal-contradicted', 68: 'serial-without-prior' },
    ],
    ['normal ECG stands beside normal rhythm and variants', [2, 1, 34, 99, 96, 117], [1, 34, 2, 96, 99, 117], {}],
    ['normal ECG stands beside what has resolved', [2, 22], [2], { 22: 'serial-without-prior' }],
    ['otherwise normal needs a statement before it', [7], [], { 7: 'otherwise-normal' }],
    ['otherwise normal says no more than normal', [7, 3, 2], [3, 2], { 7: 'normal-twice' }],
    ['otherwise normal falls with an abnormal finding', [7, 3, 26], [26, 3], { 7: 'normal-contradicted' }],
    ['otherwise normal stands with a normal rhythm', [7, 3], [3, 7], {}],
  ])('%s', (_, above, reported, suppressed) => {
    const interpretation = interpretLabels(above);
    expect(indices(interpretation.findings)).toEqual(reported);
    expect(Object.fromEntries(interpretation.suppressed.map(({ index, rule }) => [index, rule]))).toEqual(suppressed);
  });

  it('relates scores to their thresholds when rhythms compete', () => {
    const manifest = ecgFounderManifest({ byOutput: { 32: 0.2, 38: 0.85 } });
    const { findings } = interpret(scoresOf({ 32: 0.8, 38: 0.9 }), manifest, {});
    expect(indices(findings)).toEqual([32]);
  });

  it('gives the reason with each suppressed label', () => {
    expect(interpretLabels([18, 11]).suppressed).toEqual([
      {
        index: 18,
        label: 'INCOMPLETE RIGHT BUNDLE BRANCH BLOCK',
        score: 0.9,
        rule: 'incomplete-right-bundle',
        reason: 'The block is complete',
      },
    ]);
  });
});

describe('comparisons', () => {
  it('are stated once a prior ECG bears them out, without entering the codes of a report', () => {
    const { findings, sentence } = interpretLabels([3, 100, 101], { serialLabels: [42, 100] });
    expect(sentence).toBe('Sinus rhythm; possible ST more depressed in anterolateral leads');
    expect(findings.map(({ index, codable }) => [index, codable])).toEqual([
      [100, false],
      [101, false],
      [3, true],
    ]);
  });

  it('are not stated where the comparison bears out another', () => {
    const { findings, suppressed } = interpretLabels([3, 100], { serialLabels: [30] });
    expect(findings.map(({ index }) => index)).toEqual([3]);
    expect(suppressed).toMatchObject([{ index: 100, rule: 'serial-without-prior' }]);
  });

  it('hint at ST elevation even without one, and a human is asked', () => {
    expect(interpretLabels([68]).overReadReasons).toEqual(['Possible ST elevation, by the hint of a comparison label']);
    expect(interpretLabels([68, 109]).overReadReasons).toEqual([]);
  });
});

describe('contradictions', () => {
  it('fibrillation and sinus rhythm make the rhythm uncertain', () => {
    const { findings, sentence, overReadReasons } = interpretLabels({ 5: 0.9, 1: 0.8, 28: 0.9, 20: 0.9 });
    expect(sentence).toBe('Rhythm uncertain, atrial fibrillation or sinus rhythm; left bundle branch block');
    expect(findings[0]).toMatchObject({ index: 39, score: 0.9, codable: false, addedBy: 'fibrillation-or-sinus' });
    expect(findings[0]).not.toHaveProperty('coding');
    expect(overReadReasons).toEqual(['Atrial fibrillation and a sinus rhythm are both above threshold']);
  });

  it('a sinus arrhythmia contradicts fibrillation as well', () => {
    expect(indices(interpretLabels([5, 34]).findings)).toEqual([39]);
  });

  it('flutter and sinus rhythm compete by score, and a human is asked when flutter loses', () => {
    expect(interpretLabels({ 32: 0.9, 1: 0.8 })).toMatchObject({ findings: [{ index: 32 }], overReadReasons: [] });
    expect(interpretLabels({ 32: 0.8, 1: 0.9 })).toMatchObject({
      findings: [{ index: 1 }],
      overReadReasons: ['Rhythms that exclude each other are above threshold: normal sinus rhythm; atrial flutter'],
    });
  });

  it('ventricular tachycardia stands above an uncertain rhythm', () => {
    const { findings, suppressed } = interpretLabels([5, 1, 98]);
    expect(indices(findings)).toEqual([98]);
    expect(new Set(indices(suppressed))).toEqual(new Set([1, 5]));
  });

  it('right and left bundle branch block make a conduction delay without a code', () => {
    const { findings, sentence, overReadReasons } = interpretLabels([3, 11, 20]);
    expect(sentence).toBe('Sinus rhythm; intraventricular conduction delay');
    expect(findings[0]).toMatchObject({ index: 89, codable: false, addedBy: 'both-bundle-branches' });
    expect(findings[0]).not.toHaveProperty('coding');
    expect(overReadReasons).toEqual(['Right and left bundle branch block are both above threshold']);
  });

  it('a conduction delay that is above its own threshold keeps its own score', () => {
    const finding = findingOf({ 11: 0.9, 20: 0.9, 89: 0.6 }, 89);
    expect(finding).toMatchObject({ score: 0.6, codable: false });
    expect(finding).not.toHaveProperty('addedBy');
  });

  it('a rhythm that is not read is brought to a human', () => {
    expect(interpretLabels([122]).overReadReasons).toEqual(['The rhythm could not be determined']);
  });
});

describe('paced ventricular rhythm', () => {
  it('suppresses what paced complexes cannot show', () => {
    const { findings, suppressed } = interpretLabels([75, 20, 26, 61, 14, 8, 80]);
    expect(indices(findings)).toEqual([75]);
    expect(new Set(suppressed.map(({ rule }) => rule))).toEqual(new Set(['paced-ventricle']));
  });

  it('leaves acute injury as text', () => {
    const { findings } = interpretLabels([75, 128], { basis: 'site' });
    expect(findings[0]).toMatchObject({ index: 128, urgency: 'critical', codable: false });
    expect(findings[0]).not.toHaveProperty('coding');
  });

  it('takes the codes away even where another rhythm wins', () => {
    const { findings } = interpretLabels({ 5: 0.95, 52: 0.8, 20: 0.9 });
    expect(findings.map(({ index, codable }) => [index, codable])).toEqual([
      [5, true],
      [20, false],
    ]);
  });

  it('of the atria alone changes nothing for the ventricles', () => {
    expect(findingOf([76, 20], 20)).toMatchObject({ codable: true });
  });
});

describe('left bundle branch block and pre-excitation', () => {
  it.each([20, 107])('%i leaves infarct, hypertrophy and ST-T as text', (cause) => {
    for (const index of [61, 87, 109, 26, 35]) {
      expect(findingOf([cause, index], index, { basis: 'site' })).not.toHaveProperty('coding');
      expect(findingOf([cause, index], index, { basis: 'site' })).toMatchObject({ codable: false });
    }
  });

  it('a right bundle branch block leaves them coded', () => {
    expect(findingOf([11, 61], 61)).toMatchObject({ codable: true, coding: { code: '7326005' } });
  });
});

describe('acute infarct', () => {
  it('escalates the infarct it accompanies and no other finding', () => {
    const { findings } = interpretLabels({ 119: 0.9, 61: 0.8, 24: 0.6, 11: 0.9 });
    expect(findings.map(({ index, urgency, text }) => [index, urgency, text])).toEqual([
      [61, 'critical', 'Possible acute inferior infarct, confirm on tracing'],
      [119, 'critical', 'Possible acute infarct, confirm on tracing'],
      [24, 'urgent', 'Possible lateral infarct'],
      [11, 'routine', 'Right bundle branch block'],
    ]);
  });

  it('is coded by a human only, like the label that says so by itself', () => {
    expect(findingOf([61, 119], 61, { basis: 'site' })).toMatchObject({ codable: false, coding: { code: '7326005' } });
    expect(findingOf([61], 61, { basis: 'site' })).toMatchObject({ codable: true });
  });
});

describe('the critical set', () => {
  it.each([87, 130, 104, 109, 128, 138, 140, 98, 95, 121, 148, 133])(
    '%i is critical and worded as a possibility to confirm, calibrated or not',
    (index) => {
      for (const basis of ['uncalibrated', 'site'] as const) {
        const finding = findingOf([index], index, { basis });
        expect(finding?.urgency).toBe('critical');
        expect(finding?.text).toMatch(/^Possible .*, confirm on tracing$/);
      }
    },
  );
});

describe('codes', () => {
  it.each([87, 106, 130, 131])('%i is never coded without a human, who is asked', (index) => {
    const { findings, overReadReasons } = interpretLabels([index], { basis: 'site' });
    expect(findings[0]).toMatchObject({ index, codable: false });
    expect(overReadReasons).toEqual([expect.stringContaining('Confirm on the tracing before anyone acts: ')]);
  });

  it.each([
    ['borderline', [10], 10],
    ['left atrial enlargement', [13], 13],
    ['right atrial enlargement', [60], 60],
    ['biatrial enlargement', [74], 74],
    ['right ventricular hypertrophy', [82], 82],
    ['junctional rhythm', [49], 49],
    ['competing junctional pacemaker', [72, 3], 72],
    ['2:1 conduction', [147, 3], 147],
    ['rapid response', [28, 5], 28],
    ['bigeminy', [91, 9], 91],
    ['marked bradycardia', [33], 33],
    ['sinus pause', [142, 3], 142],
    ['voltage criteria', [63], 63],
    ['wide QRS tachycardia', [95], 95],
  ])('that are doubtful are not recorded without a human: %s', (_, above, index) => {
    expect(findingOf(above, index, { basis: 'site' })).toMatchObject({ index, codable: false });
  });

  it.each([
    ['rapid response in flutter', [28, 32], 28],
    ['bigeminy of atrial complexes', [91, 16], 91],
    ['2:1 conduction in flutter', [147, 32], 147],
    ['2:1 conduction without a sinus rhythm', [147, 38], 147],
  ])('that say more than the label are left out: %s', (_, above, index) => {
    expect(findingOf(above, index)).toMatchObject({ index, codable: false });
    expect(findingOf(above, index)).not.toHaveProperty('coding');
  });

  it('that say less than the label come with the rest', () => {
    expect(findingOf([90], 90)).toMatchObject({
      codable: true,
      equivalence: 'wider',
      coding: { code: '427172004' },
      additionalCodings: [{ system: 'http://snomed.info/sct', code: '13640000', display: 'Fusion beats (disorder)' }],
    });
  });

  it('outside the Global Patient Set are dropped on request', () => {
    expect(findingOf([8], 8)).toMatchObject({ codable: true, coding: { code: '39732003' } });
    expect(findingOf([8], 8, { snomedEdition: 'gps' })).toMatchObject({ codable: false });
    expect(findingOf([8], 8, { snomedEdition: 'gps' })).not.toHaveProperty('coding');
    expect(findingOf([5], 5, { snomedEdition: 'gps' })).toMatchObject({ codable: true });
    expect(findingOf([90], 90, { snomedEdition: 'gps' })).not.toHaveProperty('additionalCodings');
  });
});

describe('a child', () => {
  const refused = {
    findings: [],
    sentence: 'The adult interpretation does not apply: paediatric ECG',
    overReadReasons: ['Paediatric ECG: no adult interpretation was made'],
  };

  it('gets no adult interpretation', () => {
    expect(interpretLabels([5, 20], { ageYears: 17 })).toMatchObject(refused);
    expect(interpretLabels([], { ageYears: 0 })).toMatchObject(refused);
  });

  it('is recognised by the model where the age is unknown', () => {
    const interpretation = interpretLabels([114, 5]);
    expect(interpretation).toMatchObject(refused);
    expect(interpretation.suppressed.map(({ index, rule }) => [index, rule])).toEqual([
      [5, 'paediatric'],
      [114, 'paediatric'],
    ]);
  });

  it('is none from the eighteenth birthday on', () => {
    expect(interpretLabels([5], { ageYears: 18 }).sentence).toBe('Atrial fibrillation');
  });
});

describe('a model with labels of its own', () => {
  const manifest = ownLabelsManifest(['LVEF < 40 %', 'Hyperkalaemia']);

  it('gives plain text without codes or rules', () => {
    const { findings, sentence } = interpret([0.9, 0.7], manifest, {});
    expect(sentence).toBe('LVEF < 40 %; Hyperkalaemia');
    expect(findings[1]).toEqual({
      index: 1,
      label: 'Hyperkalaemia',
      text: 'Hyperkalaemia',
      score: 0.7,
      threshold: 0.5,
      kind: 'unclassified',
      urgency: 'routine',
      codable: false,
      tier: 'low',
    });
  });

  it('never reassures either', () => {
    expect(interpret([0.1, 0.1], manifest, {}).sentence).toBe(NOTHING);
  });
});

describe('scores', () => {
  it('that do not match the labels in number are refused', () => {
    const invalid = expect.objectContaining({ code: 'CONFIG_INVALID' });
    const context = {};
    expect(() => interpret(new Float64Array(149), ecgFounderManifest(), context)).toThrow(invalid);
    expect(() => interpret([0.5], ownLabelsManifest(['a', 'b']), context)).toThrow(invalid);
    const { architecture, ...manifest } = ecgFounderManifest();
    const smaller = { ...manifest, architecture: { ...architecture, n_classes: 26 } };
    expect(() => interpret(scoresOf([]), smaller, context)).toThrow(invalid);
  });

  it.each([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY])('that are no probability are refused: %d', (score) => {
    expect(() => interpretLabels({ 5: score })).toThrow(expect.objectContaining({ code: 'MODEL_UNAVAILABLE' }));
  });

  it('of exactly 0 and 1 are taken', () => {
    expect(interpretLabels({ 5: 1, 32: 1, 1: 0 }).findings).toHaveLength(1);
  });
});
