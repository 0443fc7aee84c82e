import { between, normal, type Random } from './draw.ts';
import type { NoiseParameters, SimulationParameters } from './parameters.ts';

/** Electrodes in the order of {@link drawElectrodeNoise}'s result. */
const ELECTRODES = 9;

/**
 * Noise in mV where it arises, at the electrodes RA, LA, LL, V1 to V6, and from there in the leads I, II, V1 to V6,
 * so that it obeys Einthoven's law as real noise does.
 */
export function addNoise(signals: readonly Float64Array[], parameters: SimulationParameters, random: Random): void {
  const [ra, la, ll, ...chest] = drawElectrodeNoise(signals[0]?.length ?? 0, parameters, random);
  const [leadI, leadII, ...precordial] = signals;
  if (!ra || !la || !ll || !leadI || !leadII) return;
  for (let n = 0; n < leadI.length; n++) {
    leadI[n]! += la[n]! - ra[n]!;
    leadII[n]! += ll[n]! - ra[n]!;
    const terminal = (ra[n]! + la[n]! + ll[n]!) / 3;
    for (let k = 0; k < precordial.length; k++) precordial[k]![n]! += chest[k]![n]! - terminal;
  }
  const { looseElectrode } = parameters.noise;
  const loose = looseElectrode === undefined ? undefined : precordial[looseElectrode - 1];
  if (loose) loosen(loose, parameters, random);
}

function drawElectrodeNoise(length: number, parameters: SimulationParameters, random: Random): readonly Float64Array[] {
  const mainsPhase = between(random, 0, 2 * Math.PI);
  return Array.from({ length: ELECTRODES }, () => {
    const samples = new Float64Array(length);
    addMuscle(samples, parameters.noise, random);
    addMains(samples, parameters, { random, mainsPhase });
    addBaseline(samples, parameters, random);
    addMotion(samples, parameters, random);
    return samples;
  });
}

/** Band-limited noise that swells and fades. */
function addMuscle(samples: Float64Array, { muscle }: NoiseParameters, random: Random): void {
  if (muscle === 0) return;
  const size = muscle * Math.exp(0.4 * normal(random));
  let previous = 0;
  let swell = 1;
  for (let n = 0; n < samples.length; n++) {
    if (n % 64 === 0) swell = Math.min(2, Math.max(0.4, swell + 0.15 * (random() - 0.5)));
    const white = (random() + random() - 1) * 2.45;
    previous = 0.55 * previous + 0.83 * white;
    samples[n]! += size * swell * previous;
  }
}

function addMains(
  samples: Float64Array,
  { noise, samplingRate }: SimulationParameters,
  { random, mainsPhase }: { readonly random: Random; readonly mainsPhase: number },
): void {
  if (noise.mains === 0) return;
  const size = noise.mains * Math.SQRT2 * Math.abs(normal(random));
  const frequency = noise.mainsFrequency * (1 + 0.0004 * normal(random));
  const step = (2 * Math.PI * frequency) / samplingRate;
  for (let n = 0; n < samples.length; n++) samples[n]! += size * Math.sin(step * n + mainsPhase);
}

/** Respiration, and a slow drift through random points. */
function addBaseline(
  samples: Float64Array,
  { noise, samplingRate, respirationsPerMinute }: SimulationParameters,
  random: Random,
): void {
  if (noise.baseline === 0) return;
  const breath = noise.baseline * normal(random);
  const phase = between(random, 0, 6);
  const step = (2 * Math.PI * respirationsPerMinute) / 60 / samplingRate;
  const spacing = Math.round(samplingRate * between(random, 0.7, 1.6));
  let from = noise.baseline * normal(random);
  let to = noise.baseline * normal(random);
  for (let n = 0; n < samples.length; n++) {
    const position = (n % spacing) / spacing;
    if (position === 0 && n > 0) {
      from = to;
      to = 0.75 * to + 0.7 * noise.baseline * normal(random);
    }
    const eased = position * position * (3 - 2 * position);
    samples[n]! += breath * Math.sin(step * n + phase) + from + (to - from) * eased;
  }
}

function addMotion(
  samples: Float64Array,
  { noise, samplingRate, durationSeconds }: SimulationParameters,
  random: Random,
): void {
  const expected = (noise.motionPerMinute * durationSeconds) / 60;
  const count = Math.floor(expected + random());
  for (let bump = 0; bump < count; bump++) {
    const centre = between(random, 0, samples.length);
    const width = samplingRate * between(random, 0.05, 0.5);
    const size = noise.motion * normal(random);
    for (let n = Math.max(0, Math.floor(centre - 3 * width)); n < Math.min(samples.length, centre + 3 * width); n++) {
      samples[n]! += size * Math.exp(-0.5 * ((n - centre) / width) ** 2);
    }
  }
}

/** An electrode without contact: the lead is flat with hum for a while or all through. */
function loosen(samples: Float64Array, { noise, samplingRate }: SimulationParameters, random: Random): void {
  const whole = random() < 0.5;
  const start = whole ? 0 : Math.floor(between(random, 0, 0.7) * samples.length);
  const end = whole ? samples.length : start + Math.floor(between(random, 0.1, 0.5) * samples.length);
  const hum = between(random, 0, 0.08);
  const step = (2 * Math.PI * noise.mainsFrequency) / samplingRate;
  for (let n = start; n < Math.min(end, samples.length); n++) {
    samples[n] = hum * Math.sin(step * n) + 0.01 * (random() - 0.5);
  }
}
