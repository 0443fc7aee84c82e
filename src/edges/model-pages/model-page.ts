import { performanceCells } from '../../calibration/calibration-report.ts';
import type { Manifest, ModelTrust } from '../../model/manifest.ts';
import { modelNotice } from '../../model/model-notice.ts';
import { type SiteCalibration, thresholdSummary } from '../../model/site-calibration.ts';
import { ECGFOUNDER } from '../../terminology/label-set.ts';
import { type Html, html } from '../smart-app/pages/html.ts';
import { markdownHtml, tableHtml } from './markdown-html.ts';

/** What a page is made of. */
export interface ModelCard {
  readonly manifest: Manifest;
  /** Markdown of the model's authors or packagers, if there is any. */
  readonly card: string | undefined;
}

const TRUST: Readonly<Record<ModelTrust, string>> = {
  official: 'weights of the authors of ECGFounder',
  site: 'trained or tuned at a site',
  'stand-in': 'stand-in for demonstration, not for clinical use',
  untrained: 'untrained: its findings mean nothing',
};

/**
 * The card of a model: what its manifest says, what of it was never validated, and the words of its packagers.
 * @param root path of the pages as browsers see it.
 */
export function modelPage({ manifest, card }: ModelCard, root: string): string {
  const { title, calibration } = manifest;
  const notice = modelNotice(manifest);
  return document(
    title,
    root,
    html`<h1>${title}</h1>
${notice !== undefined && html`<p class="notice" role="note">${notice}</p>`}
<p>A machine reading of ECGs, preliminary until a clinician has confirmed it. <strong>A finding that is not listed is not
excluded.</strong> What it is for and what it is not: <a href="${root}/intended-use">intended use and limits</a>.</p>
${facts(manifest)}
${calibration !== undefined && siteSection(calibration)}
${unvalidated(manifest)}
${card === undefined ? html`<p>No model card came with this model: ask who made it for population, performance and known failures.</p>` : markdownHtml(card, 2)}`,
  );
}

/** What Cardhook is for. */
export function intendedUsePage(text: string, root: string): string {
  return document('Intended use and limits', root, markdownHtml(text, 1));
}

/** The models of this service. */
export function modelIndex(models: readonly Manifest[], root: string): string {
  const items = models.map(({ name, title }) => html`<li><a href="${root}/models/${name}">${title}</a></li>`);
  return document(
    'Models',
    root,
    html`<h1>Models</h1>
<ul>${items}</ul>
<p><a href="${root}/intended-use">Intended use and limits</a></p>`,
  );
}

function document(title: string, root: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Cardhook</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}/models/page.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.html;
}

function facts(manifest: Manifest): Html {
  const { name, version, trust, licence, input, onnx, source, disabledOutputs, architecture } = manifest;
  const rows: readonly (readonly [string, string])[] = [
    ['name, version', `${name}, ${version}`],
    ['trust', `${trust}: ${TRUST[trust]}`],
    ['thresholds', thresholdSummary(manifest)],
    [
      'input',
      `${input.leads.join(', ')}; ${input.samplingRate} Hz, ${input.length / input.samplingRate} s; ${input.recipe} recipe, notch ${input.notch} Hz`,
    ],
    ['outputs', `${architecture.n_classes - disabledOutputs.length} reported of ${architecture.n_classes}`],
    ['weights', `${onnx.file}, SHA-256 ${onnx.sha256}`],
    ...('sha256' in source ? [['checkpoint', `${source.file}, SHA-256 ${source.sha256}`] as const] : []),
    ['licence', licence],
  ];
  return html`<h2>At a glance</h2>
<dl>${rows.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>`;
}

function siteSection({ version, target, data, labels, refused }: SiteCalibration): Html {
  const columns = ['label', '+', '−', '', 'Brier', 'ECE', 'sensitivity', 'specificity', 'PPV'];
  const rows = labels.flatMap(({ label, positives, negatives, before, after }) => [
    [label, String(positives), String(negatives), 'before', ...performanceCells(before)],
    ['', '', '', 'after', ...performanceCells(after)],
  ]);
  const cells = rows.map((row) => row.map((cell) => html`${cell}`));
  return html`<h2>At this site</h2>
<p>Calibration ${version} on ${data.cases} ECGs (${data.source}); thresholds keep a ${target.measure} of ${target.atLeast} with the
lower end of its 95 % interval. Before: as the model came. After: five-fold cross-validation by patient. All other labels
are as the model came; ${refused.length} that these ECGs show were refused, for too few of them or a target that was not kept.</p>
${tableHtml(
  columns.map((column) => html`${column}`),
  cells,
)}`;
}

/** Labels whose threshold no ECG of this site has set, and those that are never reported. */
function unvalidated(manifest: Manifest): Html {
  const names = manifest.labels ?? ECGFOUNDER.labels.map(({ label }) => label);
  const calibratedOutputs = new Set(manifest.calibration?.labels.map(({ output }) => output));
  const isReported = (output: number) => !manifest.disabledOutputs.includes(output);
  const outputs = names.map((label, output) => ({ label, output }));
  const open = outputs.filter(({ output }) => isReported(output) && !calibratedOutputs.has(output));
  const silent = outputs.filter(({ output }) => !isReported(output));
  return html`<h2>Not validated here</h2>
<p>Thresholds from no ECG of this site: ${open.length} labels. What is known of them elsewhere stands below.</p>
${labelList(`Labels not validated here (${open.length})`, open)}
${labelList(`Labels never reported (${silent.length})`, silent)}`;
}

function labelList(summary: string, labels: readonly { readonly label: string }[]): Html | false {
  return (
    labels.length > 0 &&
    html`<details><summary>${summary}</summary><p>${labels.map(({ label }) => label).join('; ')}.</p></details>`
  );
}
