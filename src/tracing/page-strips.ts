import type { EcgLead } from '../ecg/ecg.ts';
import type { Lead } from '../ecg/lead.ts';
import type { Cell, PagePlan } from './arrange-leads.ts';
import { createLeadStrip, type LeadStrip, middleOf, type StripPlace } from './lead-strip.ts';
import { GRID, type PaperScale, TRACE_LEFT_MM } from './paper.ts';

/** What strips are cut from. */
export interface StripSource {
  readonly leads: ReadonlyMap<Lead, EcgLead>;
  /** Hz. */
  readonly samplingRate: number;
  readonly scale: PaperScale;
}

/** Waves are taller upwards than downwards, and so is the calibration pulse. */
const HEADROOM_MM = 5;

/** The strips of a page, in the order of its cells. */
export function pageStrips(plan: PagePlan, source: StripSource): readonly LeadStrip[] {
  const draw = (shiftMm: number) =>
    plan.cells.map((cell) => {
      const place = placeOf(cell, plan, source.scale);
      const box = { ...place.box, yMm: place.box.yMm + shiftMm };
      return createLeadStrip(source.leads.get(cell.lead)!, source.samplingRate, { ...place, box });
    });
  const centred = draw(0);
  const shiftMm = shiftOntoGrid(centred);
  return shiftMm === 0 ? centred : draw(shiftMm);
}

/** Whether the trace is the first of its row. */
export function startsRow({ box }: LeadStrip): boolean {
  return box.xMm === TRACE_LEFT_MM;
}

/** Leads of which a part is beyond the grid, where it is cut off. */
export function cutOffLeads(strips: readonly LeadStrip[]): readonly Lead[] {
  const cut = strips.filter((strip) => {
    const { topMm, bottomMm } = verticalExtent([strip]);
    return topMm < GRID.yMm || bottomMm > GRID.yMm + GRID.heightMm;
  });
  return [...new Set(cut.map(({ lead }) => lead))];
}

/** The middle of a row is on a line of the grid. */
function placeOf(cell: Cell, { rows }: PagePlan, scale: PaperScale): StripPlace {
  const { row, offsetMm, startSeconds, endSeconds } = cell;
  const heightMm = (GRID.heightMm - HEADROOM_MM) / rows;
  const middleMm = GRID.yMm + HEADROOM_MM + Math.round((row + 0.5) * heightMm);
  const box = {
    xMm: TRACE_LEFT_MM + offsetMm,
    yMm: middleMm - heightMm / 2,
    widthMm: (endSeconds - startSeconds) * scale.mmPerSecond,
    heightMm,
  };
  return { startSeconds, endSeconds, scale, box };
}

/** How far down all rows go, or up if negative, so that tall waves at one edge use room that the other edge has. */
function shiftOntoGrid(strips: readonly LeadStrip[]): number {
  const { topMm, bottomMm } = verticalExtent(strips);
  const pulseTops = strips.map(({ box, scale }) => middleOf(box) - scale.mmPerMillivolt);
  const roomAbove = Math.floor(Math.min(topMm, ...pulseTops) - GRID.yMm);
  const roomBelow = Math.floor(GRID.yMm + GRID.heightMm - bottomMm);
  if (roomAbove < 0) return Math.min(-roomAbove, Math.max(0, roomBelow));
  return roomBelow < 0 ? -Math.min(-roomBelow, roomAbove) : 0;
}

function verticalExtent(strips: readonly LeadStrip[]): { readonly topMm: number; readonly bottomMm: number } {
  let [topMm, bottomMm] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of strips.flatMap(({ polylines }) => polylines)) {
    for (let index = 1; index < line.length; index += 2) {
      const yMm = line[index]!;
      if (yMm < topMm) topMm = yMm;
      if (yMm > bottomMm) bottomMm = yMm;
    }
  }
  return { topMm, bottomMm };
}
