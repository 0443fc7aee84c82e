import { parseArgs } from 'node:util';
import { followChain } from '../audit/audit-chain.ts';
import { toAuditEvent } from '../audit/audit-event.ts';
import { parseAuditRecord } from '../audit/audit-record.ts';
import type { Database } from '../edges/store/open-database.ts';
import { auditEntries } from '../edges/store/sql-audit-trail.ts';
import type { Io } from './console-io.ts';
import { dateOption } from './date-option.ts';
import { openConfiguredDatabase } from './open-configured-database.ts';
import { readConfig } from './read-config.ts';

export const USAGE = `usage: cardhook audit verify --config FILE
       cardhook audit export --config FILE [--since DATE] [--until DATE] [--fhir]

  verify          follows the chain of hashes and prints its head; keep heads elsewhere to compare with.
                  Exit code 1 where the chain is broken
  export          one JSON object a line, the oldest first: sequence, hash and record
  --fhir          FHIR R4 AuditEvent instead
  --since DATE    from this time on (2026-03-10 or 2026-03-10T09:00:00Z)
  --until DATE    before this time

The trail names users and patients: treat what is printed accordingly.`;

/** `cardhook audit`: the trail of who did what with which ECG and model. */
export async function runAudit(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      since: { type: 'string' },
      until: { type: 'string' },
      fhir: { type: 'boolean', default: false },
    },
  });
  const [action, ...more] = positionals;
  if (values.config === undefined || more.length > 0 || (action !== 'verify' && action !== 'export')) {
    io.stderr(USAGE);
    return 2;
  }
  const period = { since: dateOption(values.since), until: dateOption(values.until) };
  const database = await openConfiguredDatabase(await readConfig(values.config));
  try {
    if (action === 'verify') return await verify(database, io);
    for await (const { sequence, hash, record } of auditEntries(database, period)) {
      const content = parseAuditRecord(record);
      io.stdout(JSON.stringify(values.fhir ? toAuditEvent(content) : { sequence, hash, record: content }));
    }
    return 0;
  } finally {
    await database.close();
  }
}

async function verify(database: Database, io: Io): Promise<number> {
  const { head, brokenAt } = await followChain(auditEntries(database));
  if (brokenAt !== undefined) {
    io.stderr(`cardhook: the audit trail is broken at entry ${brokenAt}: it was changed, removed or put in afterwards`);
    return 1;
  }
  io.stdout(head ? `${head.sequence} entries, unbroken, head ${head.hash}` : 'no entries');
  return 0;
}
