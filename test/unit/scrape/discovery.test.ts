// Where targets come from: files that change, servers that answer, names that resolve; and what stays when they fail.
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTargetPools, scrapeConfigsSchema } from '../../../electron/engine/collectors/scrape/index.ts';
import { discoverByDns } from '../../../electron/engine/collectors/scrape/discovery/dns.ts';
import type { DnsLookup } from '../../../electron/engine/collectors/scrape/discovery/dns.ts';
import { dnsSdSchema } from '../../../electron/engine/collectors/scrape/discovery/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { until, useTargetRig } from './target-rig.ts';

const rig = useTargetRig();
let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'linewarden-sd-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** The pools of one job, and what they were told. */
async function poolsOf(job: object) {
  const section = scrapeConfigsSchema.parse([{ job_name: 'j', ...job }]);
  let changes = 0;
  const pools = createTargetPools({ logger: silentLogger, onChange: () => changes++ });
  rig.cleanups.push(() => pools.stop());
  const globals = { scrapeIntervalMs: 15_000, baseDir: dir };
  await pools.apply(section, globals);
  return {
    pools,
    changes: () => changes,
    again: () => pools.apply(section, globals),
    instances: () =>
      pools
        .targets()
        .map(({ instance }) => instance)
        .toSorted(),
    error: () => pools.jobs()[0]?.errors[0] ?? '',
  };
}

const write = (name: string, text: string): Promise<void> => writeFile(path.join(dir, name), text);

describe('file_sd', () => {
  it('reads YAML and JSON by pattern before the first scrape, with __meta_filepath', async () => {
    await write('a.yml', '- targets: [a:1, a:2]\n  labels: {site: north}\n');
    await write('b.json', '[{"targets": ["b:1"], "labels": {"rack": "7"}}]');
    const job = await poolsOf({
      file_sd_configs: [{ files: ['*.yml', 'b.json'] }],
      relabel_configs: [{ source_labels: ['__meta_filepath'], regex: '.*/([^/]+)', target_label: 'file' }],
    });
    expect(job.pools.targets().map(({ labels }) => labels)).toEqual([
      { job: 'j', instance: 'a:1', site: 'north', file: 'a.yml' },
      { job: 'j', instance: 'a:2', site: 'north', file: 'a.yml' },
      { job: 'j', instance: 'b:1', rack: '7', file: 'b.json' },
    ]);
    expect(job.changes()).toBe(0);
  });

  it('sees files that change, come and go', async () => {
    await write('a.json', '[{"targets": ["a:1"]}]');
    const job = await poolsOf({ file_sd_configs: [{ files: ['*.json'] }] });
    await write('new', '[{"targets": ["a:2"]}]');
    await rename(path.join(dir, 'new'), path.join(dir, 'a.json'));
    await until(() => job.instances().join() === 'a:2');
    await write('b.json', '[{"targets": ["b:1"]}]');
    await until(() => job.instances().join() === 'a:2,b:1');
    await rm(path.join(dir, 'a.json'));
    await until(() => job.instances().join() === 'b:1');
    expect(job.changes()).toBeGreaterThan(2);
  });

  it("keeps a file's last good content, takes the others' news, and says why", async () => {
    await write('a.json', '[{"targets": ["a:1"]}]');
    await write('b.json', '[{"targets": ["b:1"]}]');
    const job = await poolsOf({ file_sd_configs: [{ files: ['*.json'] }] });
    await write('a.json', '[{"targets": ["a:2"');
    await write('b.json', '[{"targets": ["b:2"]}]');
    await until(() => job.instances().join() === 'a:1,b:2');
    expect(job.error()).toContain('a.json cannot be read');
    await write('a.json', '[{"targets": ["a:3"], "ports": [1]}]');
    await until(() => job.error().includes('Unrecognized key'));
    expect(job.instances()).toEqual(['a:1', 'b:2']);
    await write('a.json', '[{"targets": ["a:3"]}]');
    await until(() => job.instances().join() === 'a:3,b:2');
    expect(job.error()).toBe('');
  });

  it('reads at the refresh interval where the folder came later', async () => {
    const job = await poolsOf({ file_sd_configs: [{ files: ['later/a.json'], refresh_interval: '1s' }] });
    expect(job.instances()).toEqual([]);
    expect(job.error()).toBe('');
    await mkdir(path.join(dir, 'later'));
    await write('later/a.json', '[{"targets": ["a:1"]}]');
    await until(() => job.instances().join() === 'a:1');
  });

  it('keeps what it knows over a reload of the same config', async () => {
    await write('a.json', '[{"targets": ["a:1"]}]');
    const job = await poolsOf({ file_sd_configs: [{ files: ['a.json'] }] });
    await write('a.json', 'broken');
    await until(() => job.error() !== '');
    await job.again();
    expect(job.instances()).toEqual(['a:1']);
  });
});

