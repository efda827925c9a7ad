import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineOptions } from '../../../electron/engine/engine-types.ts';
import { FakePort } from '../../fakes/electron.ts';

class FakeParentPort extends EventEmitter {
  readonly sent: { type: string; [field: string]: unknown }[] = [];
  postMessage(message: { type: string }): void {
    this.sent.push(message);
  }
}

const state = vi.hoisted(() => ({
  started: [] as unknown[],
  happened: [] as string[],
  refuse: undefined as Error | undefined,
  port: undefined as unknown,
}));
vi.mock('../../../electron/engine/engine.ts', () => ({
  startEngine: (options: unknown) => {
    state.started.push(options);
    if (state.refuse !== undefined) return Promise.reject(state.refuse);
    return Promise.resolve({
      httpUrl: undefined,
      attachPort: (port: unknown) => {
        state.port = port;
      },
      health: () => ({ ok: false, problems: ['x'.repeat(5_000)] }),
      suspend: () => state.happened.push('suspend'),
      resume: () => state.happened.push('resume'),
      stop: () => {
        state.happened.push('stop');
        return Promise.resolve();
      },
    });
  },
}));

let dir = '';
let parentPort = new FakeParentPort();
beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'linewarden-utility-'));
  parentPort = new FakeParentPort();
  Object.assign(state, { started: [], happened: [], refuse: undefined, port: undefined });
  Object.defineProperty(process, 'parentPort', { value: parentPort, configurable: true });
  vi.useFakeTimers();
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    state.happened.push(`exit ${String(code)}`);
    return undefined as never;
  });
  vi.resetModules();
  await import('../../../electron/engine/utility.ts');
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(dir, { recursive: true, force: true });
});

const says = async (data: object, ports: FakePort[] = []) => {
  parentPort.emit('message', { data, ports });
  await vi.advanceTimersByTimeAsync(0);
};
const start = (keyring = false) =>
  says({ type: 'start', options: { dataDir: dir, version: '1.2.3', rendererDir: '/r', resourcesDir: '/s', keyring } });
const engineOptions = () => state.started[0] as EngineOptions;

describe("the engine's process", () => {
  it('starts the engine once, as the desktop’s, and says when it is up', async () => {
    await start();
    await start();
    expect(state.started).toHaveLength(1);
    expect(engineOptions()).toMatchObject({ dataDir: dir, mode: 'desktop', version: '1.2.3', resourcesDir: '/s' });
    expect(engineOptions().cipher.name).toBe('key-file');
    expect(parentPort.sent[0]).toEqual({ type: 'started', httpUrl: null });
  });

  it('seals with the keyring where there is one, and still opens what a key file sealed', async () => {
    await start();
    vi.resetModules();
    Object.assign(state, { started: [] });
    parentPort.removeAllListeners();
    await import('../../../electron/engine/utility.ts');
    await start(true);
    expect(engineOptions().cipher.name).toBe('os-keyring');
    expect(engineOptions().cipher.alternatives?.map(({ name }) => name)).toEqual(['key-file']);
  });

  it('asks the shell to seal, and hears the answer', async () => {
    await start(true);
    const sealed = engineOptions().cipher.encrypt('abc', 'core');
    expect(parentPort.sent.at(-1)).toEqual({ type: 'seal', id: 1, plain: '["core","abc"]' });
    await says({ type: 'sealed', id: 1, data: Uint8Array.of(7) });
    await expect(sealed).resolves.toEqual(Uint8Array.of(7));
  });

  it('makes no key file where the keyring does', async () => {
    await start(true);
    expect(engineOptions().cipher.alternatives).toEqual([]);
  });

  it('says every five seconds how it is, within bounds', async () => {
    await start();
    await vi.advanceTimersByTimeAsync(10_000);
    const health = parentPort.sent.filter(({ type }) => type === 'health');
    expect(health).toHaveLength(3);
    expect(health[0]).toEqual({ type: 'health', ok: false, problems: ['x'.repeat(1_024)] });
  });

  it('gives a port to the engine and starts it', async () => {
    await start();
    const port = new FakePort();
    await says({ type: 'attach' }, [port]);
    const heard: unknown[] = [];
    const attached = state.port as {
      postMessage(data: unknown): void;
      on(event: string, listener: (event: unknown) => void): void;
    };
    attached.on('message', (event) => heard.push(event));
    port.emit('message', { data: 'hello', ports: [] });
    attached.postMessage('hi');
    expect(heard).toEqual([{ data: 'hello' }]);
    expect(port.sent).toEqual(['hi']);
    expect(port.started).toBe(true);
  });

  it('says why the engine could not start, and ends', async () => {
    // The modules were reset: the class must be the one that they see.
    const { LinewardenError } = await import('../../../shared/model/errors.ts');
    state.refuse = new LinewardenError('LW_CONFIG_INVALID', 'line 3: interval: expected a duration', {
      hint: 'Write 15s.',
    });
    await start();
    expect(parentPort.sent).toEqual([
      {
        type: 'failed',
        code: 'LW_CONFIG_INVALID',
        message: 'line 3: interval: expected a duration',
        hint: 'Write 15s.',
      },
    ]);
    await vi.advanceTimersByTimeAsync(100);
    expect(state.happened).toEqual(['exit 1']);
  });

  it('hands on that the machine sleeps and wakes', async () => {
    await start();
    await says({ type: 'suspend' });
    await says({ type: 'resume' });
    expect(state.happened).toEqual(['suspend', 'resume']);
  });

  it('stops the engine and ends with 0', async () => {
    await start();
    await says({ type: 'stop' });
    await says({ type: 'stop' });
    expect(state.happened).toEqual(['stop', 'exit 0']);
  });

  it('sends the notifications of the engine', async () => {
    await start();
    const notification = {
      id: 'n',
      title: 't',
      body: 'b',
      severity: 'info' as const,
      resolved: false,
      atMs: 1,
      route: '/',
    };
    engineOptions().notify?.(notification);
    expect(parentPort.sent.at(-1)).toEqual({ type: 'notification', notification });
  });
});
