import { createHash } from 'node:crypto';

/** One record in its place in the chain. */
export interface AuditEntry {
  /** From 1, without a hole. */
  readonly sequence: number;
  /** The record as JSON, byte for byte as it was hashed. */
  readonly record: string;
  /** SHA-256 (hex) over the hash before, the sequence and the record. */
  readonly hash: string;
}

/** What stands before the first entry. */
export const GENESIS = '0'.repeat(64);

/** Links records to the end of a chain. */
export function linkRecords(
  records: readonly string[],
  last: Pick<AuditEntry, 'sequence' | 'hash'> | undefined,
): AuditEntry[] {
  let { sequence, hash } = last ?? { sequence: 0, hash: GENESIS };
  return records.map((record) => {
    sequence += 1;
    hash = entryHash(hash, sequence, record);
    return { sequence, record, hash };
  });
}

/**
 * Follows a chain and says where it breaks: an entry that was changed, taken out or put in. What was cut off its end,
 * or a chain that was rewritten as a whole, shows only against a head that was kept elsewhere.
 * @param entries in order of their sequence.
 * @returns the last entry, and the sequence of the first that does not follow from the one before.
 */
export async function followChain(
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
): Promise<{ readonly head?: AuditEntry; readonly brokenAt?: number }> {
  let head: AuditEntry | undefined;
  for await (const entry of entries) {
    const [expected] = linkRecords([entry.record], head);
    if (entry.sequence !== expected?.sequence) return { ...(head && { head }), brokenAt: expected?.sequence ?? 0 };
    if (entry.hash !== expected.hash) return { ...(head && { head }), brokenAt: entry.sequence };
    head = entry;
  }
  return head ? { head } : {};
}

function entryHash(previous: string, sequence: number, record: string): string {
  return createHash('sha256').update(`${previous}\n${sequence}\n${record}`).digest('hex');
}
