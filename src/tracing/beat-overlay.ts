import type { Ecg, EcgLead } from '../ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import { ANALYSIS_RATE } from '../measurement/analysis-signal.ts';
import { dominantBeat } from '../measurement/measure-ecg.ts';
import { selectLeads } from '../signal/select-leads.ts';
import { createLeadStrip, type LeadStrip, middleOf } from './lead-strip.ts';
import { pageLabels } from './page-labels.ts';
import { startsRow } from './page-strips.ts';
import { type Box, calibrationPulse, GRID, type PaperScale, TRACE_LEFT_MM, TRACE_WIDTH_MM } from './paper.ts';
import type { Tracing } from './tracing.ts';
import type { TracingCaption } from './tracing-caption.ts';

/** What of a beat is shown, against the beginning of its QRS: P and T of any rate. */
const BEFORE_SECONDS = 0.35;
const AFTER_SECONDS = 0.65;
const ROWS = 3;
const COLUMNS = 4;
/** Waves are taller upwards than downwards. */
const HEADROOM_MM = 5;

/** Two ECGs of one patient. */
export interface EcgPair {
  readonly present: Ecg;
  readonly previous: Ecg;
}

/**
 * The dominant beats of two ECGs over each other, lead by lead, in step at the beginning of their QRS and at the level
 * before it: the earlier one broad and blue below the present one, both to scale. Limb leads are computed from two.
 * @throws EcgError SIGNAL_UNUSABLE where one has no beat to average; LEAD_MISSING where no lead is in both.
 */
export function layOutBeats({ present, previous }: EcgPair, caption: TracingCaption, scale: PaperScale): Tracing {
  const [now, then] = [averageBeat(present, 'the present ECG'), averageBeat(previous, 'the previous ECG')];
  const leads = now.leads.map(({ lead }) => lead).filter((lead) => then.leads.some((each) => each.lead === lead));
  if (leads.length === 0) throw new EcgError('LEAD_MISSING', 'the two ECGs have no lead in common');
  const shown = leads.slice(0, ROWS * COLUMNS);
  const strips = shown.map((lead, index) => beatStrip(now, lead, { index, scale }));
  const plan = { number: 1, rows: ROWS, cells: [], startSeconds: 0, endSeconds: BEFORE_SECONDS + AFTER_SECONDS };
  const arrangement = { layout: '3x4', leads: now.leads, derived: [], pages: [plan], pageCount: 1 } as const;
  const processing = 'averages of the dominant beats, in step at the beginning of the QRS';
  const labels = pageLabels({ arrangement, plan, strips, scale, caption, isWhole: true, processing });
  return {
    title: `Beats of two ECGs over each other, leads ${shown.join(', ')}`,
    description: [caption.statement, caption.status].join(' '),
    pageCount: 1,
    pages: [
      {
        ...{ number: 1, startSeconds: plan.startSeconds, endSeconds: plan.endSeconds, labels },
        strips,
        otherStrips: shown.map((lead, index) => beatStrip(then, lead, { index, scale })),
        pulses: strips.filter(startsRow).map(({ box }) => calibrationPulse(middleOf(box), scale)),
        separators: [],
        highlights: [],
      },
    ],
  };
}

interface AverageBeat {
  readonly leads: readonly EcgLead[];
  readonly qrsOnsetSeconds: number;
}

/** The dominant beat, with all limb leads where there are two. */
function averageBeat(ecg: Ecg, whose: string): AverageBeat {
  const beat = dominantBeat(ecg);
  if (beat === undefined) throw new EcgError('SIGNAL_UNUSABLE', `${whose} has no beat that could be averaged`);
  const names = beat.leads.map(({ lead }) => lead);
  const limb = STANDARD_LEADS.slice(0, 6);
  const computable = names.filter((lead) => limb.includes(lead)).length >= 2 ? limb : [];
  const standard = STANDARD_LEADS.filter((lead) => names.includes(lead) || computable.includes(lead));
  const { samples } = selectLeads(beat, standard);
  const others = beat.leads.filter(({ lead }) => !STANDARD_LEADS.includes(lead));
  return {
    leads: [...standard.map((lead, index) => ({ lead, samples: samples[index]! })), ...others],
    qrsOnsetSeconds: beat.qrsOnsetSeconds,
  };
}

/** Columns as on any twelve-lead page; a beat that is shorter than what is shown leaves its ends empty. */
function beatStrip(
  { leads, qrsOnsetSeconds }: AverageBeat,
  lead: Lead,
  { index, scale }: { readonly index: number; readonly scale: PaperScale },
): LeadStrip {
  const startSeconds = qrsOnsetSeconds - BEFORE_SECONDS;
  const heightMm = (GRID.heightMm - HEADROOM_MM) / ROWS;
  const middleMm = GRID.yMm + HEADROOM_MM + Math.round(((index % ROWS) + 0.5) * heightMm);
  const box: Box = {
    xMm: TRACE_LEFT_MM + (Math.floor(index / ROWS) * TRACE_WIDTH_MM) / COLUMNS,
    yMm: middleMm - heightMm / 2,
    widthMm: (BEFORE_SECONDS + AFTER_SECONDS) * scale.mmPerSecond,
    heightMm,
  };
  const place = { startSeconds, endSeconds: qrsOnsetSeconds + AFTER_SECONDS, box, scale, centreMillivolts: 0 };
  return createLeadStrip(leads.find((each) => each.lead === lead)!, ANALYSIS_RATE, place);
}
