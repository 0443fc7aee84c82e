import { durationSeconds, type Ecg, type EcgLead } from '../ecg/ecg.ts';
import { type Lead, STANDARD_LEADS } from '../ecg/lead.ts';
import { EcgError } from '../errors.ts';
import { selectLeads } from '../signal/select-leads.ts';
import { type PaperScale, TRACE_WIDTH_MM } from './paper.ts';

/** `rows` is every lead of the recording below the other, in lines of some seconds, as long as there is paper. */
export const LAYOUTS = ['3x4', '6x2', '12x1', 'rows'] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** A lead over a stretch of the recording in a row of a page. */
export interface Cell {
  readonly lead: Lead;
  readonly row: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** From where traces begin. */
  readonly offsetMm: number;
}

/** What stands on one page. */
export interface PagePlan {
  /** From 1. */
  readonly number: number;
  readonly rows: number;
  readonly cells: readonly Cell[];
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What is placed; what suits the leads, and as many pages as are bearable, unless said otherwise. */
export interface ArrangementOptions {
  readonly layout?: LayoutName | undefined;
  /** This page alone, from 1; the last one where there are fewer. */
  readonly page?: number | undefined;
  /** Instead of `page`: the first one that shows what follows this time. */
  readonly atSeconds?: number | undefined;
}

/** Leads in their places, page by page. */
export interface Arrangement {
  readonly layout: LayoutName;
  /** Those of the recording, and limb leads computed from two of them. */
  readonly leads: readonly EcgLead[];
  readonly derived: readonly Lead[];
  readonly pages: readonly PagePlan[];
  /** How many there are, of which `pages` may be some. */
  readonly pageCount: number;
}

interface Sheets {
  readonly count: number;
  readonly pageAt: (index: number) => Omit<PagePlan, 'number'>;
}

/** A day of one lead is 1440 pages: whoever wants more of a long recording looks at a part of it. */
const MAX_PAGES = 20;

/** Columns of leads as printed everywhere; a rhythm strip of the whole time below. */
const COLUMNS = {
  '3x4': { columns: 4, rhythm: 'II' },
  '6x2': { columns: 2, rhythm: 'II' },
} as const satisfies Partial<Record<LayoutName, { columns: number; rhythm: Lead }>>;

/** A line of `rows` where the recording is longer than one: 10 s at 25 mm/s. */
const LINE_MM = 250;
const MAX_ROWS = 12;
/** Lines of leads that go on below each other are no lower than in this many rows. */
const MAX_ROWS_OF_LINES = 6;
/** Fewer rows than these leave the rest of the page empty. */
const MIN_ROWS = 3;

/**
 * Places the leads of a recording on pages: the first {@link MAX_PAGES}, or the one that is named. Unless a layout is
 * named: `3x4` for twelve leads, `rows` for any others. Limb leads that a twelve-lead layout needs are computed from I and II, as carts do; leads
 * beyond the twelve follow in rows.
 * @throws EcgError LEAD_MISSING for a layout of twelve leads where one is neither there nor computable.
 */
export function arrangeLeads(
  ecg: Ecg,
  scale: PaperScale,
  { layout, page, atSeconds }: ArrangementOptions = {},
): Arrangement {
  const chosen = layout ?? (hasTwelve(ecg) ? '3x4' : 'rows');
  const { leads, derived } = chosen === 'rows' ? { leads: ecg.leads, derived: [] } : withTwelve(ecg, chosen);
  const names = leads.map(({ lead }) => lead);
  const seconds = { duration: durationSeconds(ecg), line: lineSeconds(durationSeconds(ecg), scale) };
  const others = names.filter((lead) => !STANDARD_LEADS.includes(lead));
  const sheets =
    chosen === 'rows' || chosen === '12x1'
      ? inRows(names, seconds)
      : [inColumns(COLUMNS[chosen], seconds, scale), ...inRows(others, seconds)];
  const pageCount = sheets.reduce((sum, { count }) => sum + count, 0);
  const wanted = page ?? (atSeconds === undefined ? undefined : pageNumberAt(sheets, atSeconds, pageCount));
  const all = Array.from({ length: Math.min(MAX_PAGES, pageCount) }, (_, index) => index + 1);
  const numbers = wanted === undefined ? all : [Math.max(1, Math.min(wanted, pageCount))];
  const pages = numbers.map((number) => pageOf(sheets, number));
  return { layout: chosen, leads, derived, pages, pageCount };
}

interface Seconds {
  readonly duration: number;
  readonly line: number;
}

function lineSeconds(duration: number, { mmPerSecond }: PaperScale): number {
  return duration * mmPerSecond <= TRACE_WIDTH_MM ? duration : LINE_MM / mmPerSecond;
}

/** Time goes on from column to column. The last page ends with the recording, so that none is nearly empty. */
function inColumns(
  { columns, rhythm }: { readonly columns: number; readonly rhythm: Lead },
  { duration, line }: Seconds,
  { mmPerSecond }: PaperScale,
): Sheets {
  const height = STANDARD_LEADS.length / columns;
  const width = line / columns;
  const cellAt = (startSeconds: number) => (lead: Lead, index: number) => {
    const start = Math.floor(index / height) * width;
    const row = index % height;
    return {
      lead,
      row,
      startSeconds: startSeconds + start,
      endSeconds: startSeconds + start + width,
      offsetMm: start * mmPerSecond,
    };
  };
  return {
    count: countOf(duration, line),
    pageAt: (index) => {
      const startSeconds = Math.max(0, Math.min(index * line, duration - line));
      const endSeconds = startSeconds + line;
      const strip = { lead: rhythm, row: height, startSeconds, endSeconds, offsetMm: 0 };
      const cells = [...STANDARD_LEADS.map(cellAt(startSeconds)), strip];
      return { rows: height + 1, cells, startSeconds, endSeconds };
    },
  };
}

/** All leads over one line of time, then all over the next; more leads than a page holds are on pages of their own. */
function inRows(leads: readonly Lead[], { duration, line }: Seconds): readonly Sheets[] {
  const groups = Array.from({ length: Math.ceil(leads.length / MAX_ROWS) }, (_, index) =>
    leads.slice(index * MAX_ROWS, (index + 1) * MAX_ROWS),
  );
  const lineCount = countOf(duration, line);
  return groups.map((group) => {
    const perPage = Math.max(1, Math.floor(MAX_ROWS_OF_LINES / group.length));
    return {
      count: Math.ceil(lineCount / perPage),
      pageAt: (index) => {
        const lines = Array.from({ length: Math.min(perPage, lineCount - index * perPage) }, (_, n) => {
          const startSeconds = (index * perPage + n) * line;
          return { startSeconds, endSeconds: Math.min(duration, startSeconds + line) };
        });
        const cells = lines.flatMap((time, n) =>
          group.map((lead, row) => ({ lead, row: n * group.length + row, ...time, offsetMm: 0 })),
        );
        const rows = Math.max(MIN_ROWS, lineCount > perPage ? perPage * group.length : cells.length);
        return { rows, cells, startSeconds: lines[0]!.startSeconds, endSeconds: lines.at(-1)!.endSeconds };
      },
    };
  });
}

/** Lines that a duration takes; what floating-point division leaves over is none. */
function countOf(duration: number, line: number): number {
  return Math.max(1, Math.ceil(duration / line - 1e-6));
}

function pageOf(sheets: readonly Sheets[], number: number): PagePlan {
  let left = number - 1;
  const sheet = sheets.find(({ count }) => {
    if (left < count) return true;
    left -= count;
    return false;
  });
  return { number, ...sheet!.pageAt(left) };
}

function pageNumberAt(sheets: readonly Sheets[], seconds: number, pageCount: number): number {
  let number = 1;
  while (number < pageCount && pageOf(sheets, number).endSeconds <= seconds) number += 1;
  return number;
}

function hasTwelve(ecg: Ecg): boolean {
  return missingOf(ecg).length === 0;
}

/** Of the twelve, those neither recorded nor computable. */
function missingOf(ecg: Ecg): readonly Lead[] {
  const limb = STANDARD_LEADS.slice(0, 6);
  const present = ecg.leads.map(({ lead }) => lead);
  const computable = present.filter((lead) => limb.includes(lead)).length >= 2 ? limb : [];
  return STANDARD_LEADS.filter((lead) => !present.includes(lead) && !computable.includes(lead));
}

function withTwelve(ecg: Ecg, layout: LayoutName): Pick<Arrangement, 'leads' | 'derived'> {
  const missing = missingOf(ecg);
  if (missing.length > 0) {
    const reason = `layout ${layout} needs the twelve standard leads, without ${missing.join(', ')}: choose layout rows`;
    throw new EcgError('LEAD_MISSING', reason);
  }
  const { samples, derived } = selectLeads(ecg, STANDARD_LEADS);
  const twelve = STANDARD_LEADS.map((lead, index) => ({ lead, samples: samples[index]! }));
  const others = ecg.leads.filter(({ lead }) => !STANDARD_LEADS.includes(lead));
  return { leads: [...twelve, ...others], derived };
}
