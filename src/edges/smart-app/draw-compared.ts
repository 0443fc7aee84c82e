import { EcgError } from '../../errors.ts';
import type { EcgUnderReview } from '../../over-read/ecg-under-review.ts';
import { comparisonText } from '../../serial/comparison-text.ts';
import type { SerialComparison } from '../../serial/serial-comparison.ts';
import { layOutBeats } from '../../tracing/beat-overlay.ts';
import { toSvg } from '../../tracing/svg.ts';
import { recordingTime, tracingCaption } from '../../tracing/tracing-caption.ts';
import { drawAs, scaleOf, type ViewOptions } from './view-options.ts';

/** What an ECG was compared with, where it has an earlier one. */
export function comparisonOf({ reading }: EcgUnderReview): SerialComparison | undefined {
  return 'comparison' in reading ? reading.comparison : undefined;
}

/**
 * The previous ECG of the same patient, or the beats of both over each other, drawn as chosen.
 * @throws EcgError NOT_FOUND where there is no previous one, or beats are asked for of ECGs that cannot be compared.
 */
export function drawCompared(review: EcgUnderReview, options: ViewOptions): string {
  const comparison = comparisonOf(review);
  if (comparison === undefined) throw new EcgError('NOT_FOUND', 'no earlier ECG of this patient is known');
  const { ecg, patient } = review;
  const { previous } = comparison;
  const status = comparisonText(comparison);
  if (options.compare !== 'beats') {
    const caption = tracingCaption(previous.ecg, patient);
    const notice = `Previous ECG, recorded ${comparison.when}`;
    const statement = 'An earlier ECG of the same patient, for comparison.';
    return toSvg(
      drawAs(options, { ecg: previous.ecg, caption: { ...caption, notice, statement, status }, stretches: [] }),
    );
  }
  if (comparison.outcome !== 'compared') throw new EcgError('NOT_FOUND', status);
  const [now, then] = [ecg.recordedAt, previous.ecg.recordedAt].map(recordingTime);
  const caption = {
    ...tracingCaption(ecg, patient),
    notice: 'Two ECGs of the patient over each other',
    measurements: '',
    statement: `Black: this ECG, recorded ${now}. Blue: the previous one, recorded ${then}.`,
    ...{ status, remarks: [] },
  };
  return toSvg(layOutBeats({ present: ecg, previous: previous.ecg }, caption, scaleOf(options)));
}
