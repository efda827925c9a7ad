import { afterEach, describe, expect, test } from 'vitest';
import { type HangWatch, ThreadClient } from '../../../electron/engine/store/metrics/thread-client.ts';

type Call = { readonly kind: 'echo' | 'ping' | 'spin' | 'forget' | 'slow' | 'throw' | 'exit' | 'close' };
type Answers = Record<Call['kind'], string>;

/** A thread that can be told to misbehave. */
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ id, call }) => {
      if (call.kind === 'spin') for (;;) {}
      if (call.kind === 'throw') throw new Error('a fault');
      if (call.kind === 'exit') process.exit(0);
      if (call.kind === 'forget') return;
      if (call.kind === 'slow') return void setTimeout(() => parentPort.postMessage({ id, answer: 'slow' }), 600);
      parentPort.postMessage({ id, answer: call.kind });
      if (call.kind === 'close') parentPort.close();
    });
  `)}`,
);

const clients: ThreadClient<Call, Answers>[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.kill();
});

function started(patience: HangWatch<Call>['patience'] = {}): {
  client: ThreadClient<Call, Answers>;
  told: string[];
} {
  const told: string[] = [];
  const client = new ThreadClient<Call, Answers>({
    entry: ENTRY,
    maxHeapMb: 32,
    watch: { ping: { kind: 'ping' }, afterMs: 200, patience },
    onHang: ({ message }) => told.push(`hang: ${message}`),
    onDeath: ({ message }) => told.push(`death: ${message}`),
  });
  clients.push(client);
  return { client, told };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('a thread that hangs', () => {
  test('in a loop: every call that waits is settled, the hang is told before the death, and later calls are refused', async () => {
    const { client, told } = started();
    expect(await client.call({ kind: 'echo' })).toBe('echo');
    const settled = await Promise.all([client.call({ kind: 'spin' }), client.call({ kind: 'echo' })].map(failureOf));
    expect(settled).toMatchObject([{ code: 'LW_STORE_THREAD_HANGS' }, { code: 'LW_STORE_THREAD_HANGS' }]);
    await expect(client.call({ kind: 'echo' })).rejects.toMatchObject({ code: 'LW_STORE_THREAD_HANGS' });
    await expect.poll(() => told.map((one) => one.split(':')[0])).toEqual(['hang', 'death']);
  });

  test('in a loop, under a call that may take as long as it likes: it answers no ping', async () => {
    const { client } = started({ spin: Infinity });
    expect(await failureOf(client.call({ kind: 'spin' }))).toMatchObject({ code: 'LW_STORE_THREAD_HANGS' });
  });

  test('for one call only, that it forgot to answer', async () => {
    const { client } = started();
    expect(await failureOf(client.call({ kind: 'forget' }))).toMatchObject({ code: 'LW_STORE_THREAD_HANGS' });
  });

  test('is not one that works long on what may take long and answers pings meanwhile', async () => {
    const { client, told } = started({ slow: Infinity });
    expect(await client.call({ kind: 'slow' })).toBe('slow');
    expect(told).toEqual([]);
  });

  test('nor one that takes longer than usual where it may', async () => {
    const { client, told } = started({ slow: 10 });
    expect(await client.call({ kind: 'slow' })).toBe('slow');
    expect(told).toEqual([]);
  });
});

describe('a thread that ends', () => {
  test('by a fault: calls are rejected with it', async () => {
    const { client, told } = started();
    const waiting = ['throw', 'echo'] as const;
    const settled = await Promise.all(waiting.map((kind) => failureOf(client.call({ kind }))));
    expect(settled).toMatchObject([{ code: 'LW_STORE_THREAD_DIED' }, { code: 'LW_STORE_THREAD_DIED' }]);
    await expect.poll(() => told).toEqual(['death: A thread of the metric store ended unexpectedly: a fault.']);
  });

  test('by itself', async () => {
    const { client, told } = started();
    expect(await failureOf(client.call({ kind: 'exit' }))).toMatchObject({ code: 'LW_STORE_THREAD_DIED' });
    await expect.poll(() => told).toHaveLength(1);
  });

  test('because it is closed while it owes answers: they are refused, and no death is told', async () => {
    const { client, told } = started();
    const waiting = failureOf(client.call({ kind: 'forget' }));
    await client.close({ kind: 'close' }, 5_000);
    expect(await waiting).toMatchObject({ code: 'LW_STORE_CLOSED' });
    await expect(client.call({ kind: 'echo' })).rejects.toMatchObject({ code: 'LW_STORE_CLOSED' });
    expect(told).toEqual([]);
  });

  test('because it is closed while it hangs: after its grace', async () => {
    const { client, told } = started();
    const waiting = failureOf(client.call({ kind: 'spin' }));
    await client.close({ kind: 'close' }, 50);
    expect(await waiting).toMatchObject({ code: 'LW_STORE_CLOSED' });
    expect(told).toEqual([]);
  });
});
