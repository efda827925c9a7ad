import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Latency, type PingFrom, startLatency } from '../../../electron/engine/subscribers/latency/index.ts';
import { parsePing, pingCommand } from '../../../electron/engine/subscribers/latency/ping-command.ts';
import { connectTime } from '../../../electron/engine/subscribers/latency/prober.ts';
import { LatencyRounds } from '../../../electron/engine/subscribers/latency/rounds.ts';
import { HandClock } from '../inventory/doubles.ts';
import { NOON_MS } from './world.ts';

describe("the system's ping", () => {
  test.each([
    ['iputils', '64 bytes from 10.1.0.2: icmp_seq=1 ttl=57 time=11.5 ms\n\n--- 10.1.0.2 ping statistics ---', 0.0115],
    ['busybox', '64 bytes from 10.1.0.2: seq=0 ttl=64 time=0.058 ms', 0.000_058],
    ['macOS', '64 bytes from 10.1.0.2: icmp_seq=0 ttl=64 time=0.045 ms', 0.000_045],
    ['Windows', '\r\nReply from 10.1.0.2: bytes=32 time=14ms TTL=57\r\n', 0.014],
    ['Windows, near', 'Reply from 10.1.0.2: bytes=32 time<1ms TTL=128', 0.001],
    ['Windows, IPv6', 'Reply from 2001:db8::1: time=3ms', 0.003],
    ['Windows, German', 'Antwort von 10.1.0.2: Bytes=32 Zeit=14ms TTL=57', 0.014],
    ['Windows, French', 'Réponse de 10.1.0.2 : octets=32 temps=14 ms TTL=57', 0.014],
    ['Windows, Russian in another code page', 'Ответ от 10.1.0.2: число байт=32 время=14мс TTL=57', 0.014],
  ])('of %s is understood', (_system, output, seconds) => {
    expect(parsePing(output)).toBeCloseTo(seconds, 9);
  });

  test.each([
    [
      'iputils',
      'PING 10.1.0.2 (10.1.0.2) 56(84) bytes of data.\n\n--- 10.1.0.2 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n',
    ],
    ['iputils, unreachable', 'From 10.1.0.1 icmp_seq=1 Destination Host Unreachable'],
    ['Windows', 'Request timed out.\r\nPackets: Sent = 1, Received = 0, Lost = 1 (100% loss),'],
    ['Windows, unreachable', 'Reply from 10.1.0.1: Destination host unreachable.\r\nPackets: Sent = 1, Received = 1,'],
    ['nothing', ''],
  ])('without an answer is none: %s', (_system, output) => {
    expect(parsePing(output)).toBeUndefined();
  });

  test('is asked for one packet with a limit on each system', () => {
    expect(pingCommand('linux', '10.1.0.2')).toEqual({ file: 'ping', args: ['-n', '-c', '1', '-W', '2', '10.1.0.2'] });
    expect(pingCommand('darwin', '10.1.0.2').args).toEqual(['-n', '-c', '1', '-W', '2000', '10.1.0.2']);
    expect(pingCommand('darwin', '::1').file).toBe('ping6');
    expect(pingCommand('win32', '10.1.0.2').args).toEqual(['-4', '-n', '1', '-w', '2000', '10.1.0.2']);
  });
});

test('a TCP connection is an answer whether it is taken or refused', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { signal } = new AbortController();
  expect(await connectTime('127.0.0.1', signal, port)).toBeGreaterThan(0);
  server.close();
  await once(server, 'close');
  expect(await connectTime('127.0.0.1', signal, port)).toBeGreaterThan(0);
  expect(await connectTime('127.0.0.1', AbortSignal.abort(), port)).toBeUndefined();
});

const targets = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ key: `k${i}`, address: `10.0.0.${i}`, deviceId: 'core' }));

function rounds(options: { perMinute?: number; inFlight?: number; everyMs?: number } = {}) {
  const clock = new HandClock(NOON_MS);
  const asked: string[] = [];
  const answers: ((rtt: number | undefined) => void)[] = [];
  const made = new LatencyRounds({
    everyMs: 60_000,
    perMinute: 60,
    inFlight: 4,
    ...options,
    now: clock.monotonic,
    ask({ key }) {
      asked.push(key);
      return new Promise((resolve) => answers.push(resolve));
    },
  });
  const second = async (rtt: number | null = 0.01): Promise<void> => {
    clock.pass(1_000);
    made.pump();
    for (const answer of answers.splice(0)) answer(rtt ?? undefined);
    await new Promise(setImmediate);
  };
  return { clock, asked, answers, made, second };
}

