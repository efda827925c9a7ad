import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  alertingSectionSchema,
  createHeartbeat,
  type Heartbeat,
} from '../../../electron/engine/alerting/heartbeat/index.ts';
import { evaluationTrouble, type WatchedGroup } from '../../../electron/engine/alerting/heartbeat/trouble.ts';

const PATH = '/ping/the-secret-part';
const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-heartbeat-'));

let server: Server;
let url: string;
let asked: { method: string; url: string }[];
let status: number;
const problems: (string | undefined)[] = [];
const logged: string[] = [];
const settings = new Map<string, unknown>();
const secrets = new Map<string, string>();
let groups: WatchedGroup[];
let heartbeat: Heartbeat;

const group = (lastEvaluationMs: number | null, health: 'ok' | 'err' | 'unknown' = 'ok'): WatchedGroup => ({
  group: { name: 'devices' },
  intervalMs: 15_000,
  rules: [{ health, lastError: health === 'err' ? 'the store is closed' : null, lastEvaluationMs }],
});

const log = (_fields: object, message: string): void => void logged.push(`${JSON.stringify(_fields)} ${message}`);

function make(section: object | undefined): Heartbeat {
  return createHeartbeat({
    section: section === undefined ? undefined : alertingSectionSchema.parse({ heartbeat: section }).heartbeat,
    baseDir: dir,
    settings: {
      get: (key) => settings.get(key),
      set: (key, value) => void (value === undefined ? settings.delete(key) : settings.set(key, value)),
    },
    secrets: {
      set: (name, secret) => Promise.resolve(void secrets.set(name, secret)),
      get: (name) => Promise.resolve(secrets.get(name)),
      delete: (name) => Promise.resolve(secrets.delete(name)),
    },
    groups: () => groups,
    clock: { now: () => Date.now() },
    logger: { debug: log, info: log, warn: log, error: log },
    onProblem: (sentence) => void problems.push(sentence),
    onChange: () => undefined,
  });
}

beforeEach(async () => {
  asked = [];
  status = 200;
  problems.length = 0;
  logged.length = 0;
  settings.clear();
  secrets.clear();
  groups = [group(Date.now())];
  server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '' });
    response.writeHead(status).end('OK');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
});
afterEach(async () => {
  await heartbeat.stop();
  server.closeAllConnections();
  server.close();
});
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const until = (holds: () => boolean) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 10_000, interval: 50 });

