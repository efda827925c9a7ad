import { describe, expect, test } from 'vitest';
import { pingOver } from '../../../electron/engine/collectors/routeros/poller/ping.ts';

const { signal } = new AbortController();
const router = (...rows: Record<string, string>[]) => {
  const asked: (readonly string[])[] = [];
  const run = (words: readonly string[]) => {
    asked.push(words);
    return Promise.resolve({ rows: rows.map((row) => new Map(Object.entries(row))), done: new Map() });
  };
  return { asked, run };
};

describe("a router's ping", () => {
  test('sends one packet and tells how long it took, as version 7 and version 6 say it', async () => {
    const seven = router({ seq: '0', host: '10.1.0.2', size: '56', ttl: '64', time: '1ms234us', received: '1' });
    expect(await pingOver(seven, '10.1.0.2', signal)).toBeCloseTo(0.001_234, 9);
    expect(seven.asked).toEqual([['/ping', '=address=10.1.0.2', '=count=1']]);
    const six = router({ host: '10.1.0.2', size: '56', ttl: '64', time: '12ms', sent: '1', received: '1' });
    expect(await pingOver(six, '10.1.0.2', signal)).toBeCloseTo(0.012, 9);
  });

  test('is no answer where there is none', async () => {
    const silent = router({ seq: '0', host: '10.1.0.2', status: 'timeout', sent: '1', received: '0' });
    expect(await pingOver(silent, '10.1.0.2', signal)).toBeUndefined();
    expect(await pingOver(router(), '10.1.0.2', signal)).toBeUndefined();
  });

  test('is never asked for what is no address', async () => {
    const { asked, run } = router();
    expect(await pingOver({ run }, '10.1.0.2\n=count=1000', signal)).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
