/** Layout, speed, gain and the bands change the picture alone, so that nothing that was typed is lost. */
export function changeViewInPlace(form: HTMLFormElement, show: (query: URLSearchParams) => void): void {
  let why = new URLSearchParams(location.search).get('why') ?? '';
  const caption = document.querySelector<HTMLElement>('#why-caption');
  const showChosen = () => {
    const query = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    if (why !== '') query.set('why', why);
    show(query);
    if (caption) caption.hidden = why === '';
    for (const button of document.querySelectorAll<HTMLElement>('button[data-why]')) {
      button.setAttribute('aria-pressed', String(button.dataset['why'] === why));
    }
  };
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement && target.name === 'page')) showChosen();
  });
  for (const control of document.querySelectorAll<HTMLElement>('[data-why]')) {
    control.addEventListener('click', (event) => {
      event.preventDefault();
      const asked = control.dataset['why'] ?? '';
      why = asked === why ? '' : asked;
      showChosen();
      if (why !== '') document.querySelector('.paper')?.scrollIntoView({ block: 'nearest' });
    });
  }
}
