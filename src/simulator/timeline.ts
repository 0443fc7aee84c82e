import type { AtrialBeat, AtrialFocus, Timeline, VentricularBeat } from './beats.ts';
import { avBlockBeats, conductedBeats } from './conduction-timeline.ts';
import { between, normal, oneOf, type Random } from './draw.ts';
import type { SimulationParameters } from './parameters.ts';
import { insertPrematureAtrial, insertPrematureVentricular } from './premature-beats.ts';

/** A recording is entered in full swing: beats begin this long before it. */
const LEAD_IN_SECONDS = 3;
/** Premature beats bring those behind them forward, by no more than this in all. */
const LEAD_OUT_SECONDS = 5;

/** Draws the beats of a recording. */
export function drawTimeline(parameters: SimulationParameters, random: Random): Timeline {
  switch (parameters.rhythm) {
    case 'atrial fibrillation':
      return withPrematureBeats(
        { atrial: [], ventricular: fibrillating(parameters, random), fibrillation: true },
        parameters,
        random,
      );
    case 'atrial flutter':
      return fluttering(parameters, random);
    case 'junctional':
    case 'supraventricular tachycardia':
      return withPrematureBeats(nodal(parameters, random), parameters, random);
    case 'ventricular tachycardia':
    case 'idioventricular':
      return ventricularRhythm(parameters, random);
    case 'ventricular paced':
      return ventricularPaced(parameters, random);
    default:
      return supraventricular(parameters, random);
  }
}

function supraventricular(parameters: SimulationParameters, random: Random): Timeline {
  const atrial = atrialBeats(parameters, random);
  const paced = parameters.rhythm === 'dual paced' || parameters.rhythm === 'atrial-sensed ventricular paced';
  const escapeSeconds =
    60 / (parameters.escapeFrom === 'ventricular' ? between(random, 26, 42) : between(random, 38, 58));
  const faster = 60 / (parameters.ratePerMinute * between(random, 1.02, 1.25));
  const ventricular =
    parameters.av === 'complete block' || parameters.av === 'dissociation'
      ? regular(parameters, random, parameters.av === 'dissociation' ? faster : escapeSeconds).map(
          (seconds): VentricularBeat => ({
            seconds,
            kind: parameters.escapeFrom === 'ventricular' ? 'ventricular' : 'conducted',
            premature: false,
          }),
        )
      : parameters.av === '1:1'
        ? conductedBeats(atrial, parameters, random)
        : avBlockBeats(atrial, parameters, random);
  const driven = paced ? ventricular.map((beat) => ({ ...beat, kind: 'paced' as const })) : ventricular;
  return withPrematureBeats({ atrial, ventricular: driven, fibrillation: false }, parameters, random);
}

function atrialBeats(parameters: SimulationParameters, random: Random): readonly AtrialBeat[] {
  const { rhythm, pauseSeconds, durationSeconds } = parameters;
  const focus =
    rhythm === 'ectopic atrial'
      ? 'ectopic'
      : rhythm.includes('paced') && rhythm !== 'atrial-sensed ventricular paced'
        ? 'paced'
        : 'sinus';
  const swing = respiratorySwing(parameters, random);
  const jitter = focus === 'paced' ? 0 : between(random, 0.004, 0.018);
  const pauseAt = pauseSeconds > 0 ? between(random, 1, Math.max(1.5, durationSeconds - pauseSeconds - 1.5)) : Infinity;
  const beats: AtrialBeat[] = [];
  let paused = false;
  for (let seconds = -LEAD_IN_SECONDS + random(); seconds < durationSeconds + LEAD_OUT_SECONDS; ) {
    let interval = (60 / parameters.ratePerMinute) * (1 + swing(seconds) + jitter * normal(random));
    if (rhythm === 'multifocal atrial') interval *= between(random, 0.65, 1.4);
    if (!paused && seconds > pauseAt) {
      interval += pauseSeconds;
      paused = true;
    }
    seconds += interval;
    beats.push({ seconds, focus: rhythm === 'multifocal atrial' ? multifocal(random) : focus, premature: false });
  }
  return insertPrematureAtrial(beats, parameters, random);
}

/** By which fraction RR is longer than its mean: breathing in quickens the heart at once, breathing out slows it gradually. */
function respiratorySwing(
  { sinusArrhythmia, respirationsPerMinute }: SimulationParameters,
  random: Random,
): (seconds: number) => number {
  const phase = between(random, 0, 2 * Math.PI);
  const asymmetry = between(random, 0, 0.45);
  return (seconds) => {
    const angle = (2 * Math.PI * respirationsPerMinute * seconds) / 60 + phase;
    return sinusArrhythmia * (Math.sin(angle) + asymmetry * Math.sin(2 * angle));
  };
}

