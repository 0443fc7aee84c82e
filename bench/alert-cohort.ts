import { createEcg, type SourceMeasurement } from '../src/ecg/ecg.ts';
import { STANDARD_LEADS } from '../src/ecg/lead.ts';
import type { Interpretation } from '../src/findings/finding.ts';
import { interpret } from '../src/findings/interpret.ts';
import type { Manifest } from '../src/model/manifest.ts';
import { seededRandom } from '../src/random.ts';

/*
 * The assumptions of `alert-budget.ts`: nobody's data, but numbers of the size that hospital wards report. What they
 * lead to is worth no more than they are; put in those of your site.
 */

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const DAY_MS = 86_400_000;

/** Share of adult inpatients with an ECG on whose latest one a reader would state it, by output index. */
const PREVALENCE: Readonly<Record<number, number>> = {
  5: 0.1, // atrial fibrillation
  32: 0.01, // atrial flutter
  4: 0.1, // sinus bradycardia
  33: 0.008, // marked sinus bradycardia
  49: 0.005, // junctional rhythm
  126: 0.002, // junctional bradycardia
  79: 0.07, // first-degree AV block
  121: 0.003, // complete AV block
  148: 0.002, // AV dissociation
  118: 0.001, // SA block, Mobitz I
  142: 0.003, // sinus pause
  11: 0.06, // right bundle branch block
  20: 0.04, // left bundle branch block
  65: 0.015, // bifascicular block
  89: 0.02, // nonspecific intraventricular conduction delay
  95: 0.002, // wide-QRS tachycardia
  98: 0.001, // ventricular tachycardia
  107: 0.001, // Wolff-Parkinson-White
  52: 0.03, // ventricular pacemaker
  12: 0.03, // septal infarct
  61: 0.05, // inferior infarct
  87: 0.005, // acute infarct
  110: 0.001, // right ventricular involvement
  131: 0.002, // acute pericarditis
};
const LONG_QT = 80;
const WIDE = [11, 20, 65, 89, 52, 95, 98];
const SINUS_RHYTHM = 3;
/** Labels that are another basic rhythm than sinus rhythm. */
const OTHER_RHYTHMS = [5, 32, 49, 126, 95, 98, 52];

/** Orders per 1,000 lines of medication orders; the rest are drugs that no rule names. */
const ORDERS: readonly (readonly [perThousand: number, code: string, name: string])[] = [
  [60, '26225', 'ondansetron'],
  [50, '6918', 'metoprolol'],
  [20, '20352', 'carvedilol'],
  [15, '19484', 'bisoprolol'],
  [15, '703', 'amiodarone'],
  [12, '3443', 'diltiazem'],
  [12, '51272', 'quetiapine'],
  [12, '3407', 'digoxin'],
  [12, '82122', 'levofloxacin'],
  [12, '18631', 'azithromycin'],
  [10, '5640', 'ibuprofen'],
  [8, '5093', 'haloperidol'],
  [8, '321988', 'escitalopram'],
  [8, '2551', 'ciprofloxacin'],
  [6, '2556', 'citalopram'],
  [5, '135447', 'donepezil'],
  [5, '4450', 'fluconazole'],
  [4, '6813', 'methadone'],
  [3, '704', 'amitriptyline'],
  [3, '11170', 'verapamil'],
  [2, '9947', 'sotalol'],
  [2, '37418', 'sumatriptan'],
  [2, '4441', 'flecainide'],
  [1, '49247', 'dofetilide'],
  [1, '1649480', 'ivabradine'],
];
const ECG_ORDERS_PER_THOUSAND = 25;
const HISTORY: readonly (readonly [share: number, code: string])[] = [
  [0.1, '22298006'],
  [0.15, '84114007'],
  [0.001, '74390002'],
];

/** How good the network is taken to be, for every label alike. */
export const NETWORK = { sensitivity: 0.85, falsePositives: 0.01 } as const;

/** One signing of orders: what is true, what the recording states, and what the network says. */
export interface Signing {
  readonly drafts: readonly unknown[];
  readonly records: readonly unknown[];
  readonly sex: 'male' | 'female';
  readonly ageYears: number;
  readonly recordedAt: string;
  readonly measurements: readonly SourceMeasurement[];
  /** Output indices that hold. */
  readonly truth: readonly number[];
  /** Output indices above threshold. */
  readonly above: readonly number[];
}

/** `orders` draft orders in signings of one to four, the same for the same seed. */
export function cohort(orders: number, seed: number, now: Date): readonly Signing[] {
  const random = seededRandom(seed);
  const signings: Signing[] = [];
  for (let count = 0; count < orders; ) {
    const size = Math.min(orders - count, 1 + Math.floor(random() * 4));
    signings.push(signing(size, random, now));
    count += size;
  }
  return signings;
}

