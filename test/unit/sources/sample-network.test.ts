import { describe, expect, it } from 'vitest';
import type { LabDescription } from '../../../electron/engine/sources/lab.ts';
import { createSampleNetwork } from '../../../electron/engine/sources/sample-network.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';

const description: LabDescription = {
  routers: [{ name: 'r1', address: '127.0.0.1', port: 1, username: 'u', password: 'p' }],
  targets: [{ job: 'a', url: 'http://127.0.0.1:2/' }],
};

const nobody = (): void => {};

function setUp() {
  const events: string[] = [];
  let exit: (cause: unknown) => void = nobody;
  const network = createSampleNetwork({
    async startThread(flows, onExit) {
      events.push(`starts towards ${flows?.port}`);
      exit = onExit;
      await Promise.resolve();
      return {
        description,
        stop() {
          events.push('thread ends');
          return Promise.resolve();
        },
      };
    },
    flowPort: () => Promise.resolve(2_055),
    onChange() {
      events.push(network.description() === undefined ? 'devices go' : 'devices come');
      return Promise.resolve();
    },
    onProblem: (sentence) => events.push(sentence ?? 'no problem'),
    logger: silentLogger,
  });
  return { network, events, exit: (cause: unknown) => exit(cause) };
}

describe('the sample network', () => {
  it('starts once, however often it is asked to', async () => {
    const { network, events } = setUp();
    expect(await Promise.all([network.start(), network.start()])).toEqual([2, 2]);
    expect(events).toEqual(['starts towards 2055', 'no problem', 'devices come']);
  });

  it('ends after its start when it is stopped meanwhile, its devices first', async () => {
    const { network, events } = setUp();
    await Promise.all([network.start(), network.stop()]);
    expect(events.slice(3)).toEqual(['no problem', 'devices go', 'thread ends']);
    expect(network.description()).toBeUndefined();
  });

  it('takes its devices away when it ends by itself, and may be started again', async () => {
    const { network, events, exit } = setUp();
    await network.start();
    exit(new Error('a fault'));
    expect(events.slice(3)).toEqual(['The sample network stopped by itself.', 'devices go']);
    expect(await network.start()).toBe(2);
  });

  it('does not start any more once the engine stops', async () => {
    const { network, events } = setUp();
    await network.start();
    await network.end();
    expect(events.at(-1)).toBe('thread ends');
    await expect(network.start()).rejects.toMatchObject({ code: 'LW_LAB_FAILED' });
  });
});
