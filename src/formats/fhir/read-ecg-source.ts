import type { Ecg, EcgWarning } from '../../ecg/ecg.ts';
import { EcgError } from '../../errors.ts';
import { readEcg } from '../index.ts';
import { isPlainText } from '../recognise.ts';
import { checkContent, decodeBase64, unwrapBinary } from './attachment-bytes.ts';
import type { Attachment } from './container-schema.ts';
import { readObservation } from './read-observation.ts';

/** Where the samples of an {@link EcgSource} are. */
export type EcgContent =
  | { readonly kind: 'observation'; readonly observation: unknown }
  /** Renditions of one document, as FHIR has it: one ECG, perhaps both as PDF and as aECG. Never empty. */
  | { readonly kind: 'attachments'; readonly attachments: readonly Attachment[] }
  /** A resource that is only referred to: `reference` has to be fetched first. */
  | { readonly kind: 'reference' }
  /** A resource that breaks its type. */
  | { readonly kind: 'refused'; readonly error: EcgError };

/** One resource that holds, or should hold, one ECG. */
export interface EcgSource {
  /** "DocumentReference/dr1"; the full URL, or only the type, of one without an id. */
  readonly reference: string;
  readonly subject?: string | undefined;
  /** Date or time as the resource states it, for sorting; the ECG itself has the last word. */
  readonly recordedAt?: string | undefined;
  readonly content: EcgContent;
}

/** Fetches what an attachment's url points at, relative ones from the server the resource came from. */
export type FetchBinary = (url: string) => Promise<Uint8Array>;

/**
 * The ECG of a source. Attachments are judged by their bytes, never by the stated content type; of several renditions
 * the first that is an ECG is read.
 * @param fetchBinary without it, attachments by url are refused.
 * @throws EcgError as the reader of the format found; SOURCE_INVALID for bytes that do not have the stated size or
 *   hash; NO_WAVEFORM for text and for content that is elsewhere; and whatever `fetchBinary` throws.
 */
export async function readEcgSource({ reference, content }: EcgSource, fetchBinary?: FetchBinary): Promise<Ecg> {
  if (content.kind === 'refused') throw content.error;
  if (content.kind === 'reference') throw elsewhere(reference);
  if (content.kind === 'observation') return readObservation(content.observation);
  const errors: EcgError[] = [];
  for (const attachment of content.attachments) {
    try {
      const ecg = readBytes(await bytesOf(attachment, fetchBinary));
      return { ...ecg, warnings: [...ecg.warnings, ...brokenRenditions(errors)] };
    } catch (error) {
      if (!(error instanceof EcgError)) throw error;
      errors.push(error);
    }
  }
  const telling = errors.find(isBroken) ?? errors.find(({ code }) => code === 'NO_WAVEFORM') ?? errors[0];
  throw telling ?? new EcgError('NO_WAVEFORM', 'the resource has no attachment');
}

async function bytesOf(attachment: Attachment, fetchBinary: FetchBinary | undefined): Promise<Uint8Array> {
  const bytes = await contentOf(attachment, fetchBinary);
  checkContent(bytes, attachment);
  return bytes;
}

async function contentOf({ data: base64, url }: Attachment, fetchBinary: FetchBinary | undefined): Promise<Uint8Array> {
  if (base64 !== undefined) return decodeBase64(base64);
  if (url === undefined) throw new EcgError('NO_WAVEFORM', 'the attachment has neither data nor url');
  if (fetchBinary === undefined) throw elsewhere(url);
  return unwrapBinary(await fetchBinary(url));
}

function readBytes(bytes: Uint8Array): Ecg {
  if (isPlainText(bytes)) throw new EcgError('NO_WAVEFORM', 'the attachment is a text without a waveform');
  return readEcg(bytes);
}

/** The rendition is, or may be, an ECG, but could not be had or read; a PDF beside the aECG is none of that. */
function isBroken({ code }: EcgError): boolean {
  return code !== 'FORMAT_UNSUPPORTED' && code !== 'NO_WAVEFORM';
}

function brokenRenditions(errors: readonly EcgError[]): readonly EcgWarning[] {
  const broken = errors.filter(isBroken).map(({ code, message }) => `${code}, ${message}`);
  if (broken.length === 0) return [];
  return [
    { code: 'SERIES_CHOSEN', message: `another rendition of the document could not be read: ${broken.join('; ')}` },
  ];
}

/** The reference is relative or shortened to its path, since URLs may carry tokens. */
function elsewhere(reference: string): EcgError {
  const path = reference
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(-2)
    .join('/');
  return new EcgError('NO_WAVEFORM', `the bytes are on the server at ${path.slice(0, 100)}; fetch them first`);
}
