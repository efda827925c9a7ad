import { skewOf } from '../../../renderer/app/connection/skew.ts';
import { describe, expect, test } from 'vitest';
import { backoffMs, initialState, nextState } from '../../../renderer/app/connection/machine.ts';
import type { ConnectionEvent, ConnectionState } from '../../../renderer/app/connection/machine.ts';
import { callOver } from '../../../renderer/app/connection/session.ts';
import type { Session } from '../../../renderer/app/connection/session.ts';
import { takeToken, tokenFromPaste } from '../../../renderer/app/connection/token.ts';

const after = (...events: [ConnectionEvent, number][]): ConnectionState => {
  let state = initialState(0);
  for (const [event, atMs] of events) state = nextState(state, event, atMs);
  return state;
};

describe('the connection', () => {
  test('opens, is lost, and counts its attempts since', () => {
    expect(after([{ type: 'opened' }, 10])).toEqual({ phase: 'open', sinceMs: 10 });
    expect(
      after(
        [{ type: 'opened' }, 10],
        [{ type: 'closed', retryInMs: 500 }, 1_000],
        [{ type: 'retrying' }, 1_500],
        [{ type: 'closed', retryInMs: 1_000 }, 1_600],
      ),
    ).toEqual({ phase: 'lost', sinceMs: 1_000, attempt: 2, retryAtMs: 2_600, wasOpen: true, reason: '' });
  });

  test('that never opened says so', () => {
    expect(after([{ type: 'closed', retryInMs: 500 }, 100])).toEqual({
      phase: 'lost',
      sinceMs: 0,
      attempt: 1,
      retryAtMs: 600,
      wasOpen: false,
      reason: '',
    });
  });

  test('over a port waits for the next port instead of retrying', () => {
    const state = after([{ type: 'opened' }, 10], [{ type: 'closed', retryInMs: null }, 20]);
    expect(state).toMatchObject({ phase: 'lost', retryAtMs: null });
    expect(nextState(state, { type: 'opened' }, 30)).toEqual({ phase: 'open', sinceMs: 30 });
  });

  test('says why the engine is started again, and when', () => {
    const event = { type: 'restarting', reason: 'The data directory is in use.', retryAtMs: 5_000 } as const;
    const told = { phase: 'lost', reason: 'The data directory is in use.', retryAtMs: 5_000 };
    expect(after([event, 10])).toMatchObject({ ...told, wasOpen: false });
    expect(after([{ type: 'opened' }, 5], [event, 10])).toMatchObject({ ...told, wasOpen: true, sinceMs: 10 });
  });

  test('with a refused token asks for another, and the socket that closes then changes nothing', () => {
    const refused = after([{ type: 'refused', reason: 'bad-token' }, 10]);
    expect(refused).toEqual({ phase: 'signed-out', sinceMs: 10, reason: 'bad-token' });
    expect(nextState(refused, { type: 'closed', retryInMs: 500 }, 20)).toBe(refused);
    expect(nextState(refused, { type: 'signed-in' }, 30)).toMatchObject({ phase: 'connecting' });
  });

  test('is tried again after 0.5, 1, 2, 4, 8 and then every 15 s, a fifth less at most', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => backoffMs(attempt, 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
    ]);
    expect(backoffMs(1, 1)).toBe(800);
  });
});

const sessionOf = (call: Session['link']['call'], gone: AbortSignal): Session => ({ link: { call }, gone });
const run = (session: Session, timeoutMs = 5_000) => callOver(session, ['x'], undefined, { context: {} }, timeoutMs);

async function* oneItem(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => {});
}

describe('a call over a session', () => {
  test('answers as the engine does', async () => {
    const session = sessionOf(() => Promise.resolve(42), new AbortController().signal);
    await expect(run(session)).resolves.toBe(42);
  });

  test('in flight when the engine goes fails with ENGINE_GONE, and so does one begun after', async () => {
    const end = new AbortController();
    const session = sessionOf(() => new Promise(() => {}), end.signal);
    const call = run(session);
    end.abort();
    await expect(call).rejects.toMatchObject({ code: 'ENGINE_GONE' });
    await expect(run(session)).rejects.toMatchObject({ code: 'ENGINE_GONE' });
  });

  test('that is never answered fails with ENGINE_SLOW', async () => {
    const session = sessionOf(() => new Promise(() => {}), new AbortController().signal);
    await expect(run(session, 5)).rejects.toMatchObject({ code: 'ENGINE_SLOW' });
  });

  test('that is a stream ends with ENGINE_GONE when the engine goes', async () => {
    const end = new AbortController();
    const session = sessionOf(() => Promise.resolve(oneItem()), end.signal);
    const stream = (await run(session)) as AsyncIterableIterator<number>;
    await expect(stream.next()).resolves.toEqual({ done: false, value: 1 });
    const waiting = stream.next();
    end.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ENGINE_GONE' });
  });
});

describe('the token', () => {
  test.each([
    ['#token=abc', { token: 'abc', rest: '' }],
    ['#token=a%2Bb', { token: 'a+b', rest: '' }],
    ['#token=abc&/devices?last=6h', { token: 'abc', rest: '#/devices?last=6h' }],
    ['#/devices', { token: null, rest: '#/devices' }],
    ['#token=', { token: null, rest: '' }],
    ['', { token: null, rest: '' }],
  ])('in %j is taken out of the address', (hash, taken) => {
    expect(takeToken(hash)).toEqual(taken);
  });

  test('is pasted bare or within the printed URL', () => {
    expect(tokenFromPaste('  abc \n')).toBe('abc');
    expect(tokenFromPaste('http://127.0.0.1:9470/#token=abc')).toBe('abc');
    expect(tokenFromPaste('two words')).toBeNull();
    expect(tokenFromPaste(' ')).toBeNull();
  });
});

describe("the engine's clock", () => {
  test('is taken as this one, as long as the difference may be transit', () => {
    expect(skewOf([])).toBe(0);
    expect(skewOf([-150, -40])).toBe(0);
  });

  test('does not jump when a tick waits for a busy page', () => {
    expect(skewOf([-30, -8_000, -20])).toBe(0);
    expect(skewOf([-60_030, -66_000, -60_010])).toBe(-60_010);
  });

  test('may be ahead', () => {
    expect(skewOf([3_600_000])).toBe(3_600_000);
  });
});
