import { EcgError } from '../errors.ts';
import type { Manifest } from '../model/manifest.ts';
import { thresholdBasis } from '../model/site-calibration.ts';
import type { SnomedEdition } from '../terminology/concept-map.ts';
import { ECGFOUNDER } from '../terminology/label-set.ts';
import { applyObjection } from './apply-objection.ts';
import { applyRule, type Draft, type Statement } from './apply-rule.ts';
import type { Finding, Interpretation } from './finding.ts';
import { ECGFOUNDER_LOGIC } from './label-logic.ts';
import type { Objection } from './objection.ts';
import { compareStatements, interpretationSentence, statementText } from './sentence.ts';

/** What is known beyond the tracing. */
export interface InterpretContext {
  /** Comparison labels that a comparison with an earlier ECG of the patient bears out; without one none is ever stated. */
  readonly serialLabels?: readonly number[];
  /** At the time of the recording. */
  readonly ageYears?: number;
  /** `gps` drops every code outside the freely licensed SNOMED CT Global Patient Set. */
  readonly snomedEdition?: SnomedEdition;
  /** What speaks against labels besides the scores; it is heard after the label logic. */
  readonly objections?: readonly Objection[];
  /** What of the tracing could not be read, as the end of the sentence: "V1 cannot be read". */
  readonly limitation?: string | undefined;
}

interface Scored {
  readonly index: number;
  readonly score: number;
  readonly threshold: number;
}

/**
 * Findings, their codes and one sentence from the scores of one recording: thresholds of the manifest, then the
 * label logic of `mappings/`. A manifest with `labels` of its own gets plain text, without codes and rules.
 * @param scores sigmoid probabilities by output index, calibrated where the manifest has a site's calibration.
 * @throws EcgError CONFIG_INVALID when scores, labels and manifest differ in number;
 *   MODEL_UNAVAILABLE for a score that is no probability.
 */
export function interpret(scores: ArrayLike<number>, manifest: Manifest, context: InterpretContext): Interpretation {
  const outputs = manifest.labels?.length ?? ECGFOUNDER.labels.length;
  if (scores.length !== outputs || manifest.architecture.n_classes !== outputs) {
    throw new EcgError('CONFIG_INVALID', `model ${manifest.name}: ${scores.length} scores for ${outputs} labels`);
  }
  const above = aboveThreshold(scores, manifest);
  return manifest.labels
    ? plainInterpretation(above, manifest.labels, context)
    : interpretation(above, manifest, context);
}

function aboveThreshold(scores: ArrayLike<number>, { name, thresholds, disabledOutputs }: Manifest): readonly Scored[] {
  return Array.from(scores, (score, index) => {
    if (!(score >= 0 && score <= 1))
      throw new EcgError('MODEL_UNAVAILABLE', `model ${name}: score ${index} is no probability`);
    return { index, score, threshold: thresholds.byOutput[String(index)] ?? thresholds.default };
  }).filter(({ index, score, threshold }) => score >= threshold && !disabledOutputs.includes(index));
}

function plainInterpretation(
  above: readonly Scored[],
  labels: readonly string[],
  { limitation }: InterpretContext,
): Interpretation {
  const findings = above.map(({ index, score, threshold }): Finding => {
    const label = labels[index] ?? '';
    const unclassified = { kind: 'unclassified', urgency: 'routine', codable: false, tier: 'low' } as const;
    return { index, label, text: label, score, threshold, ...unclassified };
  });
  const stated = findings.map(({ text }) => text).join('; ') || ECGFOUNDER_LOGIC.wording.nothing;
  return { findings, suppressed: [], sentence: limited(stated, limitation), limitation, overReadReasons: [] };
}

function interpretation(above: readonly Scored[], manifest: Manifest, context: InterpretContext): Interpretation {
  const { labels } = ECGFOUNDER;
  const { rules, wording } = ECGFOUNDER_LOGIC;
  const start: Draft = { statements: toStatements(above, manifest), suppressed: [], overReadReasons: [] };
  const logical = rules.reduce((before, rule) => applyRule(before, rule, { labels, ...context }), start);
  const draft = (context.objections ?? []).reduce(applyObjection, logical);
  return {
    findings: [...draft.statements]
      .sort(compareStatements)
      .map((statement) =>
        toFinding(statement, statementText(statement, draft, wording), context.snomedEdition ?? 'all'),
      ),
    suppressed: draft.suppressed
      .filter(({ statement }) => statement.addedBy === undefined)
      .map(({ statement: { label, score }, rule }) => {
        return { index: label.index, label: label.label, score, rule: rule.id, reason: rule.reason };
      }),
    sentence: limited(interpretationSentence(draft, wording), context.limitation),
    limitation: context.limitation,
    overReadReasons: draft.overReadReasons,
  };
}

function limited(sentence: string, limitation: string | undefined): string {
  return limitation === undefined ? sentence : `${sentence}; ${limitation}`;
}

function toStatements(above: readonly Scored[], manifest: Manifest): readonly Statement[] {
  return above.flatMap(({ index, score, threshold }) => {
    const label = ECGFOUNDER.labels[index];
    if (label === undefined) return [];
    const { urgency, text } = label;
    const dependable = thresholdBasis(manifest, index) === 'site' ? 'standard' : label.tier;
    const tier = manifest.lowTierOutputs.includes(index) ? 'low' : dependable;
    const margin = logOdds(score) - logOdds(threshold);
    return [{ label, score, threshold, margin, urgency, tier, text, textOnly: false, toConfirm: false, cautions: [] }];
  });
}

function toFinding(statement: Statement, text: string, edition: SnomedEdition): Finding {
  const { label, score, threshold, urgency, tier, cautions, addedBy } = statement;
  const translation = statement.textOnly ? undefined : ECGFOUNDER.translate(label.index, edition);
  const trusted = label.autoCode === 'yes' && label.standalone && tier === 'standard' && !statement.toConfirm;
  return {
    ...{ index: label.index, label: label.label, text, score, threshold, kind: label.kind, urgency, tier },
    codable: translation !== undefined && trusted,
    ...(translation && { coding: translation.coding, equivalence: translation.equivalence }),
    ...(translation && translation.additional.length > 0 && { additionalCodings: translation.additional }),
    ...(cautions.length > 0 && { cautions }),
    ...(addedBy !== undefined && { addedBy }),
  };
}

function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}
