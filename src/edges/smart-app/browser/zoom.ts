const LEAST = 1;
const MOST = 8;
const STEP = 1.5;
/** Per pixel of a wheel: a notch is some 100. */
const WHEEL = 0.002;
/** Until the paper is drawn crisply again. */
const SETTLED_MS = 150;

export interface ZoomControls {
  readonly closer: HTMLElement;
  readonly farther: HTMLElement;
  readonly reset: HTMLElement;
  readonly readout: HTMLElement;
}

interface Place {
  readonly clientX: number;
  readonly clientY: number;
}

/**
 * Zooms what lies in a scrolling box: the compositor scales it while it moves, and it is drawn anew once it rests.
 * Moving is scrolling: by wheel, touch and keys as the browser does it, and by dragging with a mouse.
 */
export function createZoom(paper: HTMLElement, content: HTMLElement, controls: ZoomControls, onZoom: () => void): void {
  let factor = LEAST;
  let settled = 0;

  const zoomTo = (wanted: number, { clientX, clientY }: Place = middleOf(paper)) => {
    const next = Math.max(LEAST, Math.min(MOST, wanted));
    if (next === factor) return;
    const before = content.getBoundingClientRect();
    factor = next;
    content.classList.add('moving');
    content.style.setProperty('--zoom', String(factor));
    paper.classList.toggle('zoomed', factor > LEAST);
    const after = content.getBoundingClientRect();
    // What is under the pointer stays there.
    paper.scrollLeft += after.left + ((clientX - before.left) / before.width) * after.width - clientX;
    paper.scrollTop += after.top + ((clientY - before.top) / before.height) * after.height - clientY;
    controls.readout.textContent = `${Math.round(factor * 100)} %`;
    clearTimeout(settled);
    settled = setTimeout(() => content.classList.remove('moving'), SETTLED_MS);
    onZoom();
  };

  controls.closer.addEventListener('click', () => zoomTo(factor * STEP));
  controls.farther.addEventListener('click', () => zoomTo(factor / STEP));
  controls.reset.addEventListener('click', () => zoomTo(LEAST));
  paper.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return;
    if (key === '+' || key === '=') zoomTo(factor * STEP);
    if (key === '-') zoomTo(factor / STEP);
    if (key === '0') zoomTo(LEAST);
  });
  zoomByWheel(paper, (ratio, place) => zoomTo(factor * ratio, place));
  dragToScroll(paper);
}

/** Of many turns of the wheel in one frame one zoom is made. */
function zoomByWheel(paper: HTMLElement, zoomBy: (ratio: number, place: Place) => void): void {
  let turned = 0;
  let place: Place | undefined;
  paper.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      turned += event.deltaY;
      if (place === undefined) {
        requestAnimationFrame(() => {
          if (place) zoomBy(Math.exp(-turned * WHEEL), place);
          turned = 0;
          place = undefined;
        });
      }
      place = { clientX: event.clientX, clientY: event.clientY };
    },
    { passive: false },
  );
}

function dragToScroll(paper: HTMLElement): void {
  let last: Place | undefined;
  paper.addEventListener('pointerdown', (event) => {
    if (event.defaultPrevented || event.pointerType !== 'mouse' || event.button !== 0) return;
    if (event.target === paper) return;
    last = event;
    paper.setPointerCapture(event.pointerId);
  });
  paper.addEventListener('pointermove', (event) => {
    if (last === undefined) return;
    paper.scrollBy(last.clientX - event.clientX, last.clientY - event.clientY);
    last = event;
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    paper.addEventListener(type, () => {
      last = undefined;
    });
  }
}

function middleOf(paper: HTMLElement): Place {
  const { left, top, width, height } = paper.getBoundingClientRect();
  return { clientX: left + width / 2, clientY: top + height / 2 };
}
