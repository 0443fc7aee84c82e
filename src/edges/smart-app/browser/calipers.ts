import { caliperText, type DrawnStrip, movedEnd, nearestPoint } from './caliper.ts';
import { type CaliperEnd, createCaliperView, nameOf, type PlacedCaliper } from './caliper-view.ts';
import { drawnStrips, placeOnSheet, stripAt } from './drawn-strips.ts';

/** What a caliper measures when it is first laid on: one beat at 75/min. */
const FIRST_SECONDS = 0.8;
/** A key with Shift goes over a small square. */
const SQUARE_SECONDS = 0.04;

export interface CaliperControls {
  readonly toggle: HTMLElement;
  readonly marchOut: HTMLInputElement;
  readonly readout: HTMLElement;
  /** Read out by assistive technology; sliders tell their value themselves. */
  readonly status: HTMLElement;
}

export interface Calipers {
  /** Draws anew after a zoom or another size of the window. */
  redraw(): void;
  /** Takes the caliper away, since what it measures is no longer shown. */
  clear(): void;
}

/** Calipers over the sheets of some paper: by mouse, touch and keyboard. Their ends are always samples of one lead. */
export function createCalipers(paper: HTMLElement, controls: CaliperControls): Calipers {
  const view = createCaliperView();
  let placed: PlacedCaliper | undefined;
  let dragged: CaliperEnd | undefined;

  const show = (next: PlacedCaliper | undefined) => {
    placed = next;
    if (next) view.draw(next, controls.marchOut.checked);
    else view.clear();
    controls.toggle.setAttribute('aria-pressed', String(next !== undefined));
    controls.readout.textContent = next ? `${nameOf(next)}: ${caliperText(next.caliper)}` : '';
    paper.classList.toggle('measuring', next !== undefined);
  };
  const clear = () => {
    if (placed === undefined) return;
    const hadFocus = view.endOf(document.activeElement) !== undefined;
    show(undefined);
    controls.status.textContent = 'Calipers taken away';
    if (hadFocus) controls.toggle.focus();
  };
  const announce = () => {
    controls.status.textContent = controls.readout.textContent;
  };
  const moveEnd = (end: CaliperEnd, event: MouseEvent) => {
    if (placed === undefined) return;
    const { strip } = placed.caliper;
    const index = nearestPoint(strip, placeOnSheet(placed.sheet, event).xMm);
    if (index !== undefined) show({ ...placed, caliper: movedEnd(placed.caliper, end, index) });
  };

  controls.toggle.addEventListener('click', () => {
    if (placed) return clear();
    show(firstPlace(paper));
    announce();
    view.focus('from');
  });
  controls.marchOut.addEventListener('change', () => show(placed));
  paper.addEventListener('pointerdown', (event) => {
    if (placed === undefined || event.button !== 0) return;
    dragged = view.endOf(event.target);
    // A finger beside the legs scrolls; where it taps, `click` follows.
    if (dragged === undefined && event.pointerType === 'mouse') {
      const begun = at(event, 0);
      if (begun === undefined) return;
      show(begun);
      dragged = 'to';
    }
    if (dragged === undefined) return;
    paper.setPointerCapture(event.pointerId);
    event.preventDefault();
    view.focus(dragged);
  });
  paper.addEventListener('pointermove', (event) => {
    if (dragged) moveEnd(dragged, event);
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    paper.addEventListener(type, () => {
      if (dragged) announce();
      dragged = undefined;
    });
  }
  paper.addEventListener('click', (event) => {
    if (placed === undefined || !(event instanceof PointerEvent) || event.pointerType === 'mouse') return;
    if (view.endOf(event.target)) return;
    const { from, to, strip } = placed.caliper;
    show(at(event, (strip.points[to]!.xMm - strip.points[from]!.xMm) / strip.mmPerSecond) ?? placed);
    announce();
  });
  paper.addEventListener('keydown', (event) => {
    const end = view.endOf(event.target);
    const next = placed && end && afterKey(placed, end, event);
    if (next === undefined) return;
    event.preventDefault();
    show(next);
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') clear();
  });
  return { redraw: () => placed && show(placed), clear };
}

/** In the middle of what is seen of the paper. */
function firstPlace(paper: HTMLElement): PlacedCaliper | undefined {
  const { left, right, top, bottom } = paper.getBoundingClientRect();
  const clientX = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
  const clientY = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
  return at({ clientX, clientY, target: sheetNear(paper, clientY) }, FIRST_SECONDS);
}

function sheetNear(paper: HTMLElement, clientY: number): Element | null {
  const sheets = [...paper.querySelectorAll('.sheet:has(svg)')];
  const isAbove = (sheet: Element) => sheet.getBoundingClientRect().bottom < clientY;
  return sheets.find((sheet) => !isAbove(sheet)) ?? sheets.at(-1) ?? null;
}

/** A caliper whose first leg is where a pointer is, and whose second is `seconds` later, both on the strip. */
function at(event: Pick<MouseEvent, 'clientX' | 'clientY' | 'target'>, seconds: number): PlacedCaliper | undefined {
  const sheet = event.target instanceof Element ? event.target.closest('.sheet') : null;
  if (sheet === null) return undefined;
  const place = placeOnSheet(sheet, event);
  const strip = stripAt(drawnStrips(sheet), place);
  return strip && onStrip({ sheet, strip }, place.xMm, seconds);
}

function onStrip(
  { sheet, strip }: { readonly sheet: Element; readonly strip: DrawnStrip },
  xMm: number,
  seconds: number,
): PlacedCaliper | undefined {
  const lengthMm = seconds * strip.mmPerSecond;
  const leastMm = strip.box.xMm - Math.min(0, lengthMm);
  const mostMm = (strip.points.at(-1)?.xMm ?? 0) - Math.max(0, lengthMm);
  const startMm = Math.max(leastMm, Math.min(mostMm, xMm));
  const from = nearestPoint(strip, startMm);
  const to = nearestPoint(strip, startMm + lengthMm);
  return from === undefined || to === undefined ? undefined : { sheet, caliper: { strip, from, to } };
}

/** Left and right go from sample to sample, with Shift over a small square; up and down to the lead above or below. */
function afterKey({ sheet, caliper }: PlacedCaliper, end: CaliperEnd, event: KeyboardEvent): PlacedCaliper | undefined {
  const { strip } = caliper;
  const step = event.shiftKey ? Math.max(1, Math.round(SQUARE_SECONDS * strip.samplingRate)) : 1;
  const index = {
    ArrowLeft: caliper[end] - step,
    ArrowRight: caliper[end] + step,
    Home: 0,
    End: strip.points.length - 1,
  }[event.key];
  if (index !== undefined) return { sheet, caliper: movedEnd(caliper, end, index) };
  const rows = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (rows === undefined) return undefined;
  const [from, to] = [strip.points[caliper.from]!, strip.points[caliper.to]!];
  const next = neighbour(drawnStrips(sheet), strip, { rows, xMm: from.xMm });
  return next && onStrip({ sheet, strip: next }, from.xMm, (to.xMm - from.xMm) / strip.mmPerSecond);
}

function neighbour(
  strips: readonly DrawnStrip[],
  { box }: DrawnStrip,
  { rows, xMm }: { readonly rows: number; readonly xMm: number },
): DrawnStrip | undefined {
  return strips
    .filter((other) => Math.sign(other.box.yMm - box.yMm) === rows)
    .filter((other) => other.box.xMm <= xMm && xMm <= other.box.xMm + other.box.widthMm)
    .toSorted((a, b) => Math.abs(a.box.yMm - box.yMm) - Math.abs(b.box.yMm - box.yMm))[0];
}
