import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardProcess } from '../../../electron/engine/guard-process.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(stop: () => Promise<void>) {
  const listeners = new Map<string, (reason: unknown) => void>();
  const logged: unknown[] = [];
  const exits: number[] = [];
  guardProcess({ error: (fields: unknown) => logged.push(fields) }, () => ({ stop }), {
    on: (event, listener) => listeners.set(event, listener),
    exit: (code) => exits.push(code),
  });
  const fault = async (event: string, reason: unknown): Promise<void> => {
    listeners.get(event)?.(reason);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { fault, logged, exits };
}

describe.each(['uncaughtException', 'unhandledRejection'])('an %s', (event) => {
  it('is logged with its stack, lets the engine stop, and ends the process with 1', async () => {
    const stop = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const { fault, logged, exits } = setUp(stop);
    const error = new Error('bug');
    await fault(event, error);
    expect(logged).toEqual([{ err: error }]);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(exits).toEqual([1]);
  });

  it('is told once, also when the stop fails for the same cause', async () => {
    const { fault, logged, exits } = setUp(() => Promise.reject(new Error('bug again')));
    await fault(event, new Error('bug'));
    await fault('unhandledRejection', new Error('bug again'));
    expect(logged).toHaveLength(1);
    expect(exits).toEqual([1]);
  });

  it('ends the process although the engine hangs', async () => {
    const { fault, exits } = setUp(() => new Promise(() => {}));
    await fault(event, new Error('bug'));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(exits).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(exits).toEqual([1]);
  });
});
