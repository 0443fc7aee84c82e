import { durationSeconds } from '../../../ecg/ecg.ts';
import type { EcgReading } from '../../../interpret-ecg.ts';
import { MAX_ANALYSED_SECONDS } from '../../../measurement/analysis-signal.ts';
import {
  type EcgMeasurements,
  isMeasured,
  type Measurement,
  type MeasurementName,
} from '../../../measurement/measurement.ts';
import { amount, SOURCE_NAMES, statedValue } from '../../../measurement/preferred-value.ts';
import { type Html, html } from './html.ts';

const ROWS: readonly (readonly [name: MeasurementName, label: string])[] = [
  ['ventricularRate', 'Rate'],
  ['pr', 'PR'],
  ['qrs', 'QRS'],
  ['qt', 'QT'],
  ['qtcFridericia', 'QTc Fridericia'],
  ['qtcBazett', 'QTc Bazett'],
  ['qrsAxis', 'QRS axis'],
  ['tAxis', 'T axis'],
];

/** What the recorder states, what was measured here, and what was measured in the previous ECG, side by side. */
export function measurementsView({ ecg, measurements, comparison }: EcgReading): Html {
  const previous = comparison?.outcome === 'compared' ? comparison : undefined;
  return html`<section class="panel" aria-labelledby="measurements-title">
<h2 id="measurements-title">Measurements</h2>
<div class="scrolling" tabindex="0" role="region" aria-label="Table of measurements"><table>
<thead><tr><th scope="col">Of this ECG</th><th scope="col">Recorder</th><th scope="col">Measured here</th>
${previous && html`<th scope="col">Previous, ${previous.when}</th>`}</tr></thead>
<tbody>${ROWS.map(
    ([
      name,
      label,
    ]) => html`<tr><th scope="row">${label}</th><td>${statedCell(ecg.measurements, name)}</td><td>${cell(measurements[name])}</td>
${previous && html`<td>${cell(previous.previous.measurements[name])}</td>`}</tr>`,
  )}</tbody></table></div>
${unstatedQtc(ecg.measurements)}
${measurements.isPaced && html`<p>Pacing impulses are seen.</p>`}
<p class="quiet">${durationSeconds(ecg) > MAX_ANALYSED_SECONDS && 'Measured in the first minute. '}${beatsText(measurements)}</p>
</section>`;
}

function statedCell(stated: EcgReading['ecg']['measurements'], name: MeasurementName): string {
  const value = SOURCE_NAMES[name] && statedValue(stated, name);
  return value ? amount(value) : 'not stated';
}

/** Recorders often do not say by which formula. */
function unstatedQtc(stated: EcgReading['ecg']['measurements']): Html | undefined {
  const value = statedValue(stated, 'qtc');
  return value && html`<p>The recorder also states a QTc of ${amount(value)}, by a formula it does not name.</p>`;
}

function cell(measurement: Measurement): Html {
  if (!isMeasured(measurement)) return html`<span class="quiet">not measurable: ${measurement.reason}</span>`;
  const { caution } = measurement;
  return html`${amount(measurement)}${caution !== undefined && html` <span class="quiet">low confidence: ${caution}</span>`}`;
}

function beatsText({ beats }: EcgMeasurements): string {
  const { all, dominant, ectopic, premature } = beats;
  const others = ectopic === 0 ? '' : `, ${ectopic} of another shape`;
  return `${all} beats: ${dominant} of the shape that is measured${premature === 0 ? '' : ` (${premature} premature)`}${others}.`;
}
