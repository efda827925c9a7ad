// A container engine's API on a Unix socket, as recorded, and the collector on it.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { dockerSectionSchema, startDockerCollector } from '../../../electron/engine/collectors/docker/index.ts';
import type { ContainerEvent, DockerCollector } from '../../../electron/engine/collectors/docker/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryAppender } from '../scrape/memory-appender.ts';

const WEB = 'aa'.repeat(32);
const DB = 'bb'.repeat(32);
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const json =
  (body: unknown): Answer =>
  (_request, response) =>
    response.end(JSON.stringify(body));

const container = (Id: string, name: string) => ({
  Id,
  Names: [`/other/${name}`, `/${name}`],
  Image: 'registry/web:1',
  State: 'running',
  Labels: { 'com.docker.compose.project': 'shop', secret: 'of its own' },
});
const stats = {
  cpu_stats: { cpu_usage: { total_usage: 3e9 } },
  memory_stats: { usage: 100, stats: { inactive_file: 1 } },
};

const RECORDED: Record<string, Answer> = {
  '/version': json({ Version: '28.2.2', ApiVersion: '1.50' }),
  '/info': json({ NCPU: 2, MemTotal: 1_000, ServerVersion: '28.2.2', OperatingSystem: 'Debian GNU/Linux 12' }),
  '/containers/json': json([container(WEB, 'web'), container(DB, 'db')]),
  [`/containers/${WEB}/stats?stream=false&one-shot=true`]: json(stats),
  [`/containers/${DB}/stats?stream=false&one-shot=true`]: json(stats),
  [`/containers/${WEB}/json`]: json({ State: { StartedAt: '2026-11-20T08:00:00Z' } }),
  [`/containers/${DB}/json`]: json({ State: { StartedAt: '2026-11-20T08:00:00Z' } }),
};

async function engine(answers: Record<string, Answer>): Promise<{ address: string; asked: string[]; server: Server }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'lw-docker-'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    const answer = answers[url] ?? answers[url.split('?')[0] ?? ''];
    if (answer === undefined) response.writeHead(404).end('{"message":"no such thing"}');
    else answer(request, response);
  });
  const file = path.join(dir, 'engine.sock');
  server.listen(file);
  await once(server, 'listening');
  closers.push(
    () => rmSync(dir, { recursive: true, force: true }),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  return { address: `unix://${file}`, asked, server };
}

function collect(address: string): {
  collector: DockerCollector;
  appender: MemoryAppender;
  events: ContainerEvent[];
  failed: string[];
} {
  const [section] = dockerSectionSchema.parse([{ name: 'nas', address, interval: '1s' }]);
  if (section === undefined) throw new Error('one engine');
  const appender = new MemoryAppender();
  const events: ContainerEvent[] = [];
  const failed: string[] = [];
  const collector = startDockerCollector({
    engine: section,
    baseDir: '/',
    deviceId: 'docker/nas',
    appender,
    presence: { seen: () => {}, telemetry: () => {}, failed: (_id, _at, { code }) => failed.push(code) },
    clock: systemClock,
    logger: silentLogger,
    onEvent: (event) => events.push(event),
  });
  closers.push(() => collector.stop());
  return { collector, appender, events, failed };
}

const valuesOf = (appender: MemoryAppender, name: string): Record<string, number | undefined> =>
  Object.fromEntries(
    appender
      .series()
      .filter((labels) => labels.name === name)
      .map((labels) => [JSON.stringify(labels.without('__name__').toRecord()), appender.last(labels)?.value]),
  );

const labelsOf = (id: string, name: string) => ({
  container_label_com_docker_compose_project: 'shop',
  cpu: 'total',
  id: `/docker/${id}`,
  image: 'registry/web:1',
  instance: 'nas',
  job: 'docker',
  name,
});

describe('a container engine', () => {
  it('is read with the names of its containers, and ends their series when they are gone', async () => {
    const answers = { ...RECORDED };
    const { address, asked } = await engine(answers);
    const { appender, collector } = collect(address);
    await expect.poll(() => collector.status().lastSuccessMs, { timeout: 20_000 }).not.toBeNull();
    expect(valuesOf(appender, 'container_cpu_usage_seconds_total')).toEqual({
      [JSON.stringify(labelsOf(DB, 'db'))]: 3,
      [JSON.stringify(labelsOf(WEB, 'web'))]: 3,
    });
    expect(valuesOf(appender, 'machine_cpu_cores')).toEqual({ '{"instance":"nas","job":"docker"}': 2 });
    expect(collector.facts()).toContainEqual({ name: 'version', value: '28.2.2' });
    expect(asked).toContain(`/containers/${WEB}/stats?stream=false&one-shot=true`);
    answers['/containers/json'] = json([container(WEB, 'web')]);
    const isStale = (name: string) =>
      appender
        .series()
        .filter((one) => one.name === 'container_last_seen' && one.get('name') === name)
        .map((one) => appender.last(one)?.stale);
    await expect.poll(() => isStale('db'), { timeout: 20_000 }).toEqual([true]);
    expect(isStale('web')).toEqual([false]);
  });

  it('is still read when a container goes between the list and the question', async () => {
    const { [`/containers/${DB}/json`]: _gone, ...answers } = RECORDED;
    const { collector, appender } = collect((await engine(answers)).address);
    await expect.poll(() => collector.status().lastSuccessMs, { timeout: 20_000 }).not.toBeNull();
    expect(Object.keys(valuesOf(appender, 'container_last_seen'))).toHaveLength(1);
    expect(collector.status().lastError).toBeNull();
  });

  it.each([
    ['no socket', 'unix:///nowhere/at/all.sock', 'LW_DOCKER_NO_SOCKET'],
    ['nobody listening', 'tcp://127.0.0.1:9', 'LW_DOCKER_REFUSED'],
  ])('with %s is told as down', async (_what, address, code) => {
    const { failed, appender } = collect(address);
    await expect.poll(() => failed, { timeout: 20_000 }).toContain(code);
    await expect.poll(() => Object.values(valuesOf(appender, 'up')), { timeout: 20_000 }).toEqual([0]);
  });

  it.each<[string, Answer, string]>([
    ['is no engine', (_request, response) => response.end('<html>'), 'LW_DOCKER_NOT_AN_ENGINE'],
    ['refuses', (_request, response) => response.writeHead(500).end(), 'LW_DOCKER_HTTP_STATUS'],
    ['has other shapes', json([{ Id: '../../etc' }]), 'LW_DOCKER_NOT_AN_ENGINE'],
  ])('that %s is told as down', async (_what, answer, code) => {
    const { failed } = collect((await engine({ ...RECORDED, '/containers/json': answer })).address);
    await expect.poll(() => failed, { timeout: 20_000 }).toContain(code);
  });
});
