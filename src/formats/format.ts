import type { Ecg, EcgFormatName } from '../ecg/ecg.ts';

/** One binary or text ECG format. A new format is one folder and one row in `formats/index.ts`. */
export interface EcgFormat {
  readonly name: EcgFormatName;
  /** Whether the bytes look like this format; looks at the content only, never at a stated content type. */
  sniff(bytes: Uint8Array): boolean;
  /** @throws EcgError; never anything else, whatever the bytes. */
  read(bytes: Uint8Array): Ecg;
}
