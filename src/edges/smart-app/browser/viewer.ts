/** Comfort only: without this script every choice loads the page anew, and one finding can be added at a time. */

import { equipTracing } from './tracing-tools.ts';

const tracing = document.querySelector<HTMLElement>('section.tracing');
if (tracing) equipTracing(tracing);

const overRead = document.querySelector<HTMLFormElement>('form#over-read');
if (overRead) {
  offerNextInput(overRead);
  keepTyping(overRead);
}

/** There is always one empty field for a finding. */
function offerNextInput(form: HTMLFormElement): void {
  form.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== 'added' || target.value === '') return;
    const label = target.closest('label');
    const fields = [...form.querySelectorAll<HTMLInputElement>('input[name=added]')];
    if (!label || fields.some(({ value }) => value === '')) return;
    const next = label.cloneNode(true);
    if (!(next instanceof HTMLElement)) return;
    const input = next.querySelector('input');
    if (input) input.value = '';
    label.after(next);
  });
}

/** Asks before a page with something typed is left by anything but signing. */
function keepTyping(form: HTMLFormElement): void {
  let isTyped = document.querySelector('.alert') !== null;
  form.addEventListener('input', () => {
    isTyped = true;
  });
  form.addEventListener('submit', () => {
    isTyped = false;
  });
  addEventListener('beforeunload', (event) => {
    if (isTyped) event.preventDefault();
  });
}
