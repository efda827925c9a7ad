import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEngineSupervisor } from '../../../electron/main/engine-supervisor.ts';
import type { EngineStatus, EngineToShell } from '../../../shared/model/shell-messages.ts';
import { FakeProcess } from '../../fakes/electron.ts';
import { asProcess } from './as-electron.ts';

const START_OPTIONS = { dataDir: '/d', version: '1', rendererDir: '/r', resourcesDir: '/s', keyring: true };

let children: FakeProcess[] = [];
let statuses: EngineStatus[] = [];
let messages: EngineToShell[] = [];
let killedHard: number[] = [];
let logged: string[] = [];

const supervisor = () =>
  createEngineSupervisor({
    fork: () => {
      const child = new FakeProcess();
      children.push(child);
      return asProcess(child);
    },
    startOptions: () => START_OPTIONS,
    onStatus: (status) => statuses.push(status),
    onMessage: (message) => messages.push(message),
    now: () => Date.now(),
    log: (_level, message, fields) => logged.push(`${message} ${JSON.stringify(fields)}`),
    killHard: (pid) => killedHard.push(pid),
  });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  children = [];
  statuses = [];
  messages = [];
  killedHard = [];
  logged = [];
});
afterEach(() => vi.useRealTimers());

const last = (): FakeProcess => {
  const child = children.at(-1);
  if (child === undefined) throw new Error('nothing was started');
  return child;
};
const started = (child = last()) => child.emit('message', { type: 'started', httpUrl: null });

describe('the engine', () => {
  it('is started once, with its options as the first message', () => {
    const engine = supervisor();
    engine.start();
    engine.start();
    expect(children).toHaveLength(1);
    expect(last().posted).toEqual([{ message: { type: 'start', options: START_OPTIONS }, ports: [] }]);
    expect(statuses).toEqual([{ state: 'starting' }]);
    started();
    expect(engine.status).toEqual({ state: 'running' });
  });

  it('is started again after 1, 2, 4, 8, 16, 32 and then every 60 seconds', () => {
    supervisor().start();
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const before = children.length;
      last().exit(139);
      expect(statuses.at(-1)).toMatchObject({ state: 'restarting', nextAttemptAtMs: Date.now() + waitMs });
      vi.advanceTimersByTime(waitMs - 1);
      expect(children).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(children).toHaveLength(before + 1);
    }
  });

  it('begins at the first back-off again once it ran for a minute', () => {
    supervisor().start();
    last().exit(1);
    vi.advanceTimersByTime(1_000);
    last().exit(1);
    vi.advanceTimersByTime(2_000);
    started();
    vi.advanceTimersByTime(59_000);
    last().emit('message', { type: 'health', ok: true, problems: [] });
    vi.advanceTimersByTime(1_000);
    last().exit(1);
    expect(statuses.at(-1)).toMatchObject({ state: 'restarting', attempt: 1, nextAttemptAtMs: Date.now() + 1_000 });
  });

  it('does not begin at the first back-off again when it crashed sooner', () => {
    supervisor().start();
    last().exit(1);
    vi.advanceTimersByTime(1_000);
    started();
    vi.advanceTimersByTime(30_000);
    last().exit(1);
    expect(statuses.at(-1)).toMatchObject({ attempt: 2, nextAttemptAtMs: Date.now() + 2_000 });
  });

  it('says why it could not start, in its own words', () => {
    supervisor().start();
    last().emit('message', {
      type: 'failed',
      code: 'LW_STATE_LOCKED',
      message: 'Another engine uses this data directory.',
      hint: 'Stop it first.',
    });
    last().exit(1);
    expect(statuses.at(-1)).toMatchObject({
      state: 'restarting',
      reason: 'Another engine uses this data directory.',
      hint: 'Stop it first.',
    });
  });

  it('says the code of a crash', () => {
    supervisor().start();
    last().exit(139);
    expect(statuses.at(-1)).toMatchObject({ reason: 'The engine ended unexpectedly (code 139).' });
  });

  it('is started at once when asked for', () => {
    const engine = supervisor();
    engine.start();
    last().exit(1);
    engine.retryNow();
    expect(children).toHaveLength(2);
    engine.retryNow();
    vi.advanceTimersByTime(120_000);
    expect(children).toHaveLength(2);
  });

  it('is ended and started again when it falls silent for a minute', () => {
    supervisor().start();
    started();
    vi.advanceTimersByTime(59_999);
    expect(last().killed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(last().killed).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(killedHard).toEqual([4_242]);
    last().exit(137);
    expect(statuses.at(-1)).toMatchObject({ state: 'restarting', reason: 'The engine stopped answering.' });
  });

  it('is not taken for silent while it speaks, nor while the machine sleeps', () => {
    const engine = supervisor();
    engine.start();
    started();
    for (let i = 0; i < 30; i++) {
      vi.advanceTimersByTime(5_000);
      last().emit('message', { type: 'health', ok: true, problems: [] });
    }
    engine.suspend();
    vi.advanceTimersByTime(8 * 3_600_000);
    engine.resume();
    vi.advanceTimersByTime(59_000);
    expect(last().killed).toBe(0);
    expect(last().said('suspend')).toHaveLength(1);
    expect(last().said('resume')).toHaveLength(1);
  });

  it('is not believed when it sends what is no message, and what it sent is not logged', () => {
    supervisor().start();
    for (const rubbish of [null, 'x', { type: 'seal', id: -1, plain: 'hunter2' }, { type: 'unheard-of' }])
      last().emit('message', rubbish);
    expect(messages).toEqual([]);
    expect(logged).toHaveLength(4);
    expect(logged.join('\n')).not.toContain('hunter2');
  });

  it('is not heard after it ended', () => {
    supervisor().start();
    const first = last();
    first.exit(1);
    started(first);
    expect(statuses.at(-1)).toMatchObject({ state: 'restarting' });
  });
});

describe('stopping', () => {
  it('asks, waits for the end, and starts nothing again', async () => {
    const engine = supervisor();
    engine.start();
    started();
    const stopped = engine.stop(5_000);
    expect(last().said('stop')).toHaveLength(1);
    last().exit(0);
    await stopped;
    expect(engine.status).toEqual({ state: 'stopped' });
    vi.advanceTimersByTime(120_000);
    expect(children).toHaveLength(1);
    expect(killedHard).toEqual([]);
  });

  it('waits no longer than it was told, then kills', async () => {
    const engine = supervisor();
    engine.start();
    started();
    let over = false;
    const stopped = engine.stop(5_000).then(() => (over = true));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
    expect(killedHard).toEqual([4_242]);
  });

  it('is done at once when the engine waits for its next start', async () => {
    const engine = supervisor();
    engine.start();
    last().exit(1);
    await engine.stop(5_000);
    vi.advanceTimersByTime(120_000);
    expect(children).toHaveLength(1);
  });
});
