import { createEcg, type Ecg } from '../src/ecg/ecg.ts';
import type { Lead } from '../src/ecg/lead.ts';
import { selectLeads } from '../src/signal/select-leads.ts';
import type { Random } from '../src/simulator/draw.ts';

/** Electrodes of a 12-lead ECG, the right leg's left out. */
const ELECTRODES = ['RA', 'LA', 'LL', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
type Electrode = (typeof ELECTRODES)[number];
/** mV against LL. */
type Potentials = Readonly<Record<Electrode, Float64Array>>;
type Disturbance = (ecg: Ecg, random: Random) => Ecg;

/** One way to spoil a 12-lead ECG, at several sizes. */
export interface EcgFault {
  readonly kind: string;
  readonly sizes: readonly { readonly name: string; readonly apply: Disturbance }[];
}

/** Faults arise at the electrodes and show in the leads by Einthoven's and Wilson's definitions. */
export const ECG_FAULTS: readonly EcgFault[] = [
  sized('baseline wander', ['0.5 mV', '1.5 mV', '4 mV'], [0.5, 1.5, 4], (size) => atElectrodes(drift(size), 2)),
  sized('mains hum', ['0.05 mV', '0.2 mV', '1 mV'], [0.05, 0.2, 1], (size) => atElectrodes(hum(size), 3)),
  sized('muscle noise', ['0.03 mV', '0.08 mV', '0.25 mV'], [0.03, 0.08, 0.25], (size) => atElectrodes(tremor(size), 3)),
  sized('electrode off, floating', ['hum 0.02 mV', 'hum 0.1 mV', 'hum 0.5 mV'], [0.02, 0.1, 0.5], (size) =>
    replaceElectrode(hum(size), drift(3 * size), tremor(0.1 * size)),
  ),
  sized('lead with noise only', ['0.01 mV', '0.03 mV', '0.1 mV'], [0.01, 0.03, 0.1], (size) =>
    inOneLead((samples, random) => tremor(size)(samples.length, 500, random)),
  ),
  sized('lead flat', ['3 s', '6 s', 'all'], [0.3, 0.6, 1], (share) => inOneLead(stretch(share, () => 0))),
  sized('samples missing', ['0.5 s', '3 s', '6 s'], [0.05, 0.3, 0.6], (share) =>
    inOneLead(stretch(share, () => Number.NaN)),
  ),
  sized('clipped', ['tips', 'half', 'most'], [0.85, 0.5, 0.2], (level) => inOneLead(clip(level))),
  sized(
    'gain',
    ['x 10', 'x 0.1', 'x 1000'],
    [10, 0.1, 1000],
    (gain) => (ecg) => changed(ecg, (samples) => samples.map((value) => value * gain)),
  ),
  {
    kind: 'arm electrodes exchanged',
    sizes: [{ name: 'LA-RA', apply: exchange('LA', 'RA') }],
  },
  {
    kind: 'chest electrodes exchanged',
    sizes: [
      { name: 'V1-V2', apply: exchange('V1', 'V2') },
      { name: 'V2-V3', apply: exchange('V2', 'V3') },
      { name: 'V1-V3', apply: exchange('V1', 'V3') },
      { name: 'V3-V5', apply: exchange('V3', 'V5') },
      { name: 'V1-V6', apply: exchange('V1', 'V6') },
    ],
  },
];

function sized<T>(
  kind: string,
  names: readonly string[],
  values: readonly T[],
  make: (value: T) => Disturbance,
): EcgFault {
  return { kind, sizes: names.map((name, index) => ({ name, apply: make(values[index]!) })) };
}

type Noise = (length: number, samplingRate: number, random: Random) => Float64Array;

/** mV peak to peak, slower than half a second. */
function drift(size: number): Noise {
  return (length, samplingRate, random) => {
    const waves = [0.05, 0.15, 0.3].map((frequency) => ({ frequency, phase: 6.28 * random(), share: 0.3 + random() }));
    const raw = Float64Array.from({ length }, (_, n) =>
      waves.reduce(
        (sum, { frequency, phase, share }) => sum + share * Math.sin((6.28 * frequency * n) / samplingRate + phase),
        0,
      ),
    );
    const most = raw.reduce((max, value) => Math.max(max, value), -9);
    const least = raw.reduce((min, value) => Math.min(min, value), 9);
    return raw.map((value) => (size * value) / (most - least));
  };
}

/** mV amplitude. */
function hum(size: number): Noise {
  return (length, samplingRate, random) => {
    const step = (2 * Math.PI * (random() < 0.5 ? 50 : 60)) / samplingRate;
    const phase = 6.28 * random();
    return Float64Array.from({ length }, (_, n) => size * Math.sin(step * n + phase));
  };
}

/** mV RMS, of the band of muscle. */
function tremor(size: number): Noise {
  return (length, _samplingRate, random) => {
    let previous = 0;
    return Float64Array.from({ length }, () => {
      previous = 0.55 * previous + 0.83 * 2.45 * (random() + random() - 1);
      return size * previous;
    });
  };
}

/** Adds noise to `count` electrodes. */
function atElectrodes(noise: Noise, count: number): Disturbance {
  return (ecg, random) => {
    const chosen = new Set(Array.from({ length: count }, () => ELECTRODES[Math.floor(random() * ELECTRODES.length)]!));
    return wired(ecg, (potentials) => {
      const noisy = Object.entries(potentials).map(([electrode, samples]) => {
        if (!chosen.has(electrode as Electrode)) return [electrode, samples];
        const added = noise(samples.length, ecg.samplingRate, random);
        return [electrode, samples.map((value, n) => value + added[n]!)];
      });
      return Object.fromEntries(noisy) as Potentials;
    });
  };
}

/** One electrode sees only noise. */
function replaceElectrode(...noises: readonly Noise[]): Disturbance {
  return (ecg, random) => {
    const electrode = ELECTRODES[Math.floor(random() * ELECTRODES.length)]!;
    return wired(ecg, (potentials) => {
      const length = potentials.LL.length;
      const parts = noises.map((noise) => noise(length, ecg.samplingRate, random));
      const floating = Float64Array.from({ length }, (_, n) => parts.reduce((sum, part) => sum + part[n]!, 0));
      return { ...potentials, [electrode]: floating };
    });
  };
}

function exchange(one: Electrode, other: Electrode): Disturbance {
  return (ecg) => wired(ecg, (potentials) => ({ ...potentials, [one]: potentials[other], [other]: potentials[one] }));
}

/** The ECG that changed potentials give, to the 2.5 microvolts that recorders keep. */
function wired(ecg: Ecg, change: (potentials: Potentials) => Potentials): Ecg {
  const { samples: leads } = selectLeads(ecg, ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  const [i, ii, ...chest] = leads;
  const combine = (one: Float64Array, other: Float64Array, a: number, b: number) =>
    one.map((value, n) => a * value + b * other[n]!);
  // Against LL: II = -RA, I = LA - RA.
  const ra = ii!.map((value) => -value);
  const la = combine(i!, ii!, 1, -1);
  const before = Float64Array.from(ra, (value, n) => (value + la[n]!) / 3);
  const v = (k: number) => combine(chest[k]!, before, 1, 1);
  const after = change({
    RA: ra,
    LA: la,
    LL: new Float64Array(ra.length),
    V1: v(0),
    V2: v(1),
    V3: v(2),
    V4: v(3),
    V5: v(4),
    V6: v(5),
  });
  const { RA, LA, LL } = after;
  const terminal = RA.map((value, n) => (value + LA[n]! + LL[n]!) / 3);
  const limbs = [combine(LA, RA, 1, -1), combine(LL, RA, 1, -1)];
  const derived = selectLeads(
    {
      leads: [
        { lead: 'I', samples: limbs[0]! },
        { lead: 'II', samples: limbs[1]! },
      ],
    },
    ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'],
  );
  const chestLeads = (['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const).map((name) => ({
    lead: name as Lead,
    samples: combine(after[name], terminal, 1, -1),
  }));
  const all = [...derived.leads.map((lead, k) => ({ lead, samples: derived.samples[k]! })), ...chestLeads];
  return createEcg({
    ...ecg,
    warnings: [],
    leads: all.map(({ lead, samples }) => ({ lead, samples: samples.map((value) => Math.round(value * 400) / 400) })),
  });
}

function changed(ecg: Ecg, change: (samples: Float64Array, index: number) => Float64Array): Ecg {
  return createEcg({
    ...ecg,
    warnings: [],
    leads: ecg.leads.map(({ lead, samples }, index) => ({ lead, samples: change(samples, index) })),
  });
}

/** In one chest lead, whose electrode no other lead depends on. */
function inOneLead(change: (samples: Float64Array, random: Random) => Float64Array): Disturbance {
  return (ecg, random) => {
    const chosen = 6 + Math.floor(random() * 6);
    return changed(ecg, (samples, index) => (index === chosen ? change(samples, random) : samples));
  };
}

function stretch(share: number, value: () => number) {
  return (samples: Float64Array, random: Random): Float64Array => {
    const start = Math.floor(random() * (1 - share) * samples.length);
    return samples.map((sample, n) => (n >= start && n < start + share * samples.length ? value() : sample));
  };
}

/** Everything beyond `level` of the largest deflection is cut. */
function clip(level: number) {
  return (samples: Float64Array): Float64Array => {
    const rail = level * samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return samples.map((value) => Math.max(-rail, Math.min(rail, value)));
  };
}
