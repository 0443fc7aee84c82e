import type { Session } from '../session.ts';
import { mayList } from '../worklist.ts';
import { type Html, html } from './html.ts';

/** What stands at the head of every page of a session. */
export function appHeader(session: Session, current?: 'worklist'): Html {
  const label = session.patientId === undefined ? 'Unsigned reports' : 'Unsigned reports of this patient';
  return html`<header class="app"><p>Cardhook <span>ECG viewer</span></p>
<div class="row">${current === undefined && mayList(session) && html`<a href="worklist">${label}</a>`}
<form method="post" action="logout"><input type="hidden" name="formToken" value="${session.formToken}"><button type="submit">Close and log out</button></form></div></header>`;
}
