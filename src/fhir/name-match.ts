/** A name of a FHIR patient: one of several, with maiden and earlier ones. */
export interface PersonName {
  readonly family: string;
  readonly given: readonly string[];
  /** As it is written in one piece, where family and given are not apart. */
  readonly text: string;
}

/** `similar`: a part is the same and the rest may be (another family name after a marriage). */
export type NameMatch = 'same' | 'similar' | 'different' | 'unknown';

/** What stands in place of a name in files that were made anonymous, or before anybody was known. */
const PLACEHOLDER =
  /^(anon|anonym|anonymous|anonymi[sz]ed|deidentified|removed|redacted|hidden|unknown|unnamed|none|na|null|noname|patient|test|emergency|temp|x+|name)$/;
/** Titles and suffixes, which nobody is known by. */
const TITLES: ReadonlySet<string> = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'dr',
  'prof',
  'jr',
  'sr',
  'ii',
  'iii',
  'iv',
  'herr',
  'frau',
]);

/** Letters that are no accented Latin letter, and what they are written as where only ASCII is at hand. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/ß/g, 'ss'],
  [/[æ]/g, 'ae'],
  [/[œ]/g, 'oe'],
  [/[ø]/g, 'o'],
  [/[đð]/g, 'd'],
  [/ł/g, 'l'],
  [/þ/g, 'th'],
  [/ı/g, 'i'],
];
const MARKS = /\p{M}/gu;

/**
 * Compares the name in an ECG file with those of a FHIR patient, whatever the order, case, accents, carets and commas;
 * middle names and titles may be missing. Names of different scripts, and placeholders like "Anonymous", say nothing.
 */
export function matchNames(stated: string | undefined, names: readonly PersonName[]): NameMatch {
  const words = wordsOf(stated ?? '');
  if (!isSomebody(words) || words.every((word) => word.length === 1)) return 'unknown';
  const matches = names.map((name) => matchName(words, name));
  return (['same', 'similar', 'different'] as const).find((match) => matches.includes(match)) ?? 'unknown';
}

/** Whether the name in an ECG file may be that of a person, however little can be compared with it. */
export function namesSomebody(stated: string | undefined): boolean {
  return isSomebody(wordsOf(stated ?? ''));
}

function isSomebody(words: readonly string[]): boolean {
  return words.length > 0 && !words.some((word) => PLACEHOLDER.test(word));
}

/** Siblings and spouses share the family name: without a given name in common it is another person. */
function matchName(words: readonly string[], { family, given, text }: PersonName): NameMatch {
  const [families, givens] = [wordsOf(family), given.flatMap(wordsOf)];
  const all = [...families, ...givens, ...wordsOf(text)];
  if (!all.some((word) => words.some((other) => scriptOf(word) === scriptOf(other)))) return 'unknown';
  if (families.length === 0 || givens.length === 0) return matchWords(words, all);
  const isFamilyName = (word: string) => families.some((other) => isSpelledAlike(word, other));
  const isFamily = words.some(isFamilyName);
  const rest = words.filter((word) => !isFamilyName(word));
  const isGiven = rest.some((word) => givens.some((other) => isSpelledAlike(word, other)));
  if (isFamily && isGiven) return 'same';
  const mayBeGiven = rest.length === 0 || rest.some((word) => givens.some((other) => isShortFor(word, other)));
  return isGiven || (isFamily && mayBeGiven) ? 'similar' : 'different';
}

/** Where it is not known which word is the family name. */
function matchWords(words: readonly string[], known: readonly string[]): NameMatch {
  const shared = new Set(words.filter((word) => known.some((other) => isSpelledAlike(word, other)))).size;
  if (shared >= 2) return 'same';
  return shared === 1 ? 'similar' : 'different';
}

/** Lower-case words of letters alone, without accents; umlauts keep both their spellings apart by {@link isSpelledAlike}. */
function wordsOf(name: string): readonly string[] {
  const lower = name.normalize('NFKC').toLowerCase();
  const plain = SPELLINGS.reduce((text, [letter, spelling]) => text.replace(letter, spelling), lower);
  // An apostrophe is left out in one system and kept in the next.
  const words =
    plain
      .normalize('NFD')
      .replace(/['’`]/g, '')
      .match(/[\p{L}\p{M}]+/gu) ?? [];
  return words.filter((word) => !TITLES.has(word));
}

/** "Müller" is "MULLER" in one system and "MUELLER" in another. */
function isSpelledAlike(a: string, b: string): boolean {
  return spellings(a).some((spelling) => spellings(b).includes(spelling));
}

function spellings(word: string): readonly string[] {
  const bare = word.replace(MARKS, '');
  const expanded = word
    .replace(/([aou])\u0308/g, '$1e')
    .replace(/a\u030a/g, 'aa')
    .replace(MARKS, '');
  return [bare, expanded];
}

/** The same, an initial, or cut short by a device or a habit (at least three letters). */
function isShortFor(a: string, b: string): boolean {
  const isCut = (short: string, long: string) => (short.length === 1 || short.length >= 3) && long.startsWith(short);
  return spellings(a).some((one) => spellings(b).some((other) => isCut(one, other) || isCut(other, one)));
}

function scriptOf(word: string): string {
  const scripts = ['Latin', 'Cyrillic', 'Greek', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Arabic', 'Hebrew', 'Thai'];
  return scripts.find((script) => new RegExp(`^\\p{Script=${script}}`, 'u').test(word)) ?? 'other';
}