function signing(size: number, random: () => number, now: Date): Signing {
  const sex = random() < 0.5 ? 'male' : 'female';
  const truth = Object.entries(PREVALENCE).flatMap(([index, share]) => (random() < share ? Number(index) : []));
  if (!truth.some((index) => OTHER_RHYTHMS.includes(index))) truth.push(SINUS_RHYTHM);
  const measurements = measured(truth, sex, random);
  const qtc = measurements.find(({ name }) => name.includes('QTC'))?.value ?? 0;
  if (qtc >= (sex === 'male' ? 450 : 460) && !truth.some((index) => WIDE.includes(index))) truth.push(LONG_QT);
  const named = truth.filter(() => random() < NETWORK.sensitivity);
  const mistaken = [...Object.keys(PREVALENCE).map(Number), LONG_QT].filter(
    (index) => !truth.includes(index) && random() < NETWORK.falsePositives,
  );
  return {
    drafts: Array.from({ length: size }, (_, index) => draftOrder(random() * 1_000, `o${index}`)),
    records: HISTORY.flatMap(([share, code]) => (random() < share ? [condition(code)] : [])),
    sex,
    ageYears: 20 + Math.floor(random() * 70),
    recordedAt: new Date(now.getTime() - random() ** 4 * 730 * DAY_MS).toISOString(),
    measurements,
    truth,
    above: [...named, ...mistaken],
  };
}

/** ms and per minute, as an electrocardiograph would state them; the scatter of its errors is in that of the patients. */
function measured(
  truth: readonly number[],
  sex: 'male' | 'female',
  random: () => number,
): readonly SourceMeasurement[] {
  const has = (...labels: readonly number[]) => labels.some((index) => truth.includes(index));
  const around = (mean: number, deviation: number) => mean + deviation * normal(random);
  const rate = has(33, 126, 121)
    ? around(40, 5)
    : has(4)
      ? around(55, 3)
      : has(95, 98)
        ? around(150, 20)
        : around(80, 15);
  const qrs = has(...WIDE) ? around(142, 14) : around(92, 9);
  const qtc = around(sex === 'male' ? 425 : 433, 25) + (qrs > 120 ? 30 : 0);
  const pr = has(79) ? around(230, 20) : around(160, 18);
  return [
    { name: 'MDC_ECG_HEART_RATE', value: rate, unit: '/min' },
    { name: 'MDC_ECG_TIME_PD_QRS', value: qrs, unit: 'ms' },
    { name: 'MDC_ECG_TIME_PD_QTC_FREDERICA', value: qtc, unit: 'ms' },
    ...(has(5, 32, 121, 148) ? [] : [{ name: 'MDC_ECG_TIME_PD_PR', value: pr, unit: 'ms' }]),
  ];
}

function draftOrder(at: number, id: string) {
  const common = { id, status: 'draft', intent: 'order', subject: { reference: 'Patient/p' } };
  if (at < ECG_ORDERS_PER_THOUSAND) {
    const coding = [{ system: 'http://snomed.info/sct', code: '268400002' }];
    return { resourceType: 'ServiceRequest', ...common, code: { coding } };
  }
  let from = ECG_ORDERS_PER_THOUSAND;
  const drug = ORDERS.find(([perThousand]) => {
    from += perThousand;
    return at < from;
  });
  const [, code, display] = drug ?? [0, '161', 'acetaminophen'];
  return {
    resourceType: 'MedicationRequest',
    ...common,
    medicationCodeableConcept: { coding: [{ system: RXNORM, code, display }] },
  };
}

function condition(code: string) {
  return {
    resourceType: 'Condition',
    verificationStatus: { coding: [{ code: 'confirmed' }] },
    code: { coding: [{ system: 'http://snomed.info/sct', code }] },
    subject: { reference: 'Patient/p' },
  };
}

/** The tracing plays no part where labels are given: few samples of 10 s. */
const SAMPLES = Float64Array.from({ length: 50 }, (_, n) => Math.sin(n));

/** The ECG and its interpretation for a signing, by the label logic and thresholds of a manifest. */
export function readingFor(
  { above, ageYears, measurements, recordedAt }: Signing,
  manifest: Manifest,
  statesMeasurements: boolean,
): { readonly ecg: ReturnType<typeof createEcg>; readonly interpretation: Interpretation } {
  const scores = new Float64Array(150).fill(0.001);
  for (const index of above) scores[index] = 0.999;
  return {
    ecg: createEcg({
      format: 'fhir',
      samplingRate: 5,
      recordedAt,
      patient: { ids: [] },
      leads: STANDARD_LEADS.map((lead) => ({ lead, samples: SAMPLES })),
      measurements: statesMeasurements ? measurements : [],
    }),
    interpretation: interpret(scores, manifest, { ageYears }),
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
