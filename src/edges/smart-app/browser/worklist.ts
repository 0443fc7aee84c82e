/** Renews the worklist where it stands. Without this script the page is renewed by its link. */

const EVERY_MS = 30_000;

const rows = document.querySelector<HTMLOListElement>('ol#rows');
const stopped = document.querySelector<HTMLElement>('#stopped');
if (rows && stopped) {
  setInterval(() => void renew(rows, stopped), EVERY_MS);
  // Who comes back to the window sees what is true now.
  addEventListener('focus', () => void renew(rows, stopped));
}

async function renew(list: HTMLOListElement, notice: HTMLElement): Promise<void> {
  const address = new URL(location.href);
  address.searchParams.set('refresh', 'auto');
  const answer = await fetch(address, { redirect: 'error' }).catch(() => undefined);
  if (answer?.status === 401) {
    // Nobody's session: what was on the screen is no longer theirs to see.
    list.replaceChildren();
    return say(notice, 'The session is over. Launch again from the EHR.');
  }
  if (!answer?.ok) return say(notice, 'The list could not be renewed and may be out of date.');
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  say(notice, '');
  for (const live of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(live.id);
    // A status that says the same again would be read out again.
    const isSame = next?.innerHTML === live.innerHTML;
    if (next && !isSame && !live.contains(document.activeElement)) live.replaceChildren(...next.childNodes);
  }
  renewRows(list, [...fresh.querySelectorAll<HTMLElement>('ol#rows > li')]);
}

/** A row that has the focus stays where it is, so that nothing is taken from under the user's fingers. */
function renewRows(list: HTMLOListElement, fresh: readonly HTMLElement[]): void {
  const held = [...list.children].find((row) => row.contains(document.activeElement));
  const isHeld = (row: Element) => held !== undefined && keyOf(row) === keyOf(held);
  for (const row of [...list.children]) if (row !== held) row.remove();
  const place = fresh.findIndex(isHeld);
  if (held && place === -1) markAsGone(held);
  const before = held ? fresh.slice(0, Math.max(place, 0)) : fresh;
  const after = held ? fresh.slice(place + 1) : [];
  list.prepend(...before);
  list.append(...after);
}

function markAsGone(row: Element): void {
  if (row.classList.contains('gone')) return;
  row.classList.add('gone');
  row.append('No longer unsigned.');
}

function keyOf(row: Element): string | undefined {
  return row instanceof HTMLElement ? row.dataset['row'] : undefined;
}

function say(notice: HTMLElement, words: string): void {
  if (notice.textContent !== words) notice.textContent = words;
  notice.hidden = words === '';
}
