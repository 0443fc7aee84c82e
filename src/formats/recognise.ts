interface Signature {
  /** Somewhere in the head (decoded by byte order mark or as Latin-1), or, as text, at its start. */
  readonly pattern: RegExp | string;
  readonly message: string;
}

const HEAD_LENGTH = 4096;
const READ_HERE = 'FHIR Observation, HL7 aECG XML and DICOM waveform are read';
const EXPORT_AGAIN = 'export the ECG as DICOM waveform or HL7 aECG';
const IMAGE = `an image, which has no samples to read; ${EXPORT_AGAIN}`;

/** Content that reaches an ECG reader without being readable here, most specific first. */
const SIGNATURES: readonly Signature[] = [
  { pattern: /^.{16}SCPECG/s, message: `an SCP-ECG file, which is not read; ${EXPORT_AGAIN}` },
  { pattern: /<RestingECG[\s>]/, message: `a GE MUSE XML file, which is not read; ${EXPORT_AGAIN}` },
  { pattern: /<restingecgdata[\s>]/i, message: `a Philips XML file, which is not read; ${EXPORT_AGAIN}` },
  { pattern: /^\s*%PDF-/, message: `a PDF, which has no samples to read; ${EXPORT_AGAIN}` },
  { pattern: '\xff\xd8\xff', message: IMAGE },
  { pattern: '\x89PNG', message: IMAGE },
  { pattern: 'II*\0', message: IMAGE },
  { pattern: 'MM\0*', message: IMAGE },
  { pattern: '\x1f\x8b', message: 'a gzip archive; unpack it first' },
  { pattern: 'PK\x03\x04', message: 'a ZIP archive; unpack it first' },
  {
    pattern: /^\s*<(!doctype html|html)/i,
    message: `an HTML page, perhaps an error message of a server; ${READ_HERE}`,
  },
  { pattern: /xmlns="http:\/\/hl7\.org\/fhir"/, message: 'FHIR in XML, which is not read; ask the server for JSON' },
  { pattern: /^\s*</, message: `XML, but no HL7 aECG; ${READ_HERE}` },
  { pattern: /^\s*[{[]/, message: `JSON, but no FHIR resource; ${READ_HERE}` },
];

/** What bytes of no supported format look like, and what to do. */
export function recognise(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'the file is empty';
  const head = decodeHead(bytes);
  const signature = SIGNATURES.find(({ pattern }) =>
    typeof pattern === 'string' ? head.startsWith(pattern) : pattern.test(head),
  );
  if (signature) return signature.message;
  return isPlainText(bytes)
    ? `a plain text, which has no samples to read; ${EXPORT_AGAIN}`
    : `no known ECG format; ${READ_HERE}`;
}

/** Whether the bytes begin as readable text that is neither XML nor JSON nor PDF, such as a report. */
export function isPlainText(bytes: Uint8Array): boolean {
  const head = decodeHead(bytes);
  // Only the ASCII control characters: the bytes of UTF-8 look like the others.
  const hasControl = Array.from(head).some((character) => character < ' ' && !/\s/.test(character));
  return /^\s*[^\s<{[%]/.test(head) && !hasControl;
}

function decodeHead(bytes: Uint8Array): string {
  const head = bytes.subarray(0, HEAD_LENGTH);
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(head);
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(head);
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return new TextDecoder().decode(head);
  return Buffer.from(head).toString('latin1');
}