describe('turns', () => {
  test('come to each customer once an interval where there is room for all', async () => {
    const { asked, made, second } = rounds();
    for (let s = 0; s < 120; s++) {
      if (s % 15 === 0) made.offer(targets(3));
      await second();
    }
    expect(asked.toSorted()).toEqual(['k0', 'k0', 'k1', 'k1', 'k2', 'k2']);
  });

  test('go around where there are more than may be asked, and what was measured holds that long', async () => {
    const { asked, made, second } = rounds();
    for (let s = 0; s < 600; s++) {
      if (s % 15 === 0) made.offer(targets(300));
      await second();
    }
    expect(asked).toHaveLength(600);
    expect(new Set(asked).size).toBe(300);
    expect(made.rttSeconds('k0')).toBe(0.01);
  });

  test('are at most so many at once, however long answers take', async () => {
    const { clock, asked, made } = rounds({ perMinute: 600, inFlight: 2 });
    made.offer(targets(50));
    for (let s = 0; s < 30; s++) {
      clock.pass(1_000);
      made.pump();
    }
    await new Promise(setImmediate);
    expect(asked).toHaveLength(2);
  });

  test('forget one lost packet, tell a silent customer as unknown, and seldom ask one that never answers', async () => {
    const { asked, made, second } = rounds();
    made.offer(targets(1));
    await second(0.02);
    for (const [rtt, told] of [
      [null, 0.02],
      [null, undefined],
      [null, undefined],
    ] as const) {
      for (let s = 0; s < 61; s++) {
        if (s === 60) made.offer(targets(1));
        await second(rtt);
      }
      expect(made.rttSeconds('k0')).toBe(told);
    }
    expect(asked).toHaveLength(4);
    for (let s = 0; s < 300; s++) {
      made.offer(targets(1));
      await second();
    }
    expect(asked).toHaveLength(4);
  });

  test('end for customers that are not offered any more', async () => {
    const { made, second } = rounds();
    made.offer(targets(1));
    await second();
    expect(made.rttSeconds('k0')).toBe(0.01);
    made.offer([]);
    expect(made.rttSeconds('k0')).toBeUndefined();
  });
});

const target = (key: string, deviceId: string) => ({ key, address: '10.1.0.2', deviceId });
const notAsked: PingFrom = () => Promise.reject(new Error('not asked'));
const stopwatch = () => Promise.resolve({ words: 'a stopwatch', ask: () => Promise.resolve(0.25) });

describe('who asks', () => {
  let latency: Latency | undefined;
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    latency?.stop();
    vi.useRealTimers();
  });
  const settings = { every: 60_000, per_minute: 600, in_flight: 4 };

  test('may be the router, one packet at a time each', async () => {
    const clock = new HandClock(NOON_MS);
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const pingFrom: PingFrom = (deviceId) => {
      asked.push(deviceId);
      return new Promise((resolve) => answers.push(() => resolve(0.005)));
    };
    latency = startLatency({ section: { from: 'router', ...settings }, now: clock.monotonic, pingFrom });
    latency.offer([target('a', 'core'), target('b', 'core'), target('c', 'tower')]);
    clock.pass(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(['core', 'tower']);
    for (const answer of answers) answer();
    await vi.advanceTimersByTimeAsync(0);
    expect([latency.rttSeconds('a'), latency.rttSeconds('c')]).toEqual([0.005, 0.005]);
    clock.pass(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual(['core', 'tower', 'core']);
    expect(latency.words()).toBe("Measured by each router's own ping.");
  });

  test('a router that refuses is not asked again for an hour, and why is told', async () => {
    const clock = new HandClock(NOON_MS);
    let asked = 0;
    const pingFrom: PingFrom = () => {
      asked++;
      return Promise.reject(new Error('not enough permissions (9)'));
    };
    latency = startLatency({ section: { from: 'router', ...settings }, now: clock.monotonic, pingFrom });
    const pass = async (ms: number): Promise<void> => {
      clock.pass(ms);
      latency?.offer([target('a', 'core')]);
      await vi.advanceTimersByTimeAsync(1_000);
    };
    for (let minute = 0; minute < 50; minute++) await pass(60_000);
    expect(asked).toBe(1);
    expect(latency.words()).toBe("Measured by each router's own ping; core refuses: not enough permissions (9)");
    for (let minute = 0; minute < 30; minute++) await pass(60_000);
    expect(asked).toBe(2);
  });

  test('is this computer by its ping, or by what there is', async () => {
    const clock = new HandClock(NOON_MS);
    const section = { from: 'this-computer' as const, ...settings };
    latency = startLatency({ section, now: clock.monotonic, pingFrom: notAsked, makeProber: stopwatch });
    latency.offer([target('a', 'core')]);
    clock.pass(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(latency.rttSeconds('a')).toBe(0.25);
    expect(latency.words()).toBe('Measured by a stopwatch.');
  });
});
