import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFile, nodeBinary, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';

const missing =
  spawnSync('amtool', ['--version'], { stdio: 'ignore' }).status === 0 ? '' : 'skipped: amtool is not installed';

const READ = 'the-read-token-of-this-test';
const WRITE = 'the-write-token-of-this-test';
const ALERTS = 'the-alerts-token-of-this-test';
const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');

const CONFIG = `
netflow: {listen: []}
host: {enabled: false}
http:
  tokens:
    - {name: reader, scope: read, sha256: ${sha256(READ)}}
    - {name: writer, scope: write, sha256: ${sha256(WRITE)}}
    - {name: amtool, scope: alerts, sha256: ${sha256(ALERTS)}}
alertmanager:
  route:
    receiver: ops
    group_by: [alertname]
    routes:
      - receiver: on-call
        matchers: [severity="critical"]
        mute_time_intervals: [nights]
        routes:
          - {receiver: db, matchers: ['team=~"db|storage"', 'site!="lab"'], continue: true}
  time_intervals:
    - {name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}], weekdays: ['monday:friday']}]}
  inhibit_rules:
    - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [site]}
  receivers:
    - {name: ops, window_configs: [{}]}
    - {name: on-call, window_configs: [{}]}
    - {name: db}
`;

describe.skipIf(missing !== '')(`a real amtool${missing === '' ? '' : ` (${missing})`}`, () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-amtool-'));
  let served: Served;
  const argsFor = (token: string): string[] => {
    const file = path.join(dir, `${sha256(token)}.yml`);
    writeFileSync(file, `authorization: {credentials: ${token}}\n`);
    return ['--no-version-check', `--alertmanager.url=${served.url}`, `--http.config.file=${file}`];
  };
  const amtool = (args: readonly string[], token = ALERTS): string =>
    execFileSync('amtool', [...argsFor(token), ...args], { encoding: 'utf8', timeout: 20_000, stdio: 'pipe' }).trim();
  const refusal = (args: readonly string[], token: string): string => {
    const { status, stderr } = spawnSync('amtool', [...argsFor(token), ...args], { encoding: 'utf8', timeout: 20_000 });
    expect(status).toBe(1);
    return stderr;
  };
  type Queried = { labels: { alertname: string; node?: string }; status: { state: string } };
  const query = (...args: readonly string[]): string[] =>
    (JSON.parse(amtool(['alert', 'query', '-o', 'json', ...args])) as Queried[])
      .map(({ labels, status }) => `${labels.alertname} ${labels.node} ${status.state}`)
      .toSorted((a, b) => a.localeCompare(b));

  beforeAll(async () => {
    served = await startServe({ config: CONFIG });
    amtool(['alert', 'add', 'Down', 'node=one', 'site=a', 'severity=critical', '--annotation=summary=it is down']);
    amtool(['alert', 'add', 'alertname=Slow', 'node=two', 'site=a', 'severity=warning'], WRITE);
    amtool(['alert', 'add', 'Full', 'node=three', 'team=db']);
    amtool(['alert', 'add', 'Over', 'node=four', '--start=2026-01-01T00:00:00Z', '--end=2026-01-01T01:00:00Z']);
  });
  afterAll(async () => {
    await served.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('asks for alerts', () => {
    expect(query()).toEqual(['Down one active', 'Full three active']);
    expect(query('--inhibited')).toEqual(['Slow two suppressed']);
    expect(query('Down')).toEqual(['Down one active']);
    expect(query('node=~t.*')).toEqual(['Full three active']);
    expect(query('node!=one', 'team=db')).toEqual(['Full three active']);
    expect(query('--receiver=on-call')).toEqual(['Down one active']);
    expect(amtool(['alert', 'query', '-o', 'extended', 'Down'], READ)).toContain('summary="it is down"');
  });

  it('adds, changes and ends a silence', () => {
    const id = amtool(['silence', 'add', 'Down', 'node=~o.e', '--comment=works', '--author=me', '--duration=1h']);
    expect(query()).toEqual(['Full three active']);
    expect(query('--silenced')).toEqual(['Down one suppressed']);
    expect(amtool(['silence', 'query', '-q'])).toBe(id);
    expect(amtool(['silence', 'update', id, '--duration=2h', '--comment=longer'])).toContain(id);
    expect(amtool(['silence', 'query', '--created-by=me'])).toMatch(/alertname="Down" node=~"o\.e" .* me +longer/);
    expect(amtool(['silence', 'query', '-q', 'node=other'])).toBe('');
    amtool(['silence', 'expire', id]);
    expect(amtool(['silence', 'query', '-q'])).toBe('');
    expect(amtool(['silence', 'query', '-q', '--expired'])).toBe(id);
    expect(query()).toEqual(['Down one active', 'Full three active']);
  });

  it('takes silences from one place to another', () => {
    const first = amtool(['silence', 'add', 'team=db', '--comment=c', '--author=me', '--duration=1h']);
    const file = path.join(dir, 'silences.json');
    writeFileSync(file, amtool(['silence', 'query', '-o', 'json']));
    amtool(['silence', 'import', '--force', file]);
    const ids = amtool(['silence', 'query', '-q']).split('\n');
    expect(ids).toHaveLength(2);
    expect(ids).toContain(first);
    amtool(['silence', 'expire', ...ids]);
  });

  it('is told what is wrong with a silence', () => {
    expect(refusal(['silence', 'add', 'team=~.*', '--comment=c', '--author=me'], ALERTS)).toContain(
      'At least one matcher must not match an empty value',
    );
    expect(refusal(['silence', 'expire', '8a5e0a5e-0a5e-4a5e-8a5e-0a5e0a5e0a5e'], ALERTS)).toMatch(/404|not ?found/i);
  });

  it('needs the scope', () => {
    expect(refusal(['alert', 'add', 'Denied'], READ)).toContain('403');
    expect(refusal(['silence', 'add', 'a=b', '--comment=c', '--author=me'], READ)).toContain('403');
    expect(refusal(['alert', 'query'], WRITE)).toContain('403');
    expect(refusal(['alert', 'query'], 'nobodys-token-at-all')).toContain('401');
  });

  it('takes the example of the docs, and so do we', () => {
    const docs = readFileSync(path.resolve(import.meta.dirname, '../../../docs/alertmanager.md'), 'utf8');
    writeFileSync(path.join(dir, 'alertmanager.yml'), /```yaml\n(.*?)```/s.exec(docs)?.[1] ?? '');
    expect(amtool(['check-config', path.join(dir, 'alertmanager.yml')])).toMatch(
      /SUCCESS[^]*1 inhibit rules[^]*2 receivers/,
    );
    const config = path.join(dir, 'linewarden.yml');
    writeFileSync(config, 'alertmanager_config_file: alertmanager.yml\n');
    const checked = spawnSync(nodeBinary(), [cliFile, 'check', 'config', config], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(checked.stdout).toContain('no problem found');
  });

  it('reads the routing and finds the way of an alert', () => {
    expect(amtool(['config', 'routes', 'show'])).toContain('receiver: db');
    expect(amtool(['config', 'routes', 'test', 'severity=critical', 'team=storage'])).toBe('db');
    expect(amtool(['config', 'routes', 'test', 'severity=critical', 'team=db', 'site=lab'])).toBe('on-call');
    expect(amtool(['config', 'routes', 'test', 'severity=warning'])).toBe('ops');
    const file = path.join(dir, 'shown.yml');
    writeFileSync(file, amtool(['config', 'show']));
    expect(amtool(['check-config', file])).toContain('SUCCESS');
    expect(amtool(['cluster', 'show'])).toContain('disabled');
  });
});
