import { webAddress } from './card.ts';

/** Text within a line. */
export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] };

export type Line = readonly Inline[];

export type Block =
  | { readonly kind: 'paragraph'; readonly children: Line }
  | { readonly kind: 'heading'; readonly level: number; readonly children: Line }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly header: Line[]; readonly rows: readonly (readonly Line[])[] };

/** An emphasis that is open while a line is read. */
interface Frame {
  readonly delimiter: string;
  readonly children: Inline[];
}

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 8;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['nbsp', '\u00a0'],
]);
const TOKENS = new RegExp(
  [
    '(?<!`)(?<fence>`+)(?!`)(?<code>.+?)(?<!`)\\k<fence>(?!`)',
    '\\\\(?<escaped>[!-/:-@[-`{-~])',
    '&(?:#(?<decimal>\\d{1,7})|#[xX](?<hex>[\\da-fA-F]{1,6})|(?<entity>[a-z]+));',
    '\\[(?<label>(?:\\\\.|[^\\[\\]\\\\])+)\\]\\((?<url>[^\\s()<>]+)\\)',
    '(?<delimiter>\\*\\*|\\*|_)',
  ].join('|'),
  'g',
);
const DELIMITER_ROW = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?$/;
const BULLET = /^ {0,3}[-*+] +/;
const HEADING = /^(?<marks>#{1,6}) +(?<text>.*?)(?: +#+)?$/;
/** A fence with what it encloses. */
const FENCED = /^```[^\n`]*\n(?<code>[\s\S]*?)\n?^```[ \t]*$/gm;

/**
 * Reads the part of GitHub-flavoured Markdown that cards are written in: headings, paragraphs, bullet lists, tables, fenced
 * code, strong, emphasis, code, links to web pages, entities and backslash escapes. Whatever else it meets, HTML and images
 * included, stays the text it is. The result is a tree to be shown as text nodes, never as HTML.
 */
export function parseMarkdown(source: string, maxLength = MAX_LENGTH): readonly Block[] {
  const blocks: Block[] = [];
  const shown = source.length > maxLength ? `${source.slice(0, maxLength)}…` : source;
  let end = 0;
  for (const match of shown.matchAll(FENCED)) {
    blocks.push(...proseBlocks(shown.slice(end, match.index)), { kind: 'code', text: match.groups?.['code'] ?? '' });
    end = match.index + match[0].length;
  }
  return [...blocks, ...proseBlocks(shown.slice(end))];
}

function proseBlocks(source: string): readonly Block[] {
  return source
    .split(/\n[ \t]*\n/)
    .flatMap((chunk) => blocksOf(chunk.split('\n').filter((line) => line.trim() !== '')));
}

/** Blocks of lines that no blank line parts. */
function blocksOf(lines: readonly string[]): Block[] {
  if (lines.length === 0) return [];
  const { marks, text } = HEADING.exec(lines[0] ?? '')?.groups ?? {};
  if (marks !== undefined && text !== undefined) {
    return [{ kind: 'heading', level: marks.length, children: parseLine(text) }, ...blocksOf(lines.slice(1))];
  }
  if (lines[1] !== undefined && lines[0]?.includes('|') && DELIMITER_ROW.test(lines[1].trim())) {
    const [header = [], , ...rows] = lines.map(cellsOf);
    return [{ kind: 'table', header, rows: rows.map((row) => header.map((_, column) => row[column] ?? [])) }];
  }
  const isBullet = BULLET.test(lines[0] ?? '');
  // A line after a bullet without one of its own belongs to the bullet.
  const change = lines.findIndex(
    (line, index) => index > 0 && (HEADING.test(line) || (!isBullet && BULLET.test(line))),
  );
  const end = change < 0 ? lines.length : change;
  const own = lines.slice(0, end);
  const block: Block = isBullet
    ? { kind: 'list', items: bulletsOf(own).map(parseLine) }
    : { kind: 'paragraph', children: parseLine(own.map((line) => line.trim()).join(' ')) };
  return [block, ...blocksOf(lines.slice(end))];
}

function bulletsOf(lines: readonly string[]): readonly string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (BULLET.test(line)) items.push(line.replace(BULLET, ''));
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  return items;
}

/** Cells between the pipes of a row; an escaped pipe is content, even within code (GFM 4.10). */
function cellsOf(row: string): Line[] {
  return row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => parseLine(cell.replaceAll('\\|', '|').trim()));
}

function parseLine(source: string): Line {
  const frames: [Frame, ...Frame[]] = [{ delimiter: '', children: [] }];
  let end = 0;
  for (const match of source.matchAll(TOKENS)) {
    add(frames, { kind: 'text', text: source.slice(end, match.index) });
    end = match.index + match[0].length;
    const { delimiter } = match.groups ?? {};
    if (delimiter === undefined) add(frames, inlineOf(match));
    else takeDelimiter(frames, delimiter, { before: source[match.index - 1] ?? ' ', after: source[end] ?? ' ' });
  }
  add(frames, { kind: 'text', text: source.slice(end) });
  while (frames.length > 1) abandon(frames);
  return frames[0].children;
}

function inlineOf({ 0: whole, groups = {} }: RegExpMatchArray): Inline {
  const { code, escaped, decimal, hex, entity, label, url } = groups;
  if (code !== undefined) return { kind: 'code', text: code.trim() };
  if (label !== undefined) {
    const address = webAddress(url);
    return address === undefined
      ? { kind: 'text', text: whole }
      : { kind: 'link', url: address, children: parseLine(label) };
  }
  const point = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
  const character = point === undefined ? undefined : point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  return { kind: 'text', text: escaped ?? character ?? ENTITIES.get(entity ?? '') ?? whole };
}

/** Closes the emphasis it closes, opens where it can open, and is text otherwise (CommonMark 6.2, simplified). */
function takeDelimiter(frames: [Frame, ...Frame[]], delimiter: string, around: { before: string; after: string }) {
  const insideWord = delimiter === '_' && /\w/.test(around.before) && /\w/.test(around.after);
  const opened = frames.findLastIndex((frame) => frame.delimiter === delimiter);
  if (opened > 0 && /\S/.test(around.before) && !insideWord) {
    while (frames.length > opened + 1) abandon(frames);
    const frame = frames.pop();
    add(frames, { kind: delimiter === '**' ? 'strong' : 'emphasis', children: frame?.children ?? [] });
  } else if (/\S/.test(around.after) && !insideWord && frames.length <= MAX_DEPTH) {
    frames.push({ delimiter, children: [] });
  } else add(frames, { kind: 'text', text: delimiter });
}

/** What was never closed was no emphasis. */
function abandon(frames: Frame[]): void {
  const frame = frames.pop();
  if (frame === undefined) return;
  add(frames, { kind: 'text', text: frame.delimiter });
  for (const child of frame.children) add(frames, child);
}

/** Adds to the innermost frame, joining neighbouring text. */
function add(frames: readonly Frame[], inline: Inline): void {
  const children = frames.at(-1)?.children;
  const last = children?.at(-1);
  if (inline.kind === 'text' && inline.text === '') return;
  if (inline.kind === 'text' && last?.kind === 'text') {
    children?.splice(-1, 1, { kind: 'text', text: last.text + inline.text });
  } else children?.push(inline);
}