describe('http_sd', () => {
  it('asks with credentials and the interval, and keeps the last answer when the next is none', async () => {
    const seen: (string | undefined)[] = [];
    let answer = { status: 200, body: '[{"targets": ["a:1"], "labels": {"__meta_rack": "7"}}]' };
    const url = await rig.serve((request, response) => {
      const { headers } = request;
      seen.push(headers.authorization, String(headers['x-prometheus-refresh-interval-seconds']));
      response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' }).end(answer.body);
    });
    const job = await poolsOf({
      http_sd_configs: [{ url, refresh_interval: '1s', basic_auth: { username: 'u', password: 'one' } }],
      relabel_configs: [
        { action: 'labelmap', regex: '__meta_(rack)' },
        { source_labels: ['__meta_url'], target_label: 'from' },
      ],
    });
    expect(job.pools.targets().map(({ labels }) => labels)).toEqual([
      { job: 'j', instance: 'a:1', rack: '7', from: url },
    ]);
    expect(seen.slice(0, 2)).toEqual(['Basic dTpvbmU=', '1']);
    answer = { status: 500, body: '' };
    await until(() => job.error().includes('HTTP status 500'));
    expect(job.instances()).toEqual(['a:1']);
    answer = { status: 200, body: '[]' };
    await until(() => job.instances().length === 0);
    expect(job.error()).toBe('');
  });

  it('takes nothing but JSON', async () => {
    const url = await rig.serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('[]'));
    const job = await poolsOf({ http_sd_configs: [{ url }] });
    expect(job.error()).toContain('text/html');
    expect(job.changes()).toBe(0);
  });
});

describe('dns_sd', () => {
  const broken = Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' });
  const absent = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
  const zone: Partial<Record<string, string[] | Error>> = {};
  const lookup = {
    cancel() {},
    resolve4: async (name: string) => {
      const found = zone[name] ?? absent;
      if (found instanceof Error) throw found;
      return found;
    },
    resolve6: async () => ['fd00::7'],
    resolveSrv: async () => [{ name: 'db1.lan', port: 9100, priority: 0, weight: 0 }],
    resolveMx: async () => [{ exchange: 'mail.lan', priority: 10 }],
    resolveNs: async () => ['ns.lan'],
  } as unknown as DnsLookup;

  const found = async (config: object) => {
    const context = { baseDir: dir, logger: silentLogger, onChange: () => {} };
    const running = discoverByDns(dnsSdSchema.parse(config), context, lookup);
    rig.cleanups.push(() => running.stop());
    await running.first;
    return running;
  };

  it('makes targets of records, with the labels that Prometheus gives them', async () => {
    expect((await found({ names: ['_db._tcp.lan'] })).state().groups).toEqual([
      {
        targets: ['db1.lan:9100'],
        labels: {
          __meta_dns_name: '_db._tcp.lan',
          __meta_dns_srv_record_target: 'db1.lan.',
          __meta_dns_srv_record_port: '9100',
        },
      },
    ]);
    expect((await found({ names: ['v6.lan'], type: 'aaaa', port: 9100 })).state().groups).toEqual([
      { targets: ['[fd00::7]:9100'], labels: { __meta_dns_name: 'v6.lan' } },
    ]);
    expect((await found({ names: ['lan'], type: 'MX', port: 25 })).state().groups).toEqual([
      { targets: ['mail.lan:25'], labels: { __meta_dns_name: 'lan', __meta_dns_mx_record_target: 'mail.lan.' } },
    ]);
  });

  it('keeps the records of a name that cannot be looked up, and drops those of one that is gone', async () => {
    zone['a.lan'] = ['10.0.0.1'];
    zone['b.lan'] = ['10.0.0.2'];
    const running = await found({ names: ['a.lan', 'b.lan'], type: 'A', port: 1, refresh_interval: '1s' });
    const targets = () => running.state().groups.flatMap((group) => group.targets);
    expect(targets()).toEqual(['10.0.0.1:1', '10.0.0.2:1']);
    zone['a.lan'] = broken;
    delete zone['b.lan'];
    await until(() => running.state().error !== undefined);
    expect(targets()).toEqual(['10.0.0.1:1']);
    expect(running.state().error).toContain('a.lan cannot be looked up (ESERVFAIL)');
  });
});
