import { z } from 'zod';
import { addableStatements, type OverRead, type Statement } from '../../over-read/over-read.ts';
import type { RecordedReport } from '../../over-read/recorded-report.ts';
import { commentOf } from '../../over-read/signed-report.ts';
import type { SnomedEdition } from '../../terminology/concept-map.ts';

/** What a clinician has typed and ticked; kept whatever happens to it. */
export interface OverReadInput {
  readonly decisions: ReadonlyMap<string, 'keep' | 'remove'>;
  /** By their text, as offered. */
  readonly added: readonly string[];
  readonly comment: string;
  readonly isCorrection: boolean;
  /** Of the report that was on the screen; empty where there was none. */
  readonly version: string;
}

const oneOrMore = z.union([z.string(), z.array(z.string()).max(50)]).transform((value) => [value].flat());
const bodySchema = z.looseObject({
  version: z.string().max(200),
  comment: z.string().max(5_000).default(''),
  added: oneOrMore.default([]),
  correction: z.string().optional(),
});

/** Parses what was posted, field by field; undefined for what no form of ours sends. */
export function parseOverReadInput(body: unknown): OverReadInput | undefined {
  const parsed = bodySchema.safeParse(body).data;
  if (parsed === undefined) return undefined;
  const { version, comment, added, correction, ...others } = parsed;
  const decisions = Object.entries(others).flatMap(([name, value]) => {
    const key = /^decide-([a-z]+-\d{1,6})$/.exec(name)?.[1];
    return key !== undefined && (value === 'keep' || value === 'remove') ? [[key, value] as const] : [];
  });
  return {
    decisions: new Map(decisions),
    added: added.map((text) => text.trim()).filter((text) => text !== ''),
    // Browsers send line ends as CR LF.
    comment: comment.replaceAll('\r\n', '\n').trim(),
    isCorrection: correction === 'yes',
    version,
  };
}

/** A form as it is first shown: a signed report is kept as it is until somebody decides otherwise; the machine's is open. */
export function firstInput(statements: readonly Statement[], report: RecordedReport | undefined): OverReadInput {
  const isSigned = report?.isSigned === true;
  return {
    decisions: new Map(isSigned ? statements.map(({ key }) => [key, 'keep'] as const) : []),
    added: [],
    comment: isSigned ? commentOf(report) : '',
    isCorrection: false,
    version: report?.versionId ?? '',
  };
}

/** What was decided, or what is missing, in words for the clinician. */
export function toOverRead(
  input: OverReadInput,
  statements: readonly Statement[],
  edition: SnomedEdition,
): OverRead | { readonly faults: readonly string[] } {
  const { decisions, comment, isCorrection } = input;
  const catalogue = new Map(addableStatements(edition).map((each) => [each.text.toLowerCase(), each]));
  const added = new Map(input.added.map((text) => [text.toLowerCase(), catalogue.get(text.toLowerCase())]));
  const unknown = input.added.filter((text) => !catalogue.has(text.toLowerCase()));
  const undecided = statements.filter(({ key }) => !decisions.has(key));
  const by = (decision: 'keep' | 'remove') => statements.filter(({ key }) => decisions.get(key) === decision);
  const statedTexts = new Set(by('keep').map(({ text }) => text.toLowerCase()));
  const additions = [...added.values()].flatMap((each) =>
    each && !statedTexts.has(each.text.toLowerCase()) ? [each] : [],
  );
  const isSilent = undecided.length === 0 && by('keep').length + additions.length === 0 && comment === '';
  const faults = [
    ...undecided.map(({ text }) => `Agree with “${text}”, or remove it.`),
    ...unknown.map((text) => `“${text}” is not in the list of findings; choose one, or put it into the comment.`),
    ...(isSilent ? ['Nothing is left to say: add a finding or a comment.'] : []),
  ];
  return faults.length > 0
    ? { faults }
    : { kept: by('keep'), removed: by('remove'), added: additions, comment, isCorrection };
}
