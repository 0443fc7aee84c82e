import { createExpiringStore } from './expiring-store.ts';
import type { Session } from './session.ts';

/** Somebody who has a report on their screen, or had a while ago: a page does not say when it is left. */
export interface RecentReader {
  readonly name: string;
  readonly minutesAgo: number;
}

/** A session, as far as it says who reads. */
type Reader = Pick<Session, 'id' | 'user'> & { readonly tenant: Pick<Session['tenant'], 'name'> };

export interface RecentReaders {
  note(session: Reader, reportId: string): void;
  /** Who else has opened a report lately, as far as this process knows. */
  other(session: Reader, reportId: string): RecentReader | undefined;
}

const RECENT = { capacity: 10_000, idleMs: 15 * 60_000, longestMs: 15 * 60_000 };
const MINUTE_MS = 60_000;

/** Keeps two readers from starting on the same report; what keeps both from signing it is its version. */
export function createRecentReaders(nowMs: () => number): RecentReaders {
  const opened = createExpiringStore<{ readonly by: string; readonly name: string; readonly atMs: number }>(
    RECENT,
    nowMs,
  );
  const keyOf = ({ tenant }: Reader, reportId: string) => `${tenant.name} ${reportId}`;
  const readerOf = ({ user, id }: Reader) => user?.reference ?? id;
  return {
    note: (session, reportId) => {
      const name = session.user?.name ?? 'somebody else';
      opened.set(keyOf(session, reportId), { by: readerOf(session), name, atMs: nowMs() });
    },
    other: (session, reportId) => {
      const found = opened.peek(keyOf(session, reportId));
      if (found === undefined || found.by === readerOf(session)) return undefined;
      return { name: found.name, minutesAgo: Math.floor((nowMs() - found.atMs) / MINUTE_MS) };
    },
  };
}
