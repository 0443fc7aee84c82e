/**
 * A queue for pieces of work that keep the event loop busy for milliseconds: one piece per turn of the loop, in order of
 * arrival. Between two pieces the loop sees to timers and sockets, so that a burst of new ECGs delays neither the
 * deadlines of its own hooks nor hooks that need no such work by more than one piece.
 */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}
