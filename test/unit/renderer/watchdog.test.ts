import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineConnection } from '../../../renderer/app/connection/connection.ts';
import type { Link } from '../../../renderer/app/connection/session.ts';
import type { Transport, TransportEvents } from '../../../renderer/app/connection/transport.ts';

/** An engine that ticks each second while `runs` is true; frozen, it neither ticks nor answers. */
class FakeEngine {
  runs = true;
  readonly link: Link = {
    call: () => Promise.resolve(this.#ticks()),
  };

  async *#ticks(): AsyncGenerator<{ atMs: number; changed: [] }> {
    for (;;) {
      while (!this.runs) await second();
      yield { atMs: Date.now(), changed: [] };
      await second();
    }
  }
}

const second = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 1_000);
  });

/** Opens while `answers` is true. A transport that does not retry waits to be opened by hand. */
class FakeTransport implements Transport {
  readonly retries: boolean;
  answers = true;
  connects = 0;
  ends = 0;
  events: TransportEvents | undefined;
  readonly #engine: FakeEngine;

  constructor(engine: FakeEngine, retries = true) {
    this.#engine = engine;
    this.retries = retries;
  }

  connect(events: TransportEvents): () => void {
    this.connects++;
    this.events = events;
    if (this.answers) events.opened(this.#engine.link);
    return () => void this.ends++;
  }
}

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function connected(engine: FakeEngine, retries = true) {
  const transport = new FakeTransport(engine, retries);
  const connection = new EngineConnection(transport);
  connection.start();
  return { transport, connection };
}

describe('a connection', () => {
  test('is open with the first tick, not with the sign-in alone', async () => {
    const engine = new FakeEngine();
    engine.runs = false;
    const { connection } = connected(engine);
    await pass(3_000);
    expect(connection.state().phase).toBe('connecting');
    engine.runs = true;
    await pass(1_000);
    expect(connection.state().phase).toBe('open');
  });

  test('stays open as long as the engine ticks', async () => {
    const { connection, transport } = connected(new FakeEngine());
    await pass(120_000);
    expect(connection.state().phase).toBe('open');
    expect(transport.connects).toBe(1);
  });

  test('is lost after ten seconds without a tick, and the socket is closed', async () => {
    const engine = new FakeEngine();
    const { connection, transport } = connected(engine);
    await pass(5_000);
    engine.runs = false;
    await pass(8_000);
    expect(connection.state().phase).toBe('open');
    await pass(3_000);
    expect(connection.state()).toMatchObject({ phase: 'lost', wasOpen: true });
    expect(transport.ends).toBeGreaterThan(0);
  });

  test('stays lost while a frozen engine only takes the sign-in, and is open again with its first tick', async () => {
    const engine = new FakeEngine();
    const { connection, transport } = connected(engine);
    await pass(2_000);
    engine.runs = false;
    await pass(12_000);
    const phases = new Set<string>();
    connection.subscribe(() => phases.add(connection.state().phase));
    await pass(60_000);
    expect([...phases]).toEqual(['lost']);
    expect(transport.connects).toBeGreaterThan(2);
    engine.runs = true;
    await pass(20_000);
    expect(connection.state().phase).toBe('open');
  });

  test('over a port is not closed: should the engine wake up, it is heard', async () => {
    const engine = new FakeEngine();
    const { connection, transport } = connected(engine, false);
    await pass(2_000);
    engine.runs = false;
    await pass(12_000);
    expect(connection.state()).toMatchObject({ phase: 'lost', retryAtMs: null });
    engine.runs = true;
    await pass(2_000);
    expect(connection.state().phase).toBe('open');
    expect([transport.connects, transport.ends]).toEqual([1, 0]);
  });

  test('that is lost keeps the time at which it was, so that "12 s ago" does not grow', async () => {
    const engine = new FakeEngine();
    const { connection } = connected(engine);
    await pass(2_000);
    engine.runs = false;
    await pass(12_000);
    const then = connection.now();
    await pass(30_000);
    expect(connection.now()).toBe(then);
    engine.runs = true;
    await pass(20_000);
    expect(connection.now()).toBe(Date.now());
  });
});