function multifocal(random: Random): AtrialFocus {
  const draw = random();
  return draw < 0.35 ? 'sinus' : draw < 0.7 ? 'ectopic' : 'second ectopic';
}

function fibrillating(parameters: SimulationParameters, random: Random): readonly VentricularBeat[] {
  const mean = 60 / parameters.ratePerMinute;
  const spread = between(random, 0.14, 0.28);
  const beats: VentricularBeat[] = [];
  for (let seconds = -LEAD_IN_SECONDS; seconds < parameters.durationSeconds + 1; ) {
    seconds += Math.max(0.27, mean * Math.exp(spread * normal(random)));
    beats.push({ seconds, kind: 'conducted', premature: false });
  }
  return beats;
}

function fluttering(parameters: SimulationParameters, random: Random): Timeline {
  const flutterSeconds = 60 / between(random, 230, 340);
  const ventricular: VentricularBeat[] = [];
  for (let seconds = -LEAD_IN_SECONDS + random() * 0.3; seconds < parameters.durationSeconds + 1; ) {
    const { flutterRatio } = parameters;
    const ratio = flutterRatio === 'variable' ? oneOf(random, [2, 2, 3, 4, 4, 5]) : flutterRatio;
    seconds += ratio * flutterSeconds + 0.006 * normal(random);
    ventricular.push({ seconds, kind: 'conducted', premature: false });
  }
  return withPrematureBeats({ atrial: [], ventricular, flutterSeconds, fibrillation: false }, parameters, random);
}

/** The node drives both: atria just before, during or after the ventricles, or not visibly at all. */
function nodal(parameters: SimulationParameters, random: Random): Timeline {
  const tachycardia = parameters.rhythm === 'supraventricular tachycardia';
  const draw = random();
  const before = draw < 0.75;
  const hidden = draw < (tachycardia ? 0.55 : 0.5);
  const offset = tachycardia ? between(random, 0.06, 0.14) : before ? -0.1 : 0.12;
  const onsets = regular(parameters, random, 60 / parameters.ratePerMinute);
  const atrial = hidden
    ? []
    : onsets.map((seconds) => ({ seconds: seconds + offset, focus: 'retrograde' as const, premature: false }));
  return {
    atrial,
    ventricular: onsets.map((seconds) => ({ seconds, kind: 'conducted', premature: false })),
    fibrillation: false,
  };
}

function ventricularRhythm(parameters: SimulationParameters, random: Random): Timeline {
  const ventricular = regular(parameters, random, 60 / parameters.ratePerMinute).map(
    (seconds): VentricularBeat => ({ seconds, kind: 'ventricular', premature: false }),
  );
  const dissociated = random() < 0.5;
  const atrial = dissociated
    ? atrialBeats(
        { ...parameters, rhythm: 'sinus', ratePerMinute: between(random, 55, 105), atrialEctopy: 0, pauseSeconds: 0 },
        random,
      )
    : [];
  return { atrial, ventricular, fibrillation: false };
}

function ventricularPaced(parameters: SimulationParameters, random: Random): Timeline {
  const ventricular = regular(parameters, random, 60 / parameters.ratePerMinute).map(
    (seconds): VentricularBeat => ({ seconds, kind: 'paced', premature: false }),
  );
  const fibrillation = random() < 0.4;
  const atrial = fibrillation
    ? []
    : atrialBeats({ ...parameters, rhythm: 'sinus', ratePerMinute: between(random, 45, 90), atrialEctopy: 0 }, random);
  return withPrematureBeats({ atrial, ventricular, fibrillation }, parameters, random);
}

function regular(parameters: SimulationParameters, random: Random, period: number): readonly number[] {
  const jitter = parameters.rhythm.includes('paced') ? 0 : 0.01;
  const onsets: number[] = [];
  for (let seconds = -LEAD_IN_SECONDS + random() * period; seconds < parameters.durationSeconds + 1; ) {
    onsets.push(seconds);
    seconds += period * (1 + jitter * normal(random));
  }
  return onsets;
}

function withPrematureBeats(timeline: Timeline, parameters: SimulationParameters, random: Random): Timeline {
  if (parameters.ventricularEctopy === 0) return timeline;
  return { ...timeline, ventricular: insertPrematureVentricular(timeline.ventricular, parameters, random) };
}
