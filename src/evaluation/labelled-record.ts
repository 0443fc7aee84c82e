import { z } from 'zod';
import { EcgError } from '../errors.ts';
import { parseCsv } from './parse-csv.ts';
import type { SchemeName } from './reference-table.ts';

/** A recording that somebody has read, and what they stated. */
export interface LabelledRecord {
  /** Name of its header file without `.hea`. */
  readonly record: string;
  /** The database it is from. */
  readonly source: string;
  readonly scheme: SchemeName;
  readonly statements: readonly ReferenceStatement[];
  readonly ageYears?: number | undefined;
  /** Known where several recordings may be of one patient. */
  readonly patient?: string | undefined;
}

export interface ReferenceStatement {
  readonly code: string;
  /** How sure the reader was, in percent; 0 or absent where they did not say. */
  readonly likelihood?: number;
}

const age = z.string().transform((text) => (/^\d{1,3}(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined));
const ptbxlRow = z
  .object({
    record: z.string().min(1),
    patient_id: z.string().min(1),
    age,
    scp_codes: z.string().transform(parseScpCodes),
  })
  .transform(({ record, patient_id, age: ageYears, scp_codes }): LabelledRecord => {
    const scheme = 'scp-ecg' as const;
    return { record, source: 'PTB-XL', scheme, statements: scp_codes, ageYears, patient: `PTB-XL ${patient_id}` };
  });
const challengeRow = z
  .object({ record: z.string().min(1), source: z.string().min(1), age, snomed_ct: z.string() })
  .transform(({ record, source, age: ageYears, snomed_ct }): LabelledRecord => {
    return { record, source, scheme: 'snomed-ct', statements: parseSnomedCodes(snomed_ct), ageYears };
  });

/**
 * Reads a `labels.csv`: of PTB-XL, with SCP-ECG statements and their likelihoods as JSON in `scp_codes`, or of the
 * PhysioNet/CinC Challenges, with SNOMED CT codes in `snomed_ct`.
 * @throws EcgError SOURCE_INVALID for another layout or a row that breaks it.
 */
export function parseLabels(csv: string): readonly LabelledRecord[] {
  const rows = parseCsv(csv);
  const [first = {}] = rows;
  const schema = 'scp_codes' in first ? ptbxlRow : 'snomed_ct' in first ? challengeRow : undefined;
  if (schema === undefined) {
    throw new EcgError('SOURCE_INVALID', 'labels.csv has neither a column scp_codes nor snomed_ct');
  }
  const result = z.array(schema).safeParse(rows);
  if (!result.success) throw new EcgError('SOURCE_INVALID', `labels.csv: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** SNOMED CT codes as the Challenges separate them: by comma in headers, by | in tables. */
export function parseSnomedCodes(text: string): readonly ReferenceStatement[] {
  return text
    .split(/[|,]/)
    .map((code) => ({ code: code.trim() }))
    .filter(({ code }) => code !== '');
}

function parseScpCodes(text: string, context: z.RefinementCtx): readonly ReferenceStatement[] {
  try {
    const likelihoods = z.record(z.string(), z.number().min(0).max(100)).parse(JSON.parse(text));
    return Object.entries(likelihoods).map(([code, likelihood]) => ({ code, likelihood }));
  } catch {
    context.addIssue({ code: 'custom', message: 'scp_codes is no JSON object of likelihoods' });
    return z.NEVER;
  }
}
