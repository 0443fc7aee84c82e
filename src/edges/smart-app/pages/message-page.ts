import type { AppPlace } from '../smart-app-deps.ts';
import { html } from './html.ts';
import { page } from './page.ts';

/** A page that says one thing, and lets the user do nothing about it here. */
export function messagePage(message: string, place: Pick<AppPlace, 'filesPath'>): string {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/\.?$/, '.');
  return page(
    { title: 'ECG viewer' },
    place,
    html`<main class="message"><h1>ECG viewer</h1><p role="alert">${sentence}</p></main>`,
  );
}
