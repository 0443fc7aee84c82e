import { countOf } from './count-of.ts';
import { element, fill } from './element.ts';
import { isOk } from './failure.ts';
import type { Call } from './http-client.ts';

const MAX_CALLS = 100;
/** Waveforms are cut to this when shown. */
const MAX_STRING = 160;

/** The developer panel: every request and answer as it was sent, newest first. */
export function callPanel(root: HTMLElement): (call: Call) => void {
  const count = element('span', { class: 'quiet' }, 'none yet');
  const list = element('ol', { class: 'calls', reversed: true });
  let total = 0;
  fill(root, [
    element('details', {}, [
      element('summary', {}, [element('h2', {}, 'Requests and responses'), ' ', count]),
      element(
        'p',
        { class: 'quiet' },
        `As sent and received; strings over ${MAX_STRING} characters are shortened here.`,
      ),
      list,
    ]),
  ]);
  return (call) => {
    total += 1;
    count.textContent = countOf(total, 'call');
    list.setAttribute('start', String(total));
    list.prepend(callView(call));
    if (list.childElementCount > MAX_CALLS) list.lastElementChild?.remove();
  };
}

function callView({ purpose, method, path, request, answer, durationMs }: Call): HTMLElement {
  const status = answer.status === 0 ? 'no answer' : String(answer.status);
  const details = element('details', {}, [
    element('summary', {}, [
      element('span', { class: isOk(answer) ? 'quiet' : 'problem' }, `${status}, ${Math.round(durationMs)} ms`),
      ' ',
      method === 'POST' ? element('strong', { class: 'hook' }, purpose) : purpose,
      ' ',
      element('code', {}, `${method} ${path}`),
    ]),
  ]);
  // Formatted only when looked at: a prefetch with waveforms is megabytes.
  details.addEventListener(
    'toggle',
    () =>
      details.append(
        element('div', { class: 'exchange' }, [
          request !== undefined && jsonView('Request', request),
          jsonView('Response', answer.body),
        ]),
      ),
    { once: true },
  );
  return element('li', {}, details);
}

function jsonView(title: string, value: unknown): HTMLElement {
  const text = JSON.stringify(value, (_key, member) => shortened(member), 2) ?? '(empty)';
  return element('div', {}, [
    element('h3', {}, title),
    element('pre', { tabindex: '0', role: 'region', 'aria-label': title }, text),
  ]);
}

function shortened(member: unknown): unknown {
  if (typeof member !== 'string' || member.length <= MAX_STRING) return member;
  return `${member.slice(0, MAX_STRING)}… (${member.length} characters)`;
}
