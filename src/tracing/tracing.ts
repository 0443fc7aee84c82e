import type { Ecg } from '../ecg/ecg.ts';
import { type Arrangement, type ArrangementOptions, arrangeLeads } from './arrange-leads.ts';
import { type Highlight, highlightsOf, type Stretch } from './highlights.ts';
import { type LeadStrip, middleOf } from './lead-strip.ts';
import { pageLabels, type TextLabel } from './page-labels.ts';
import { pageStrips, startsRow } from './page-strips.ts';
import { calibrationPulse, type PaperScale, STANDARD_SCALE } from './paper.ts';
import type { TracingCaption } from './tracing-caption.ts';

/** How to draw; standard paper and the layout that suits the leads unless said otherwise. */
export interface TracingOptions extends Partial<PaperScale>, ArrangementOptions {
  /** Stretches of time to be set off. */
  readonly stretches?: readonly Stretch[];
}

/** A page of a tracing as plain values, in mm from its upper left corner; grid and size are those of `paper.ts`. */
export interface TracingPage {
  /** From 1. */
  readonly number: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly strips: readonly LeadStrip[];
  /** Of another recording, behind the strips they lie over. */
  readonly otherStrips?: readonly LeadStrip[];
  /** One per row: x, y, x, y … in mm. */
  readonly pulses: readonly Float64Array[];
  /** Where one lead ends and the next begins in the same row: x, y, x, y. */
  readonly separators: readonly Float64Array[];
  readonly labels: readonly TextLabel[];
  /** Behind the traces. */
  readonly highlights: readonly Highlight[];
}

/** An ECG laid out on paper: what every picture of it is made from. */
export interface Tracing {
  /** For those who do not see it; they name no patient. */
  readonly title: string;
  readonly description: string;
  readonly pages: readonly TracingPage[];
  /** How many the recording has, of which `pages` may be some. */
  readonly pageCount: number;
}

const SEPARATOR_MM = 6;

/**
 * Lays an ECG out on A4 landscape.
 * @throws EcgError LEAD_MISSING for a layout that needs leads the recording has not.
 */
export function layOutTracing(ecg: Ecg, caption: TracingCaption, options: TracingOptions = {}): Tracing {
  const { layout, page, atSeconds, stretches = [], ...chosenScale } = options;
  const scale = { ...STANDARD_SCALE, ...chosenScale };
  const arrangement = arrangeLeads(ecg, scale, { layout, page, atSeconds });
  const leads = new Map(arrangement.leads.map((each) => [each.lead, each]));
  const pages = arrangement.pages.map((plan): TracingPage => {
    const strips = pageStrips(plan, { leads, samplingRate: ecg.samplingRate, scale });
    const { number, startSeconds, endSeconds } = plan;
    return {
      ...{ number, startSeconds, endSeconds },
      strips,
      pulses: strips.filter(startsRow).map(({ box }) => calibrationPulse(middleOf(box), scale)),
      separators: strips.filter((strip) => !startsRow(strip)).map(separatorBefore),
      highlights: highlightsOf(stretches, strips),
      labels: pageLabels({
        arrangement,
        plan,
        strips,
        scale,
        caption,
        isWhole: page === undefined && atSeconds === undefined,
      }),
    };
  });
  return { ...describe(arrangement, scale, caption), pages, pageCount: arrangement.pageCount };
}

function separatorBefore({ box }: LeadStrip): Float64Array {
  const middle = middleOf(box);
  return Float64Array.of(box.xMm, middle - SEPARATOR_MM / 2, box.xMm, middle + SEPARATOR_MM / 2);
}

function describe({ leads, layout }: Arrangement, scale: PaperScale, caption: TracingCaption) {
  const { recording, recorded, notice, statement, status } = caption;
  const sentences = [
    `Leads ${leads.map(({ lead }) => lead).join(', ')} in layout ${layout}`,
    `${scale.mmPerSecond} mm/s, ${scale.mmPerMillivolt} mm/mV`,
    recorded,
    ...(notice === undefined ? [] : [notice]),
    statement,
    status,
  ];
  return {
    title: `ECG tracing, ${recording}`,
    description: sentences.map((sentence) => sentence.replace(/\.?$/, '.')).join(' '),
  };
}
