import type { EcgError } from '../../../errors.ts';
import type { Finding } from '../../../findings/finding.ts';
import type { EcgReading } from '../../../interpret-ecg.ts';
import { thresholdSummary } from '../../../model/site-calibration.ts';
import { type Html, html } from './html.ts';

const TRUST = {
  official: 'weights of the authors of ECGFounder',
  site: 'trained or tuned at this site',
  'stand-in': 'stand-in for demonstration, not for clinical use',
  untrained: 'untrained: its findings mean nothing',
} as const;

const BASIS = {
  uncalibrated: 'uncalibrated: a score is no probability',
  simulated: 'from simulated ECGs: a score is no probability',
  site: 'of this site',
} as const;

/** What the model reads, why, what else it weighed, and what it cannot know. */
export function findingsView(reading: EcgReading | EcgError): Html {
  if (!('interpretation' in reading)) {
    return html`<section class="panel" aria-labelledby="reading-title">
<h2 id="reading-title">Machine reading</h2>
<p class="problem">This ECG is not interpreted: ${reading.message}.</p>
</section>`;
  }
  const { interpretation, manifest, notes, ecg } = reading;
  const { findings, suppressed, overReadReasons } = interpretation;
  return html`<section class="panel" aria-labelledby="reading-title">
<h2 id="reading-title">Machine reading</h2>
<p class="statement">${interpretation.sentence}</p>
<p>Preliminary machine reading, not confirmed by a clinician. <strong>A finding that is not listed is not excluded.</strong></p>
${overReadReasons.length > 0 && html`<div class="problem"><h3>Look at the tracing</h3>${list(overReadReasons)}</div>`}
<ul class="findings">${findings.map(findingRow)}</ul>
${
  suppressed.length > 0 &&
  html`<details><summary>What else was considered (${suppressed.length})</summary>
<ul>${suppressed.map(({ label, score, reason }) => html`<li><strong>${label.toLowerCase()}</strong>, score ${score.toFixed(2)}: ${reason}</li>`)}</ul></details>`
}
<details><summary>What the model cannot see</summary>${list(blindSpots(manifest.input.leads.length))}</details>
<details><summary>Model and tracing</summary>
<ul>
<li>${manifest.title}, version ${manifest.version}; ${TRUST[manifest.trust]}</li>
${manifest.pages && html`<li><a href="${manifest.pages.model}">Model card</a>, <a href="${manifest.pages.intendedUse}">intended use and limits</a></li>`}
<li>Thresholds ${manifest.calibration ? thresholdSummary(manifest) : BASIS[manifest.thresholds.basis]}</li>
${[...notes, ...ecg.warnings.map(({ message }) => message)].map((note) => html`<li>${note}</li>`)}
</ul></details>
</section>`;
}

function findingRow({ index, text, score, threshold, tier, coding, addedBy }: Finding): Html {
  const code = coding === undefined ? 'no code' : `SNOMED CT ${coding.code}`;
  return html`<li>
<div class="row spread"><strong>${text}</strong>
${addedBy === undefined && html`<button type="submit" form="view" name="why" value="${index}" data-why="${index}" aria-pressed="false">Show when<span class="visually-hidden"> in the tracing: ${text}</span></button>`}</div>
<div class="row">${scoreBar(score, threshold)}
<span>score ${score.toFixed(2)}, reported from ${threshold.toFixed(2)}</span>
${tier === 'low' && html`<span class="tag warning">low confidence</span>`}
<span class="quiet">${code}</span></div>
</li>`;
}

/** As long as the score, with a mark at the threshold; the numbers stand beside it. */
function scoreBar(score: number, threshold: number): Html {
  const [length, mark] = [score, threshold].map((value) => (value * 100).toFixed(1));
  return html`<svg class="score" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
<rect class="whole" width="100" height="10"/><rect class="part" width="${length}" height="10"/><rect class="mark" x="${mark}" width="1.5" height="10"/></svg>`;
}

function blindSpots(leadCount: number): readonly string[] {
  return [
    `It sees ${leadCount === 1 ? 'one lead' : `${leadCount} leads`}, ten seconds at a time, and nothing else: no symptoms, medicines, potassium, nor earlier ECGs.`,
    'It was made for adults; in children its findings do not apply.',
    'It says what it recognises and never that something is absent.',
    'A swapped, loose or disturbed electrode may look like disease to it.',
  ];
}

function list(lines: readonly string[]): Html {
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}
