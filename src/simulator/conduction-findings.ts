import { oneOf } from './draw.ts';
import { findingsOf, type SimulatedFinding } from './finding-row.ts';

/** ms; complete block of a bundle. */
const BROAD_QRS = [122, 165] as const;

/** AV conduction, bundle branches and axis. */
export const CONDUCTION_FINDINGS: readonly SimulatedFinding[] = [
  ...findingsOf('av', [
    { name: 'with 1st degree av block', label: 79, weight: 6, ranges: { prMs: [208, 330] } },
    { name: 'with short pr', label: 43, weight: 2, ranges: { prMs: [86, 114], pMs: [78, 96] } },
    {
      name: 'with 2nd degree av block mobitz i',
      label: 146,
      weight: 1.5,
      set: { av: 'mobitz I' },
      ranges: { prMs: [160, 220], ratePerMinute: [60, 98] },
    },
    {
      name: 'with 2:1 av conduction',
      label: 147,
      weight: 1.2,
      set: { av: '2:1' },
      ranges: { ratePerMinute: [66, 115] },
    },
    {
      name: 'with complete heart block',
      label: 121,
      weight: 1.5,
      set: { av: 'complete block' },
      ranges: { ratePerMinute: [62, 108] },
      also: (random) => ({ escapeFrom: oneOf(random, ['junctional', 'ventricular']) }),
    },
    {
      name: 'with av dissociation',
      label: 148,
      weight: 0.8,
      set: { av: 'dissociation' },
      ranges: { ratePerMinute: [48, 78] },
    },
  ]),
  ...findingsOf('conduction', [
    {
      name: 'right bundle branch block',
      label: 11,
      weight: 5,
      set: { conduction: 'right bundle branch block' },
      ranges: { qrsMs: BROAD_QRS },
    },
    {
      name: 'incomplete right bundle branch block',
      label: 18,
      weight: 4,
      set: { conduction: 'incomplete right bundle branch block' },
      ranges: { conductionSeverity: [0, 1], qrsMs: [98, 118] },
    },
    { name: "rsr' pattern in v1", label: 96, weight: 2, ranges: { rsrPrime: [0.5, 1.1], qrsMs: [80, 102] } },
    {
      name: 'left bundle branch block',
      label: 20,
      weight: 4,
      set: { conduction: 'left bundle branch block' },
      ranges: { qrsMs: [126, 175], frontalDeg: [-45, 15] },
    },
    {
      name: 'incomplete left bundle branch block',
      label: 62,
      weight: 1.5,
      set: { conduction: 'incomplete left bundle branch block' },
      ranges: { qrsMs: [104, 119], frontalDeg: [-40, 10] },
    },
    {
      name: 'left anterior fascicular block',
      label: 36,
      weight: 5,
      set: { conduction: 'left anterior fascicular block' },
      ranges: { qrsMs: [86, 116], frontalDeg: [-28, 12] },
    },
    {
      name: 'left posterior fascicular block',
      label: 70,
      weight: 1.5,
      set: { conduction: 'left posterior fascicular block' },
      ranges: { qrsMs: [86, 114], frontalDeg: [-5, 28] },
    },
    {
      name: 'rbbb and left anterior fascicular block',
      label: 103,
      weight: 2.5,
      set: { conduction: 'right bundle branch and left anterior fascicular block' },
      ranges: { qrsMs: BROAD_QRS, frontalDeg: [-25, 10] },
    },
    {
      name: 'rbbb and left posterior fascicular block',
      label: 139,
      weight: 0.8,
      set: { conduction: 'right bundle branch and left posterior fascicular block' },
      ranges: { qrsMs: BROAD_QRS, frontalDeg: [-5, 20] },
    },
    {
      name: 'nonspecific intraventricular conduction delay',
      label: 89,
      weight: 5,
      set: { conduction: 'intraventricular delay' },
      ranges: { qrsMs: [110, 150] },
    },
    {
      name: 'wolff-parkinson-white',
      label: 107,
      weight: 2.5,
      set: { conduction: 'preexcitation' },
      ranges: { conductionSeverity: [0.35, 1], qrsMs: [112, 155], prMs: [80, 122], pMs: [78, 100] },
    },
  ]),
  ...findingsOf('axis', [
    { name: 'left axis deviation', label: 8, weight: 3, ranges: { frontalDeg: [-92, -62] } },
    { name: 'leftward axis', label: 117, weight: 1, ranges: { frontalDeg: [-46, -32] } },
    { name: 'right axis deviation', label: 37, weight: 2.5, ranges: { frontalDeg: [58, 110] } },
    { name: 'rightward axis', label: 41, weight: 1, ranges: { frontalDeg: [36, 48] } },
    { name: 'right superior axis deviation', label: 73, weight: 0.8, ranges: { frontalDeg: [150, 200] } },
  ]),
];
