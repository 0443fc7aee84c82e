import { z } from 'zod';
import type { IssuedCard, IssuedCards } from '../../cds/issued-cards.ts';
import { createDeferredWriter } from './deferred-writer.ts';
import type { Database } from './open-database.ts';
import { codeOf, storing } from './storing.ts';

export interface SqlIssuedCards extends IssuedCards {
  deleteBefore(time: Date): Promise<void>;
  /** Once what was remembered so far is written or was given up. */
  close(): Promise<void>;
}

interface Waiting {
  readonly uuid: string;
  readonly card: IssuedCard;
}

/** How many cards wait for a database that is away; later ones are lost, and feedback on them is kept untraced. */
const CAPACITY = 10_000;

const storedSchema = z.object({
  rules: z.array(z.string()),
  findings: z.array(z.int()),
  silencing: z.object({ audience: z.string(), problems: z.array(z.string()), forMs: z.number() }).nullable(),
});

/** Keeps cards in the table `issued_card`, written after the answer that holds them. */
export function createIssuedCards(
  { db }: Database,
  log: { readonly warn: (fields: object, message: string) => void },
): SqlIssuedCards {
  const waiting = new Map<string, IssuedCard>();
  const writer = createDeferredWriter<Waiting>({
    write: async (batch) => {
      await storing(() =>
        db
          .insertInto('issued_card')
          .values(batch.map(toRow))
          .onConflict((conflict) => conflict.column('uuid').doNothing())
          .execute(),
      );
      for (const { uuid } of batch) waiting.delete(uuid);
    },
    capacity: CAPACITY,
    onFailure: (error) => log.warn({ code: codeOf(error) }, 'issued cards cannot be written, trying again'),
    onLost: (count) => {
      log.warn({ lost: count }, 'issued cards were lost; feedback on them will not be traced');
      return undefined;
    },
  });
  return {
    remember: (uuid, card) => {
      if (waiting.size < CAPACITY) waiting.set(uuid, card);
      writer.add({ uuid, card });
    },
    find: async (uuids) => {
      const known = uuids.flatMap((uuid) => {
        const card = waiting.get(uuid);
        return card ? [[uuid, card] as const] : [];
      });
      const rows = await storing(() =>
        db
          .selectFrom('issued_card')
          .selectAll()
          .where('uuid', 'in', [...uuids])
          .execute(),
      );
      return new Map([...known, ...rows.map((row) => [row.uuid, fromRow(row)] as const)]);
    },
    deleteBefore: async (time) => {
      await storing(() => db.deleteFrom('issued_card').where('issued_at', '<', time).execute());
    },
    close: () => writer.close(),
  };
}

function toRow({ uuid, card }: Waiting) {
  const { service, tenant = null, model = null, rules, findings, silencing } = card;
  return {
    ...{ uuid, service, tenant, model },
    rules: JSON.stringify(rules),
    findings: JSON.stringify(findings),
    silencing: silencing === undefined ? null : JSON.stringify(silencing),
  };
}

function fromRow(row: {
  readonly service: string;
  readonly tenant: string | null;
  readonly model: string | null;
  readonly rules: unknown;
}): IssuedCard {
  const { rules, findings, silencing } = storedSchema.parse(row);
  const { service, tenant, model } = row;
  return {
    ...{ service, rules, findings },
    ...(tenant !== null && { tenant }),
    ...(model !== null && { model }),
    ...(silencing && { silencing }),
  };
}
