import { createCalipers } from './calipers.ts';
import { changeViewInPlace } from './change-view.ts';
import { createCompared } from './compared.ts';
import { createSheets, type ShownPage } from './sheets.ts';
import { createZoom } from './zoom.ts';

/** Zoom, calipers, and views that change in place: what a page with a tracing can do once scripts run. */
export function equipTracing(section: HTMLElement): void {
  const [paper, content] = [find(section, '.paper'), find(section, '.sheets')];
  const calipers = createCalipers(paper, {
    toggle: find(section, '#calipers'),
    marchOut: findInput(section, '#march-out'),
    readout: find(section, '#calipers-readout'),
    status: find(section, '#calipers-status'),
  });
  const controls = {
    closer: find(section, '#zoom-in'),
    farther: find(section, '#zoom-out'),
    reset: find(section, '#zoom-reset'),
    readout: find(section, '#zoom-readout'),
  };
  createZoom(paper, content, controls, calipers.redraw);
  new ResizeObserver(calipers.redraw).observe(content);
  const pages = followPages(section);
  const sheets = createSheets(paper, find(section, '.pages'), { onReplace: calipers.clear, onPage: pages.show });
  pages.onChoice(sheets.goTo);
  const compare = createCompared(find(section, '.compared'));
  changeViewInPlace(findForm(section, '#view'), (query) => {
    void sheets.show(query);
    void compare(query);
  });
  for (const part of section.querySelectorAll<HTMLElement>('[data-with-script]')) part.hidden = false;
  for (const part of section.querySelectorAll<HTMLElement>('[data-without-script]')) part.hidden = true;
}

/** Which page is seen, as a number and in the overview; either can be used to go to another. */
function followPages(section: HTMLElement) {
  const [choice, number] = [find(section, '#page-choice'), findInput(section, '#page')];
  const overview = section.querySelector<SVGElement>('.ecg-overview');
  const marker = overview?.querySelector('.ecg-overview-marker');
  const seconds = Number(overview?.dataset['durationSeconds']);
  let count = 1;
  return {
    show(page: ShownPage) {
      ({ count } = page);
      for (const part of [choice, overview?.parentElement]) if (part) part.hidden = count < 2;
      find(choice, 'output').textContent = `of ${count}`;
      number.max = String(count);
      number.value = String(page.number);
      marker?.setAttribute('x', `${(100 * page.startSeconds) / seconds}%`);
      marker?.setAttribute('width', `${(100 * (page.endSeconds - page.startSeconds)) / seconds}%`);
    },
    onChoice(goTo: (page: number) => void) {
      number.addEventListener('change', () => goTo(number.valueAsNumber || 1));
      overview?.addEventListener('click', ({ clientX }) => {
        const { left, width } = overview.getBoundingClientRect();
        goTo(Math.floor(((clientX - left) / width) * count) + 1);
      });
    },
  };
}

function find(within: Element, selector: string): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

function findInput(within: Element, selector: string): HTMLInputElement {
  const found = find(within, selector);
  if (!(found instanceof HTMLInputElement)) throw new Error(`${selector} is no input`);
  return found;
}

function findForm(within: Element, selector: string): HTMLFormElement {
  const found = find(within, selector);
  if (!(found instanceof HTMLFormElement)) throw new Error(`${selector} is no form`);
  return found;
}
