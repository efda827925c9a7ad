// The socket: it hears and asks, and a port that cannot be had is a sentence, never an error.
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMndpListener } from '../../../electron/engine/discovery/mndp/listener.ts';
import type { MndpListener } from '../../../electron/engine/discovery/mndp/listener.ts';
import type { Announcement } from '../../../electron/engine/discovery/mndp/packet.ts';
import { systemClock } from '../../../electron/engine/clock.ts';
import { createLogger } from '../../../electron/engine/telemetry/index.ts';
import { startMndpPeer } from '../../lab/mndp.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).toReversed()) await end();
});

type Settings = Parameters<MndpListener['apply']>[0];
type Endpoint = { host: string; port: number };
function listener(settings: Settings, defaultListen?: Endpoint, searchOn?: Endpoint) {
  const heard: (Announcement & { from: string })[] = [];
  const made = createMndpListener({
    settings,
    defaultListen,
    ...(searchOn && { searchOn }),
    clock: systemClock,
    logger: createLogger('silent'),
    onAnnouncement: (announcement, from) => heard.push({ ...announcement, from }),
  });
  cleanUp.push(() => made.stop());
  return { made, heard };
}
const bind = async (port = 0): Promise<Socket> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  cleanUp.push(() => new Promise((resolve) => socket.close(() => resolve(undefined))));
  return socket;
};
const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(() => resolve(undefined)));
  return port;
};
const tower = { mac: '74:4D:28:91:0D:2F', identity: 'tower', ipv4: '10.0.0.2' };

describe('the listener', () => {
  test('hears announcements with where they came from, and counts what is none', async () => {
    const port = await freePort();
    const { made, heard } = listener({ query: true, listen: { host: '127.0.0.1', port } });
    await vi.waitFor(() => expect(made.status()).toEqual({ listening: `127.0.0.1:${port}`, problem: null }));
    const peer = await startMndpPeer([tower]);
    cleanUp.push(() => peer.stop());
    await peer.announce(port);
    const noise = await bind();
    noise.send('not an announcement', port, '127.0.0.1');
    noise.send(Buffer.alloc(4), port, '127.0.0.1');
    await vi.waitFor(() => expect(made.counts).toEqual({ announcements: 1, requests: 1, malformed: 1, dropped: 0 }));
    expect(heard).toEqual([
      expect.objectContaining({ mac: '74:4D:28:91:0D:2F', addresses: ['10.0.0.2'], from: '127.0.0.1' }),
    ]);
  });

  test('asks, and hears the answers', async () => {
    const peer = await startMndpPeer([tower]);
    cleanUp.push(() => peer.stop());
    const { made, heard } = listener({
      query: true,
      listen: { host: '127.0.0.1', port: await freePort() },
      query_to: [{ host: '127.0.0.1', port: peer.port }],
    });
    expect(await made.search()).toBe(1);
    await vi.waitFor(() => expect(heard[0]?.identity).toBe('tower'));
  });

  test('opens a port for a search where it does not listen otherwise', async () => {
    const peer = await startMndpPeer([tower]);
    cleanUp.push(() => peer.stop());
    const { made, heard } = listener(
      { query: true, listen: 'off', query_to: [{ host: '127.0.0.1', port: peer.port }] },
      undefined,
      { host: '127.0.0.1', port: await freePort() },
    );
    expect(await made.search()).toBe(1);
    await vi.waitFor(() => expect(heard[0]?.identity).toBe('tower'));
    expect(made.status()).toEqual({ listening: null, problem: null });
  });

  test('tells in a sentence that it cannot have its address, and goes on without', async () => {
    const { made } = listener({ query: true, listen: { host: '192.0.2.1', port: 5678 } });
    await vi.waitFor(() =>
      expect(made.status()).toEqual({
        listening: null,
        problem: 'Announcements cannot be heard on 192.0.2.1:5678: this computer has no such address.',
      }),
    );
    await expect(made.search()).rejects.toMatchObject({ code: 'LW_DISCOVERY_PORT' });
    made.apply({ query: false, listen: 'off' });
    await vi.waitFor(() => expect(made.status().problem).toBeNull());
    await expect(made.search()).rejects.toMatchObject({ code: 'LW_DISCOVERY_QUERY_OFF' });
  });

  test('listens where it is told to by default, and elsewhere after a change', async () => {
    const [one, two] = [await freePort(), await freePort()];
    const { made } = listener({ query: true }, { host: '127.0.0.1', port: one });
    await vi.waitFor(() => expect(made.status().listening).toBe(`127.0.0.1:${one}`));
    made.apply({ query: true, listen: { host: '127.0.0.1', port: two } });
    await vi.waitFor(() => expect(made.status().listening).toBe(`127.0.0.1:${two}`));
  });

  test('reads no more of a flood than it can take', async () => {
    const port = await freePort();
    const { made } = listener({ query: true, listen: { host: '127.0.0.1', port } });
    await vi.waitFor(() => expect(made.status().listening).not.toBeNull());
    const noise = await bind();
    for (let burst = 0; burst < 60; burst++) {
      for (let i = 0; i < 100; i++) noise.send('x', port, '127.0.0.1');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(made.counts.dropped).toBeGreaterThan(0));
    expect(made.counts.malformed).toBeLessThan(6_000);
  });
});
