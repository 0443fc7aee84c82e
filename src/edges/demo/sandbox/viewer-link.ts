import { element } from './element.ts';

/** What a SMART app is launched for. */
export interface ViewerLaunch {
  readonly patient: string;
  /** "Observation/1" */
  readonly ecg?: string;
  /** Of a card's link. */
  readonly appContext?: string;
}

/** A link that launches the SMART app in a window of its own, as an EHR does. */
export function viewerLink(label: string, launch: ViewerLaunch, about: string): HTMLAnchorElement {
  const href = `/demo/launch?${new URLSearchParams({ ...launch })}`;
  return element('a', { href, target: '_blank', rel: 'noopener', 'aria-label': `${label}: ${about}` }, label);
}
