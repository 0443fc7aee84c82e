import { type Caliper, caliperText, marchOut, secondsOf } from './caliper.ts';
import { pixelsPerMm } from './drawn-strips.ts';

const SVG = 'http://www.w3.org/2000/svg';
const PAGE = { widthMm: 297, heightMm: 210 };
/** On the screen, at any zoom. */
const LINE_PX = 1.5;
const TEXT_PX = 15;
/** Fingers hit nothing narrower. */
const HANDLE_PX = 32;

export type CaliperEnd = 'from' | 'to';
const ENDS = [
  { end: 'from', label: 'First caliper leg' },
  { end: 'to', label: 'Second caliper leg' },
] as const satisfies readonly { readonly end: CaliperEnd; readonly label: string }[];

/** A caliper on the sheet it measures. */
export interface PlacedCaliper {
  readonly sheet: Element;
  readonly caliper: Caliper;
}

/** The drawing of one caliper, which lies over the sheet it is on. */
export interface CaliperView {
  draw(placed: PlacedCaliper, isMarchedOut: boolean): void;
  clear(): void;
  focus(end: CaliperEnd): void;
  /** Which end an element belongs to. */
  endOf(target: EventTarget | null): CaliperEnd | undefined;
}

export function createCaliperView(): CaliperView {
  const overlay = element('svg', { class: 'calipers', viewBox: `0 0 ${PAGE.widthMm} ${PAGE.heightMm}` });
  const span = element('rect', { class: 'caliper-span' });
  const marks = element('path', { class: 'caliper-marks' });
  const levels = element('path', { class: 'caliper-levels' });
  const label = element('text', { class: 'caliper-label', 'aria-hidden': 'true' });
  const legs = ENDS.map(({ end, label: name }) => createLeg(end, name));
  overlay.append(span, marks, levels, ...legs.map(({ group }) => group), label);
  return {
    draw(placed, isMarchedOut) {
      const { sheet, caliper } = placed;
      if (overlay.parentElement !== sheet) sheet.append(overlay);
      const mmPerPixel = 1 / pixelsPerMm(sheet);
      const { box, points } = caliper.strip;
      const bottomMm = box.yMm + box.heightMm;
      const [from, to] = [points[caliper.from]!, points[caliper.to]!];
      const [leftMm, rightMm] = [Math.min(from.xMm, to.xMm), Math.max(from.xMm, to.xMm)];
      overlay.setAttribute('stroke-width', String(LINE_PX * mmPerPixel));
      set(span, { x: leftMm, y: box.yMm, width: rightMm - leftMm, height: box.heightMm });
      set(levels, { d: [from, to].map(({ yMm }) => `M${leftMm} ${yMm}H${rightMm}`).join('') });
      const xs = isMarchedOut ? marchOut(caliper) : [];
      set(marks, { d: xs.map((x) => `M${x} ${box.yMm}V${bottomMm}`).join('') });
      for (const { end, draw } of legs) draw(placed, end, HANDLE_PX * mmPerPixel);
      label.textContent = caliperText(caliper);
      const sizeMm = TEXT_PX * mmPerPixel;
      const isNearEdge = rightMm > PAGE.widthMm - 16 * sizeMm;
      set(label, {
        'font-size': sizeMm,
        'stroke-width': sizeMm / 4,
        'text-anchor': isNearEdge ? 'end' : 'start',
        x: isNearEdge ? leftMm - sizeMm / 2 : rightMm + sizeMm / 2,
        y: box.yMm + sizeMm,
      });
    },
    clear: () => overlay.remove(),
    focus: (wanted) => legs.find(({ end }) => end === wanted)?.group.focus(),
    endOf: (target) => legs.find(({ group }) => target instanceof Node && group.contains(target))?.end,
  };
}

/** What is measured: "Lead II" of the ECG at hand, "Previous ECG, lead II", "Averaged beat, lead II". */
export function nameOf({ sheet, caliper }: PlacedCaliper): string {
  const { lead } = caliper.strip;
  if (sheet.closest('.compared') === null) return `Lead ${lead}`;
  const isOverlay = sheet.querySelector('.ecg-other-trace') !== null;
  return `${isOverlay ? 'Averaged beat' : 'Previous ECG'}, lead ${lead}`;
}

/** A leg is a slider along the time of its strip, so that assistive technology can read and move it. */
function createLeg(end: CaliperEnd, label: string) {
  const attributes = { class: 'caliper-leg', 'data-leg': end, role: 'slider', tabindex: '0', 'aria-label': label };
  const group = element('g', attributes);
  const [line, grip] = [element('line', {}), element('rect', { class: 'caliper-grip' })];
  group.append(grip, line);
  const draw = (placed: PlacedCaliper, which: CaliperEnd, widthMm: number) => {
    const { caliper } = placed;
    const { strip } = caliper;
    const { box, points } = strip;
    const { xMm } = points[caliper[which]]!;
    set(line, { x1: xMm, x2: xMm, y1: box.yMm, y2: box.yMm + box.heightMm });
    set(grip, { x: xMm - widthMm / 2, y: box.yMm, width: widthMm, height: box.heightMm });
    const msAt = (index: number) => Math.round(secondsOf(strip, index) * 1000);
    set(group, {
      'aria-valuemin': msAt(0),
      'aria-valuemax': msAt(points.length - 1),
      'aria-valuenow': msAt(caliper[which]),
      'aria-valuetext': `${nameOf(placed)}, at ${(msAt(caliper[which]) / 1000).toFixed(3)} s; between the legs ${caliperText(caliper)}`,
    });
  };
  return { end, group, draw };
}

function element(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS(SVG, name);
  set(created, attributes);
  return created;
}

function set(target: SVGElement, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}
