import type { EcgUnderReview } from '../../../over-read/ecg-under-review.ts';
import { GAINS, layoutsFor, SPEEDS, type ViewOptions } from '../view-options.ts';
import { type Html, html } from './html.ts';

const LAYOUT_NAMES = {
  '3x4': '3 × 4 with rhythm strip',
  '6x2': '6 × 2 with rhythm strip',
  '12x1': '12 × 1',
  rows: 'every lead, one below the other',
} as const;

/** The tracing, and how it is looked at. Works without scripts: then every choice loads the page anew. */
export function tracingView({ ecg }: Pick<EcgUnderReview, 'ecg'>, options: ViewOptions, title: string): Html {
  const source = `tracing?${toQuery(options)}`;
  const layouts = layoutsFor(ecg);
  return html`<section class="tracing" aria-labelledby="tracing-title">
<div class="row spread"><h2 id="tracing-title">Tracing</h2>
<form id="view" method="get" class="row switches">
<input type="hidden" name="ecg" value="${options.ecg}">
${select(
  'layout',
  'Layout',
  layouts.map((value) => ({ value, label: LAYOUT_NAMES[value], isChosen: value === options.layout })),
)}
${select(
  'speed',
  'Speed',
  SPEEDS.map((value) => ({ value, label: `${value} mm/s`, isChosen: value === options.speed })),
)}
${select(
  'gain',
  'Gain',
  GAINS.map((value) => ({ value, label: `${value} mm/mV`, isChosen: value === options.gain })),
)}
<button type="submit" data-without-script>Show</button>
</form></div>
<div class="paper" tabindex="0" role="region" aria-label="ECG paper"><img id="tracing" src="${source}" width="1123" height="794" alt="${title}"></div>
<p id="why-caption" class="why"${options.why === undefined && html` hidden`}>
The blue bands show <strong>when</strong> the network finds its evidence, darker where it finds more. They are approximate, hold for all leads alike and say nothing
of <strong>which</strong> lead; they explain the network and prove no finding.
<a href="?${toQuery({ ...options, why: undefined })}" data-why="">Take the bands away</a></p>
</section>`;
}

interface Choice {
  readonly value: string | number;
  readonly label: string;
  readonly isChosen: boolean;
}

function select(name: string, label: string, choices: readonly Choice[]): Html {
  return html`<label><span>${label}</span> <select name="${name}">
${choices.map(({ value, label: words, isChosen }) => html`<option value="${value}"${isChosen && html` selected`}>${words}</option>`)}
</select></label>`;
}

function toQuery(options: ViewOptions): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}
