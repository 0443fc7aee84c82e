import { EcgError } from '../../errors.ts';
import { evidenceOverTime } from '../../explain-ecg.ts';
import type { EcgUnderReview } from '../../over-read/ecg-under-review.ts';
import type { SerialComparison } from '../../serial/serial-comparison.ts';
import { type Stretch, softened } from '../../tracing/highlights.ts';
import { toSvg } from '../../tracing/svg.ts';
import { type TracingCaption, tracingCaption } from '../../tracing/tracing-caption.ts';
import { comparisonOf, drawCompared } from './draw-compared.ts';
import type { SmartAppDeps } from './smart-app-deps.ts';
import { drawAs, type ViewOptions } from './view-options.ts';

/** One page of a tracing, drawn as chosen. */
export interface DrawnTracing {
  readonly svg: string;
  /** For those who do not see it; names no patient. */
  readonly title: string;
  /** From 1. */
  readonly page: number;
  readonly pageCount: number;
  /** What the page shows of the recording. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly comparison: SerialComparison | undefined;
  /** The previous ECG, or the beats of both, where asked for. */
  readonly compared: string | undefined;
}

/** @throws EcgError NOT_FOUND where the evidence for a finding is asked for that the model does not know. */
export async function drawTracing(
  review: EcgUnderReview,
  options: ViewOptions,
  deps: Pick<SmartAppDeps, 'models' | 'classifierOf'>,
): Promise<DrawnTracing> {
  const { ecg } = review;
  const { why } = options;
  const stretches = why === undefined ? [] : await evidence(ecg, why, deps);
  const tracing = drawAs(options, { ecg, caption: captionOf(review, why !== undefined), stretches });
  const [page] = tracing.pages;
  if (page === undefined) throw new EcgError('NO_WAVEFORM', 'the recording has no page');
  return {
    svg: toSvg(tracing),
    title: tracing.title,
    page: page.number,
    pageCount: tracing.pageCount,
    startSeconds: page.startSeconds,
    endSeconds: page.endSeconds,
    comparison: comparisonOf(review),
    compared: comparedAs(review, options),
  };
}

/** A page is shown also where its address asks for a comparison that cannot be had. */
function comparedAs(review: EcgUnderReview, options: ViewOptions): string | undefined {
  if (options.compare === undefined) return undefined;
  try {
    return drawCompared(review, options);
  } catch (error) {
    if (!(error instanceof EcgError)) throw error;
    return undefined;
  }
}

const BANDS =
  'The bands show when the network finds its evidence: roughly, for all leads alike; they prove no finding.';

/** What was signed goes before what a machine says. */
function captionOf({ ecg, patient, reading, report }: EcgUnderReview, hasBands: boolean): TracingCaption {
  const bands = hasBands ? [BANDS] : [];
  if (report?.isSigned !== true) {
    const caption = tracingCaption(ecg, patient, 'interpretation' in reading ? reading : undefined);
    return { ...caption, remarks: [...bands, ...caption.remarks] };
  }
  const caption = tracingCaption(ecg, patient);
  const [statement = '', ...lines] = report.conclusion.split('\n').filter((line) => line.trim() !== '');
  const remarks = [...bands, ...(lines.length === 0 ? [] : [lines.join(' / ')]), ...caption.remarks];
  return { ...caption, statement, status: `Signed report, ${report.status}.`, remarks };
}

async function evidence(
  ecg: EcgUnderReview['ecg'],
  output: number,
  { models, classifierOf }: Pick<SmartAppDeps, 'models' | 'classifierOf'>,
): Promise<readonly Stretch[]> {
  try {
    return softened(await evidenceOverTime(ecg, models, { output, classifierOf }));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new EcgError('NOT_FOUND', 'the model has no such finding');
  }
}
