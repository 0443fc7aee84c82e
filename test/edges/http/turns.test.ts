import { createTurns } from '../../../src/edges/http/turns.ts';

describe('turns at heavy work', () => {
  it('come in order, one per turn of the event loop, and let timers in between', async () => {
    const turn = createTurns();
    const order: string[] = [];
    const pieces = ['a', 'b', 'c', 'd'].map(async (name) => {
      await turn();
      order.push(name);
      // As long as a timer needs to become due.
      const until = performance.now() + 3;
      while (performance.now() < until);
    });
    setTimeout(() => order.push('timer'), 1);
    await Promise.all(pieces);
    expect(order.filter((name) => name !== 'timer')).toEqual(['a', 'b', 'c', 'd']);
    expect(order.indexOf('timer')).toBeLessThan(order.indexOf('d'));
  });
});
