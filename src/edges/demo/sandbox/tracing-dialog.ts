import type { EcgRecord } from './chart-records.ts';
import type { OpenChart } from './desk.ts';
import { button, element } from './element.ts';
import { failureOf, isOk } from './failure.ts';

/** Opens the tracing of an ECG over the chart. Escape or the button closes it, and the focus is back where it was. */
export function tracingButton(ecg: Pick<EcgRecord, 'time' | 'reference'>, chart: OpenChart): HTMLButtonElement {
  return button('Show tracing', () => showTracing(ecg, chart), { 'aria-label': `Show tracing of the ECG ${ecg.time}` });
}

async function showTracing(
  { time, reference }: Pick<EcgRecord, 'time' | 'reference'>,
  { desk, signal }: OpenChart,
): Promise<void> {
  const path = `/demo/tracing/${reference}`;
  const answer = await desk.send({ purpose: 'tracing', path, signal });
  if (signal.aborted) return;
  const dialog: HTMLDialogElement = element('dialog', { class: 'tracing', 'aria-labelledby': 'tracing-title' }, [
    element('div', { class: 'row spread' }, [
      element('h2', { id: 'tracing-title' }, `ECG ${time}`),
      element('div', { class: 'row' }, [
        element('a', { href: path, target: '_blank', rel: 'noopener' }, 'Open to print'),
        button('Close', () => dialog.close()),
      ]),
    ]),
    isOk(answer) && typeof answer.body === 'string'
      ? paper(answer.body, time)
      : element('p', { class: 'problem' }, `The tracing cannot be drawn: ${failureOf(answer)}.`),
  ]);
  dialog.addEventListener('close', () => dialog.remove());
  signal.addEventListener('abort', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** As an image the SVG is inert, whatever it may hold; it scrolls where the screen is smaller than the paper. */
function paper(svg: string, time: string): HTMLElement {
  return element(
    'div',
    { class: 'paper', tabindex: '0', role: 'region', 'aria-label': 'Tracing' },
    element('img', { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: `ECG tracing, recorded ${time}` }),
  );
}
