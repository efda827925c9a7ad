// The queue of notifications: tried again until delivered, known over restarts, replaced by what is newer.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../../electron/engine/alerting/delivery/message.ts';
import {
  DeliveryError,
  DeliveryQueue,
  type DeliveryQueueOptions,
  type QueuedMessage,
} from '../../../electron/engine/alerting/delivery/queue.ts';
import { silentLogger as logger } from '../../../electron/engine/telemetry/index.ts';

beforeEach(() => vi.useFakeTimers({ now: 0 }));
afterEach(() => vi.useRealTimers());

const queued = (groupKey: string, receiver = 'ops'): QueuedMessage => ({
  groupKey,
  way: `${receiver}/webhook/0`,
  message: { groupKey, receiver } as Message,
  entry: { firing: new Set(['a']), resolved: new Set(), atMs: Date.now() },
  queuedAtMs: Date.now(),
});

const key = (groupKey: string, way: string): string => `${groupKey} ${way}`;

/** A table in memory, and a peer that answers as it is told. */
function setup(send: DeliveryQueueOptions['send'], kept = new Map<string, QueuedMessage>()) {
  const told: string[] = [];
  const results: (string | undefined)[] = [];
  const queue = new DeliveryQueue({
    table: {
      queued: () => [...kept.values()],
      put: (each) => kept.set(key(each.groupKey, each.way), each),
      drop: (groupKey, way) => kept.delete(key(groupKey, way)),
      delivered(each) {
        kept.delete(key(each.groupKey, each.way));
        told.push(each.groupKey);
      },
    },
    send,
    clock: { now: Date.now },
    logger,
    onResult: (_way, error) => results.push(error?.message),
    onChange: () => {},
    onWritten: () => {},
  });
  return { queue, kept, told, results };
}

const failing = (times: number, isRetryable = true): DeliveryQueueOptions['send'] => {
  let left = times;
  return () => (left-- > 0 ? Promise.reject(new DeliveryError('answered 503', { isRetryable })) : Promise.resolve());
};

describe('a delivery', () => {
  it('is tried again after 1, 2 and 4 seconds, and written down once it succeeded', async () => {
    const { queue, kept, told, results } = setup(failing(3));
    const outcome = queue.deliver(queued('g'), 60_000);
    await vi.advanceTimersByTimeAsync(6_999);
    expect([results.length, queue.waiting()[0]?.lastError, kept.size]).toEqual([3, 'answered 503', 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome).toBe(true);
    expect([told, results, kept.size, queue.waiting()]).toEqual([
      ['g'],
      ['answered 503', 'answered 503', 'answered 503', undefined],
      0,
      [],
    ]);
  });

  it('that takes longer than its budget is told as not delivered, and goes on', async () => {
    const { queue, told } = setup(failing(4));
    const outcome = queue.deliver(queued('g'), 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([await outcome, told]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual(['g']);
  });

  it('that cannot succeed is given up', async () => {
    const { queue, kept, results } = setup(failing(1, false));
    expect(await queue.deliver(queued('g'), 10_000)).toBe(false);
    expect([results, kept.size]).toEqual([['answered 503'], 0]);
  });

  it('to a receiver that is gone is given up', async () => {
    const { queue, kept } = setup(() => undefined);
    expect(await queue.deliver(queued('g'), 10_000)).toBe(false);
    expect(kept.size).toBe(0);
  });

  it('is replaced by a later one of the same group, not by one of another', async () => {
    const sent: string[] = [];
    let isUp = false;
    const { queue } = setup((_way, message) => {
      if (!isUp) return Promise.reject(new DeliveryError('down', { isRetryable: true }));
      sent.push(`${message.groupKey}/${message.receiver}`);
      return Promise.resolve();
    });
    const first = queue.deliver(queued('g', 'old'), 600_000);
    const later = { ...queued('g', 'old'), message: { groupKey: 'g', receiver: 'new' } as Message };
    void queue.deliver(queued('h'), 600_000);
    await vi.advanceTimersByTimeAsync(2_500);
    void queue.deliver(later, 600_000);
    expect(await first).toBe(false);
    isUp = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.toSorted()).toEqual(['g/new', 'h/ops']);
  });

  it('that is replaced while it is being sent leaves what took its place in the queue', async () => {
    const sending: PromiseWithResolvers<void>[] = [];
    const { queue, kept, told } = setup(() => {
      const next = Promise.withResolvers<void>();
      sending.push(next);
      return next.promise;
    });
    const first = queue.deliver(queued('g'), 60_000);
    const later = { ...queued('g'), queuedAtMs: 7 };
    const second = queue.deliver(later, 60_000);
    sending[0]?.resolve();
    expect(await first).toBe(true);
    expect([...kept.values()]).toEqual([later]);
    sending[1]?.resolve();
    expect(await second).toBe(true);
    expect([kept.size, told]).toEqual([0, ['g']]);
  });

  it('that waits when the engine stops is tried again by the next one, and what was sent is not', async () => {
    const { queue, kept } = setup(failing(100));
    void queue.deliver(queued('waits'), 60_000);
    await vi.advanceTimersByTimeAsync(1_500);
    await queue.stop();
    expect([...kept.keys()]).toEqual(['waits ops/webhook/0']);

    const sent: string[] = [];
    const next = setup((_way, { groupKey }) => Promise.resolve(void sent.push(groupKey)), kept);
    next.queue.start();
    await vi.advanceTimersByTimeAsync(0);
    expect([sent, next.told, kept.size]).toEqual([['waits'], ['waits'], 0]);
  });

  it('is given up after a day', async () => {
    const { queue, kept } = setup(failing(Infinity));
    void queue.deliver(queued('g'), 60_000);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(kept.size).toBe(1);
    await vi.advanceTimersByTimeAsync(301_000);
    expect(kept.size).toBe(0);
  });

  it('that hangs is ended after half a minute and tried again', async () => {
    vi.useRealTimers();
    const reasons: unknown[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('too long')));
    const { queue, results } = setup((_way, _message, signal) => {
      reasons.push(timeout.mock.calls.at(-1)?.[0]);
      return Promise.reject(new DeliveryError(String(signal.reason), { isRetryable: true }));
    });
    void queue.deliver(queued('g'), 60_000);
    await vi.waitFor(() => expect(results).toEqual(['Error: too long']));
    expect(reasons).toEqual([30_000]);
    await queue.stop();
    timeout.mockRestore();
  });
});
