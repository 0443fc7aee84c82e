/** Something beside the scores that speaks against labels: how the signal is, or what was measured in it. */
export interface Objection {
  /** Id of the rule in `mappings/`. */
  readonly rule: string;
  /** Output indices. */
  readonly labels: readonly number[];
  /**
   * `doubt`: said with the reason, of low confidence and without a code. `withhold`: not said; what is critical is said
   * with the reason all the same, since silence would be worse.
   */
  readonly effect: 'withhold' | 'doubt';
  /** The labels cannot be judged at all, critical or not: their leads were not recorded. */
  readonly isAbsolute?: boolean;
  /** As it stands after "but": "measured rate 92/min". */
  readonly reason: string;
  /** Why a human should look, where a label falls under it. */
  readonly overRead?: string | undefined;
}
