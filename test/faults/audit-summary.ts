import { followChain } from '../../src/audit/audit-chain.ts';
import { parseAuditRecord } from '../../src/audit/audit-record.ts';
import { type DatabaseOptions, openDatabase } from '../../src/edges/store/open-database.ts';
import { auditEntries } from '../../src/edges/store/sql-audit-trail.ts';

export interface AuditSummary {
  readonly entries: number;
  /** Reports written. */
  readonly written: number;
  readonly isUnbroken: boolean;
}

/** What the audit trail of a service that has stopped holds. */
export async function auditSummary(place: DatabaseOptions): Promise<AuditSummary> {
  const database = await openDatabase(place);
  try {
    let entries = 0;
    let written = 0;
    const counted = (async function* () {
      for await (const entry of auditEntries(database)) {
        const { action, by } = parseAuditRecord(entry.record);
        entries += 1;
        if (action === 'write-back' && by === 'written') written += 1;
        yield entry;
      }
    })();
    return { isUnbroken: (await followChain(counted)).brokenAt === undefined, entries, written };
  } finally {
    await database.close();
  }
}