describe('a heartbeat', () => {
  it('asks the URL of the file', async () => {
    heartbeat = make({ url });
    heartbeat.start();
    await until(() => asked.length === 1);
    expect(asked).toEqual([{ method: 'GET', url: PATH }]);
    await until(() => heartbeat.counts().sent === 1);
    expect(heartbeat.shown()).toMatchObject({
      setBy: 'file',
      origin: new URL(url).origin,
      intervalMs: 300_000,
      trouble: null,
    });
    expect(JSON.stringify(heartbeat.shown())).not.toContain('the-secret-part');
  });

  it('asks the URL that a file holds', async () => {
    writeFileSync(path.join(dir, 'url'), `${url}\n`);
    heartbeat = make({ url_file: 'url', interval: '1m' });
    heartbeat.start();
    await until(() => asked.length === 1);
    expect(asked[0]?.url).toBe(PATH);
  });

  it('is set in the window, sealed, and switched off again', async () => {
    heartbeat = make(undefined);
    heartbeat.start();
    expect(heartbeat.shown()).toMatchObject({ setBy: null, origin: null });
    const shown = await heartbeat.change({ url, intervalMs: 60_000 });
    expect(shown).toMatchObject({ setBy: 'window', origin: new URL(url).origin, intervalMs: 60_000 });
    expect([...secrets.values()]).toEqual([url]);
    expect(JSON.stringify([...settings])).not.toContain('the-secret-part');
    await until(() => asked.length === 1);
    expect(await heartbeat.change({ intervalMs: 120_000 })).toMatchObject({ setBy: 'window', intervalMs: 120_000 });
    expect(await heartbeat.change({ url: null, intervalMs: 60_000 })).toMatchObject({ setBy: null });
    expect(secrets.size).toBe(0);
  });

  it('tells what went wrong without the URL, and that it is well again', async () => {
    status = 404;
    heartbeat = make({ url });
    heartbeat.start();
    await until(() => heartbeat.counts().failed === 1);
    const { host } = new URL(url);
    const sentence = `The heartbeat was refused: ${host} answered with status 404.`;
    expect(problems.at(-1)).toBe(sentence);
    expect(heartbeat.shown()).toMatchObject({ trouble: sentence, lastSentAtMs: null });
    expect(logged.join('\n')).toContain('status 404');
    expect(logged.join('\n')).not.toContain('the-secret-part');
    status = 200;
    heartbeat.apply({ url, urlFile: undefined, intervalMs: 60_000 }, dir);
    await until(() => heartbeat.counts().sent === 1);
    expect(problems.at(-1)).toBeUndefined();
  });

  it('tells of a server that is not there', async () => {
    const { host } = new URL(url);
    server.close();
    heartbeat = make({ url });
    heartbeat.start();
    await until(() => heartbeat.counts().failed === 1);
    expect(problems.at(-1)).toBe(`The heartbeat could not be sent to ${host}: ECONNREFUSED.`);
  });

  it('is withheld while rules are not evaluated', async () => {
    groups = [group(Date.now() - 120_000)];
    heartbeat = make({ url });
    vi.spyOn(Date, 'now').mockReturnValueOnce(Date.now() - 600_000);
    heartbeat.start();
    vi.restoreAllMocks();
    await until(() => heartbeat.counts().withheld === 1);
    expect(asked).toEqual([]);
    expect(problems.at(-1)).toMatch(/^No heartbeat is sent\. The rules of devices have not been evaluated for 2m/);
  });

  it('waits for the first evaluation', async () => {
    groups = [group(null, 'unknown')];
    heartbeat = make({ url });
    heartbeat.start();
    await until(() => heartbeat.counts().withheld === 0 && heartbeat.shown().trouble === null);
    expect(asked).toEqual([]);
    groups = [group(Date.now())];
    await until(() => asked.length === 1);
  });
});

describe('evaluation', () => {
  beforeEach(() => {
    heartbeat = make(undefined);
  });
  it.each([
    ['works', [group(1_000_000)], 1_044_000, undefined],
    ['may miss evaluations for a minute', [group(1_000_000)], 1_060_000, undefined],
    ['is late after that', [group(1_000_000)], 1_061_000, 'The rules of devices have not been evaluated for 1m1s.'],
    ['has not begun yet', [group(null, 'unknown')], 1_060_000, undefined],
    ['never began', [group(null, 'unknown')], 1_090_000, 'The rules of devices have not been evaluated for 1m30s.'],
    ['where one rule fails of two', [group(1_000_000), group(1_000_000, 'err')], 1_010_000, undefined],
    ['where all fail', [group(1_000_000, 'err')], 1_010_000, 'No rule can be evaluated: the store is closed'],
    ['with nothing to evaluate', [], 9_000_000, undefined],
  ])('%s', (_what, watched, nowMs, expected) => {
    expect(evaluationTrouble(watched, 1_000_000, nowMs)).toBe(expected);
  });
});

describe('its section', () => {
  beforeEach(() => {
    heartbeat = make(undefined);
  });
  it.each([
    {},
    { url: 'ftp://x.example/a' },
    { url: 'https://x.example', url_file: 'a' },
    { url: 'https://x.example', interval: '1s' },
  ])('refuses %o', (section) => {
    expect(alertingSectionSchema.safeParse({ heartbeat: section }).success).toBe(false);
  });
});
