import { fetchDrawing } from './fetch-drawing.ts';

export interface SheetEvents {
  /** What was shown is about to go. */
  readonly onReplace: () => void;
  /** Another sheet is in the middle of the paper, or the same one anew. */
  readonly onPage: (page: ShownPage) => void;
}

export interface ShownPage {
  /** From 1. */
  readonly number: number;
  readonly count: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The sheets of a tracing below each other, of which only those near to what is seen are in the page. */
export interface Sheets {
  /** Shows the tracing as a query says, at the same place of the recording. */
  show(query: URLSearchParams): Promise<void>;
  /** Scrolls to a page. */
  goTo(page: number): void;
}

export function createSheets(paper: HTMLElement, content: HTMLElement, events: SheetEvents): Sheets {
  let view = withoutPlace(new URLSearchParams(location.search));
  let sheets = [...content.querySelectorAll<HTMLElement>('.sheet')];
  let loading = new AbortController();

  const load = async (sheet: HTMLElement, number: number) => {
    const { signal } = loading;
    const drawn = await fetchDrawing(addressOf(view, { page: number }), signal);
    if (signal.aborted) return;
    sheet.replaceChildren(drawn);
    if (sheet.classList.contains('current')) tell(sheet);
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!(target instanceof HTMLElement)) continue;
        const isEmpty = target.childElementCount === 0;
        if (isIntersecting && isEmpty) void load(target, sheets.indexOf(target) + 1);
        // Who measures on a sheet finds it again.
        if (!isIntersecting && !isEmpty && target.querySelector('.calipers') === null) target.replaceChildren();
      }
    },
    { root: paper, rootMargin: '100% 0px' },
  );
  const tell = (sheet: HTMLElement) => {
    const page = pageOf(sheet);
    if (page) events.onPage(page);
  };
  const markCurrent = () => {
    const middle = paper.getBoundingClientRect().top + paper.clientHeight / 2;
    const current = sheets.find((sheet) => sheet.getBoundingClientRect().bottom >= middle) ?? sheets.at(-1);
    if (current === undefined || current.classList.contains('current')) return;
    for (const sheet of sheets) sheet.classList.toggle('current', sheet === current);
    tell(current);
  };
  /** A place for every page, with what is drawn in its own. */
  const spread = (drawn: Element) => {
    near.disconnect();
    const page = readPage(drawn);
    const count = page?.count ?? 1;
    sheets = Array.from({ length: count }, () => newSheet());
    const shown = sheets[(page?.number ?? 1) - 1] ?? sheets[0];
    shown?.append(drawn);
    shown?.classList.add('current');
    content.replaceChildren(...sheets);
    paper.classList.toggle('long', count > 1);
    if (shown && count > 1) scrollTo(shown);
    for (const sheet of sheets) if (count > 1) near.observe(sheet);
    if (shown) tell(shown);
  };
  const scrollTo = (sheet: HTMLElement) => {
    paper.scrollTop += sheet.getBoundingClientRect().top - paper.getBoundingClientRect().top;
  };

  let isFrameAsked = false;
  paper.addEventListener('scroll', () => {
    if (isFrameAsked) return;
    isFrameAsked = true;
    requestAnimationFrame(() => {
      isFrameAsked = false;
      markCurrent();
    });
  });
  const first = content.querySelector('.sheet > svg');
  if (first) spread(first);
  return {
    async show(wanted) {
      loading.abort();
      loading = new AbortController();
      const { signal } = loading;
      const seconds = sheets.map(pageOf).find((page) => page?.number === currentNumber(sheets))?.startSeconds ?? 0;
      view = withoutPlace(wanted);
      const drawn = await fetchDrawing(addressOf(view, { at: seconds }), signal);
      if (signal.aborted) return;
      events.onReplace();
      spread(drawn);
    },
    goTo(page) {
      const sheet = sheets[Math.max(1, Math.min(sheets.length, page)) - 1];
      if (sheet) scrollTo(sheet);
    },
  };
}

function withoutPlace(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => name !== 'page' && name !== 'at'));
}

function addressOf(view: URLSearchParams, place: Readonly<Record<string, number>>): string {
  const parts = Object.entries(place).map(([name, value]) => [name, String(value)]);
  return `tracing?${new URLSearchParams([...view, ...parts])}`;
}

function currentNumber(sheets: readonly HTMLElement[]): number {
  return sheets.findIndex((sheet) => sheet.classList.contains('current')) + 1;
}

function newSheet(): HTMLElement {
  const sheet = document.createElement('div');
  sheet.className = 'sheet';
  return sheet;
}

function pageOf(sheet: HTMLElement): ShownPage | undefined {
  return sheet.firstElementChild ? readPage(sheet.firstElementChild) : undefined;
}

function readPage(drawn: Element): ShownPage | undefined {
  const page = drawn.querySelector<SVGGElement>('.ecg-page')?.dataset;
  if (page === undefined) return undefined;
  return {
    number: Number(page['page']),
    count: Number(page['pageCount']),
    startSeconds: Number(page['startSeconds']),
    endSeconds: Number(page['endSeconds']),
  };
}
