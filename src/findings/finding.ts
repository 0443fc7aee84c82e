/** A SNOMED CT code with the display it is published with. */
export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

export type Urgency = 'critical' | 'urgent' | 'routine' | 'normal';

/** One statement about the tracing that survived thresholds and label logic. */
export interface Finding {
  /** Output index = row of the label set. */
  readonly index: number;
  /** The label as the model's authors wrote it. */
  readonly label: string;
  /** As a cardiologist would write it: "Left bundle branch block". */
  readonly text: string;
  /** Sigmoid of the logit, or a probability where the site has calibrated the label. */
  readonly score: number;
  readonly threshold: number;
  readonly kind: string;
  readonly urgency: Urgency;
  /** May go to `conclusionCode` without a human: only then is it coded in a report. */
  readonly codable: boolean;
  /** Absent where SNOMED CT has no evidenced code for the label, or a rule downgraded the finding to text. */
  readonly coding?: Coding;
  /** Further codes needed to say the whole finding, each a concept of its own: "biatrial" is a left and a right one. */
  readonly additionalCodings?: readonly Coding[];
  /** `wider`, `equivalent` …: the code in relation to the label (FHIR R4 ConceptMap equivalence). */
  readonly equivalence?: string;
  /** Findings a rule calls low-confidence until locally calibrated. */
  readonly tier: 'standard' | 'low';
  /** What speaks against it, in words that its text and the sentence have too: "measured rate 92/min". */
  readonly cautions?: readonly string[];
  /**
   * The rule that states this instead of labels that exclude each other; score and threshold are then those of the
   * strongest of them.
   */
  readonly addedBy?: string;
}

/** A label above its threshold that is not reported, and the rule that says why. */
export interface Suppressed {
  readonly index: number;
  readonly label: string;
  readonly score: number;
  /** Rule id in `mappings/`: of the label logic, the signal quality or the cross-check. */
  readonly rule: string;
  readonly reason: string;
}

/** What the label logic makes of one recording's scores. */
export interface Interpretation {
  /** Most urgent first, rhythm before the rest within one urgency. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** One interpretation line: "Atrial fibrillation with rapid ventricular response; left bundle branch block". Never empty. */
  readonly sentence: string;
  /** What of the tracing could not be read, or was not; the sentence ends with it. */
  readonly limitation?: string | undefined;
  /** A human should look before anyone acts: contradictory or review-only findings. */
  readonly overReadReasons: readonly string[];
}
