import { randomBytes } from 'node:crypto';
import type { Database } from './open-database.ts';
import { storing } from './storing.ts';

const NAME = 'pseudonym-key';
const BYTES = 32;

/** The key of pseudonyms where none is configured: made once, kept in the database, the same for all replicas. */
export async function storedPseudonymKey({ db }: Database): Promise<Uint8Array> {
  return await storing(async () => {
    await db
      .insertInto('secret')
      .values({ name: NAME, value: randomBytes(BYTES).toString('hex') })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const { value } = await db.selectFrom('secret').select('value').where('name', '=', NAME).executeTakeFirstOrThrow();
    return Buffer.from(value, 'hex');
  });
}
