import type { Arrangement, PagePlan } from './arrange-leads.ts';
import { type LeadStrip, middleOf } from './lead-strip.ts';
import { cutOffLeads } from './page-strips.ts';
import { GRID, PAGE, type PaperScale } from './paper.ts';
import { fitText, wrapText } from './text-lines.ts';
import type { TracingCaption } from './tracing-caption.ts';

/** A line of text on a page. */
export interface TextLabel {
  readonly kind: 'heading' | 'text' | 'lead' | 'notice' | 'statement';
  readonly text: string;
  /** Where the line begins, or with `end` ends, on its baseline. */
  readonly xMm: number;
  readonly yMm: number;
  readonly sizeMm: number;
  readonly anchor: 'start' | 'end';
}

export interface Labelled {
  readonly arrangement: Arrangement;
  readonly plan: PagePlan;
  readonly strips: readonly LeadStrip[];
  readonly scale: PaperScale;
  /** Whether the recording is to be drawn from its beginning to its end. */
  readonly isWhole: boolean;
  /** What was done to the signal; nothing unless given. */
  readonly processing?: string;
  readonly caption: TracingCaption;
}

const LEFT_MM = GRID.xMm;
const RIGHT_MM = GRID.xMm + GRID.widthMm;
const HALF_MM = GRID.widthMm / 2 - 4;
/** All but what the length of the recording and the page number take at the right. */
const MEASUREMENTS_MM = GRID.widthMm - 90;
const TEXT_MM = 2.7;
const HEADING_MM = 4.2;
const LEAD_MM = 3.2;
const LINE_MM = 3.6;
const HEADER_LINES_MM = [12, 17, 21.5, 26] as const;
const BELOW_GRID_MM = GRID.yMm + GRID.heightMm + 4;
/** How far above the middle of its row the name of a lead stands, at most. */
const LEAD_RAISE_MM = 15;

/** All text of a page. */
export function pageLabels(page: Labelled): readonly TextLabel[] {
  return [...headerLabels(page), ...page.strips.flatMap((strip) => leadLabels(strip, page)), ...footerLabels(page)];
}

function headerLabels({ caption, plan, arrangement }: Labelled): readonly TextLabel[] {
  const [first, second, third, fourth] = HEADER_LINES_MM;
  const pages = arrangement.pageCount;
  const shown = `${clock(plan.startSeconds)} to ${clock(plan.endSeconds)}, page ${plan.number} of ${pages}`;
  const left = [
    { ...text(caption.patient, first), kind: 'heading', sizeMm: HEADING_MM } as const,
    text(caption.patientDetails, second),
  ];
  const right = [
    { ...text(caption.recorded, first), kind: 'heading', sizeMm: HEADING_MM - 0.8 } as const,
    text(caption.device, second),
    text(pages === 1 ? caption.recording : `${caption.recording}; ${shown}`, third),
  ].map((label) => ({ ...label, xMm: RIGHT_MM, anchor: 'end' }) as const);
  return [
    ...[...left, ...right].map((label) => ({ ...label, text: fitText(label.text, label.sizeMm, HALF_MM) })),
    text(fitText(caption.measurements, TEXT_MM, MEASUREMENTS_MM), third),
    ...(caption.notice === undefined ? [] : [noticeLabel(caption.notice, fourth)]),
  ].filter((label) => label.text !== '');
}

function noticeLabel(notice: string, yMm: number): TextLabel {
  const sizeMm = TEXT_MM + 0.4;
  return { ...text(fitText(notice.toUpperCase(), sizeMm, GRID.widthMm), yMm), sizeMm, kind: 'notice' };
}

/** The name of a lead where it begins; where a lead goes on in further lines, the time too. */
function leadLabels(strip: LeadStrip, { arrangement, plan }: Labelled): readonly TextLabel[] {
  const { lead, box, startSeconds } = strip;
  const isContinued = plan.cells.filter((cell) => cell.lead === lead).length > 1 && arrangement.layout === 'rows';
  const yMm = middleOf(box) - Math.min(LEAD_RAISE_MM, box.heightMm * 0.4);
  const name = { ...text(lead, yMm), xMm: box.xMm + 1, sizeMm: LEAD_MM, kind: 'lead' } as const;
  return isContinued ? [name, { ...text(clock(startSeconds), yMm), xMm: box.xMm + 10 }] : [name];
}

function footerLabels(page: Labelled): readonly TextLabel[] {
  const { caption, scale, processing = 'as recorded, no filter added' } = page;
  const drawn = `${scale.mmPerSecond} mm/s, ${scale.mmPerMillivolt} mm/mV, ${processing}`;
  const lines = [
    ...wrapText(caption.statement, TEXT_MM + 0.6, GRID.widthMm).map((line) => ({
      ...text(line, 0),
      kind: 'statement' as const,
      sizeMm: TEXT_MM + 0.4,
    })),
    ...[[caption.status, ...drawingRemarks(page)].join(' '), ...caption.remarks]
      .flatMap((remark) => wrapText(remark, TEXT_MM, GRID.widthMm))
      .map((line) => text(line, 0)),
  ];
  const room = Math.floor((PAGE.heightMm - 4 - BELOW_GRID_MM - 1) / LINE_MM);
  const kept = lines.length <= room ? lines : [...lines.slice(0, room - 1), text('… and more in the report', 0)];
  return [
    text(drawn, BELOW_GRID_MM),
    ...kept.map((line, index) => ({ ...line, yMm: BELOW_GRID_MM + 1 + (index + 1) * LINE_MM })),
  ];
}

/** What the drawing itself leaves out or adds. */
function drawingRemarks({ arrangement, strips, isWhole }: Labelled): readonly string[] {
  const cutOff = cutOffLeads(strips);
  const { derived, pages, pageCount } = arrangement;
  const last = pages.at(-1)?.endSeconds ?? 0;
  return [
    ...(cutOff.length === 0 ? [] : [`Cut off at the edge of the paper: ${cutOff.join(', ')}.`]),
    ...(derived.length === 0 ? [] : [`Computed from two limb leads: ${derived.join(', ')}.`]),
    ...(!isWhole || pageCount <= pages.length
      ? []
      : [`Pages after ${pages.length} of ${pageCount} (${clock(last)}) are not drawn.`]),
  ];
}

function text(line: string, yMm: number): TextLabel {
  return { kind: 'text', text: line, xMm: LEFT_MM, yMm, sizeMm: TEXT_MM, anchor: 'start' };
}

/** "0:07", "12:30.5": minutes and seconds from the start of the recording. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const rest = (tenths % 600) / 10;
  return `${Math.floor(tenths / 600)}:${rest < 10 ? '0' : ''}${rest}`;
}
