/** Comfort only: without this script every choice loads the page anew, and one finding can be added at a time. */

const view = document.querySelector<HTMLFormElement>('form#view');
const tracing = document.querySelector<HTMLImageElement>('img#tracing');
if (view && tracing) changeViewInPlace(view, tracing);

const overRead = document.querySelector<HTMLFormElement>('form#over-read');
if (overRead) {
  offerNextInput(overRead);
  keepTyping(overRead);
}

/** Layout, speed, gain and the bands change the picture alone, so that nothing that was typed is lost. */
function changeViewInPlace(form: HTMLFormElement, image: HTMLImageElement): void {
  let why = new URLSearchParams(image.src.split('?')[1]).get('why') ?? '';
  const caption = document.querySelector<HTMLElement>('#why-caption');
  const show = () => {
    const chosen = new FormData(form);
    const query = new URLSearchParams([...chosen].map(([name, value]) => [name, String(value)]));
    if (why !== '') query.set('why', why);
    image.src = `tracing?${query}`;
    if (caption) caption.hidden = why === '';
    for (const button of document.querySelectorAll<HTMLElement>('button[data-why]')) {
      button.setAttribute('aria-pressed', String(button.dataset['why'] === why));
    }
  };
  for (const hidden of form.querySelectorAll<HTMLElement>('[data-without-script]')) hidden.hidden = true;
  form.addEventListener('change', show);
  for (const control of document.querySelectorAll<HTMLElement>('[data-why]')) {
    control.addEventListener('click', (event) => {
      event.preventDefault();
      const asked = control.dataset['why'] ?? '';
      why = asked === why ? '' : asked;
      show();
      if (why !== '') image.scrollIntoView({ block: 'nearest' });
    });
  }
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
