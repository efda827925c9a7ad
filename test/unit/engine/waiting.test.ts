// Waiting that can be ended, and tasks that take turns.
import { describe, expect, it } from 'vitest';
import { pause } from '../../../electron/engine/clock.ts';
import { createTurns } from '../../../electron/engine/turns.ts';

describe('a pause', () => {
  it('ends at once when it is aborted, before or while it lasts', async () => {
    const abort = new AbortController();
    const lasting = pause(3_600_000, abort.signal);
    abort.abort();
    await expect(lasting).resolves.toBeUndefined();
    await expect(pause(3_600_000, abort.signal)).resolves.toBeUndefined();
  });
});

describe('turns', () => {
  it('are taken in the order in which they are asked for, one at a time', async () => {
    const inTurn = createTurns();
    const said: string[] = [];
    const first = Promise.withResolvers<void>();
    const a = inTurn(async () => {
      said.push('a begins');
      await first.promise;
      said.push('a ends');
      return 1;
    });
    const b = inTurn(async () => {
      said.push('b');
      return 2;
    });
    await pause(0);
    expect(said).toEqual(['a begins']);
    first.resolve();
    expect([await a, await b]).toEqual([1, 2]);
    expect(said).toEqual(['a begins', 'a ends', 'b']);
  });

  it('go on after one that failed, which only its own caller is told of', async () => {
    const inTurn = createTurns();
    const failed = inTurn(() => Promise.reject(new Error('no')));
    const next = inTurn(() => Promise.resolve('goes on'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('goes on');
  });
});
