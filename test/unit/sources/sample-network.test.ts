import { describe, expect, it } from 'vitest';
import type { LabDescription } from '../../../electron/engine/sources/lab.ts';
import { createSampleNetwork } from '../../../electron/engine/sources/sample-network.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';

const description: LabDescription = {
  routers: [{ name: 'r1', address: '127.0.0.1', port: 1, username: 'u', password: 'p' }],
  targets: [{ job: 'a', url: 'http://127.0.0.1:2/' }],
  senders: {
    edges: { username: 'u', password: 'p', ids: ['E1', 'E2'] },
    clients: [{ id: 'c1', name: 'laptop', type: 'native', key: 'k' }],
    headends: [{ id: 'h1', name: 'eu', region: 'eu', datacenter: 'fra1' }],
    headendSecret: 's',
  },
};

const nobody = (): void => {};

function setUp(push?: string) {
  const events: string[] = [];
  let exit: (cause: unknown) => void = nobody;
  const network = createSampleNetwork({
    async startThread(flows, onExit) {
      events.push(`starts towards ${flows?.port}`);
      exit = onExit;
      await Promise.resolve();
      return {
        description,
        sendTo: ({ mqtt, push: to }) => events.push(`sends to ${mqtt} and ${to}`),
        stop() {
          events.push('thread ends');
          return Promise.resolve();
        },
      };
    },
    flowPort: () => Promise.resolve(2_055),
    doors: {
      open({ clients }) {
        events.push(`lets ${clients[0]?.id} in`);
        return Promise.resolve({ mqtt: 'mqtt://broker', push });
      },
      close() {
        events.push('senders go');
        return Promise.resolve();
      },
      end() {
        events.push('doors end');
        return Promise.resolve();
      },
    },
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
    expect(await Promise.all([network.start(), network.start()])).toEqual([4, 4]);
    expect(events).toEqual([
      'starts towards 2055',
      'no problem',
      'devices come',
      'lets c1 in',
      'sends to mqtt://broker and undefined',
    ]);
  });

  it('counts its clients and headends where HTTP is served', async () => {
    expect(await setUp('http://127.0.0.1:1/').network.start()).toBe(6);
  });

  it('ends after its start when it is stopped meanwhile, its devices first', async () => {
    const { network, events } = setUp();
    await Promise.all([network.start(), network.stop()]);
    expect(events.slice(5)).toEqual(['no problem', 'senders go', 'devices go', 'thread ends']);
    expect(network.description()).toBeUndefined();
  });

  it('takes its devices away when it ends by itself, and may be started again', async () => {
    const { network, events, exit } = setUp();
    await network.start();
    exit(new Error('a fault'));
    expect(events.slice(5)).toEqual(['The sample network stopped by itself.']);
    expect(await network.start()).toBe(4);
    expect(events.slice(6, 9)).toEqual(['senders go', 'devices go', 'starts towards 2055']);
  });

  it('does not start any more once the engine stops', async () => {
    const { network, events } = setUp();
    await network.start();
    await network.end();
    expect(events.at(-1)).toBe('thread ends');
    await expect(network.start()).rejects.toMatchObject({ code: 'LW_LAB_FAILED' });
  });
});
