import { durationSeconds, type Ecg } from '../../../ecg/ecg.ts';
import { comparisonText } from '../../../serial/comparison-text.ts';
import type { SerialComparison } from '../../../serial/serial-comparison.ts';
import { overviewSvg } from '../../../tracing/overview-svg.ts';
import { clock } from '../../../tracing/page-labels.ts';
import type { DrawnTracing } from '../draw-tracing.ts';
import { GAINS, layoutsFor, SPEEDS, type ViewOptions } from '../view-options.ts';
import { type Html, html } from './html.ts';

const LAYOUT_NAMES = {
  '3x4': '3 × 4 with rhythm strip',
  '6x2': '6 × 2 with rhythm strip',
  '12x1': '12 × 1',
  rows: 'every lead, one below the other',
} as const;

/** The tracing, and how it is looked at. Works without scripts: then every choice loads the page anew. */
export function tracingView(ecg: Ecg, drawn: DrawnTracing, options: ViewOptions): Html {
  const { page, pageCount } = drawn;
  return html`<section class="tracing" aria-labelledby="tracing-title">
<div class="row spread"><h2 id="tracing-title">Tracing</h2>
<form id="view" method="get" class="row switches">
<input type="hidden" name="ecg" value="${options.ecg}">
${select(
  'layout',
  'Layout',
  layoutsFor(ecg).map((value) => ({ value, label: LAYOUT_NAMES[value], isChosen: value === options.layout })),
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
${compareChoice(drawn.comparison, options)}
<label id="page-choice"${pageCount < 2 && html` hidden`}><span>Page</span> <input id="page" type="number" name="page" min="1" max="${pageCount}" value="${page}"> <output>of ${pageCount}</output></label>
<button type="submit" data-without-script>Show</button>
</form></div>
${TOOLS}
${overview(ecg, drawn)}
<div class="paper" tabindex="0" role="region" aria-label="ECG paper"><div class="sheets"><div class="pages"><div class="sheet current">${{ html: drawn.svg }}</div></div>
<div class="compared">${drawn.compared !== undefined && html`<div class="sheet">${{ html: drawn.compared }}</div>`}</div></div></div>
${drawn.comparison && html`<p>${comparisonText(drawn.comparison)}.</p>`}
<p id="why-caption" class="why"${options.why === undefined && html` hidden`}>
The blue bands show <strong>when</strong> the network finds its evidence, darker where it finds more. They are approximate, hold for all leads alike and say nothing
of <strong>which</strong> lead; they explain the network and prove no finding.
<a href="?${toQuery({ ...options, why: undefined })}" data-why="">Take the bands away</a></p>
</section>`;
}

/** Of no use without scripts, and not shown then. */
const TOOLS = html`<div class="row tools" data-with-script hidden>
<div class="row" role="group" aria-label="Zoom"><button type="button" id="zoom-out" aria-label="Zoom out">−</button>
<output id="zoom-readout" aria-label="Zoom">100 %</output>
<button type="button" id="zoom-in" aria-label="Zoom in">+</button>
<button type="button" id="zoom-reset">Reset zoom</button></div>
<div class="row" role="group" aria-label="Calipers"><button type="button" id="calipers" aria-pressed="false" aria-describedby="calipers-hint">Calipers</button>
<label><input type="checkbox" id="march-out"> March out</label>
<span id="calipers-hint" class="visually-hidden">Arrow keys move a leg from sample to sample, with Shift by 40 ms; up and down go to another lead; Escape takes the calipers away.</span>
<strong id="calipers-readout" class="readout"></strong><span id="calipers-status" class="visually-hidden" role="status"></span></div>
</div>`;

/** A shorter recording is seen at a glance. */
const OVERVIEW_FROM_SECONDS = 15;

function overview(ecg: Ecg, drawn: DrawnTracing): Html | undefined {
  const seconds = durationSeconds(ecg);
  if (seconds < OVERVIEW_FROM_SECONDS) return undefined;
  return html`<div class="overview"${drawn.pageCount < 2 && html` hidden`}>${{ html: overviewSvg(ecg, drawn) }}
<div class="row spread quiet"><span>0:00</span><span>${clock(seconds)}</span></div></div>`;
}

const COMPARISONS = [
  ['', 'none'],
  ['beside', 'the previous ECG beside it'],
  ['beats', 'beats over each other'],
] as const;

/** Where there is a previous ECG; where the two cannot be compared, it can still be looked at. */
function compareChoice(comparison: SerialComparison | undefined, { compare }: ViewOptions): Html | undefined {
  if (comparison === undefined) return undefined;
  const offered = COMPARISONS.filter(([value]) => value !== 'beats' || comparison.outcome === 'compared');
  return select(
    'compare',
    'Compare',
    offered.map(([value, label]) => ({ value, label, isChosen: value === (compare ?? '') })),
  );
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
