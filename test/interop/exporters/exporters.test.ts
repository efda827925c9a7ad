// Real node, blackbox and SNMP exporters by their usual relabelling, with the same config in a real Prometheus beside us.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startServe } from '../../support/serve.ts';
import type { Served } from '../../support/serve.ts';
import { startPrometheus } from '../prometheus/peer.ts';
import type { Peer } from '../prometheus/peer.ts';
import { missing, startExporters } from './programs.ts';
import type { Exporters } from './programs.ts';

if (missing !== '') process.stdout.write(`skipped: real exporters; ${missing}\n`);

type Labels = Record<string, string>;
type Target = { labels: Labels; discoveredLabels: Labels; scrapeUrl: string; health: string; scrapePool: string };
type Result = { result: { metric: Labels; value: [number, string] }[] };
type Told = { activeTargets: Target[]; droppedTargets: { discoveredLabels: Labels }[] };

const scrapeConfigs = ({ node, blackbox, snmp, agent, dir }: Exporters): string => `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: node
    params: {'collect[]': [loadavg, uname]}
    file_sd_configs: [{files: ['${dir}/nodes/*.yml']}]
    relabel_configs:
      - {source_labels: [__meta_filepath], regex: '.*/([^/]+)[.]yml', target_label: site}
      - {source_labels: [retired], regex: 'yes', action: drop}
      - {source_labels: [__address__, rack], separator: /, modulus: 16, target_label: shard, action: hashmod}
      - {action: labelmap, regex: 'info_(.+)'}
      - {action: labeldrop, regex: 'info_.+'}
      - {source_labels: [owner], target_label: owner, action: uppercase}
    metric_relabel_configs:
      - {source_labels: [__name__], regex: 'node_(load1|uname_info)', action: keep}
      - {source_labels: [__name__, machine], regex: 'node_uname_info;(.+)', target_label: cpu, replacement: 'arch-$1'}
      - {action: labeldrop, regex: 'machine|version'}
  - job_name: blackbox
    metrics_path: /probe
    params: {module: [http_2xx]}
    file_sd_configs: [{files: ['${dir}/sites/*.json']}]
    relabel_configs:
      - {source_labels: [module], regex: '(.+)', target_label: __param_module}
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: '${blackbox}'}
  - job_name: snmp
    metrics_path: /snmp
    params: {module: [system]}
    static_configs: [{targets: ['${agent}'], labels: {rack: r1}}]
    relabel_configs:
      - {source_labels: [__address__], target_label: __param_target}
      - {source_labels: [__param_target], target_label: instance}
      - {target_label: __address__, replacement: '${snmp}'}
  - job_name: self
    static_configs: [{targets: ['${node}']}]
    relabel_configs: [{source_labels: [__address__], regex: 'nobody', action: keep}]
`;

const allUp = (told: Told): boolean =>
  told.activeTargets.length === 5 && told.activeTargets.every(({ health }) => health === 'up');
const query = (expr: string): string => `query?query=${encodeURIComponent(expr)}`;
/** Prometheus 2.42 shows some of those that its rules write with what they wrote. */
const unwritten = (labels: Labels): Labels =>
  Object.fromEntries(
    Object.entries(labels).filter(([name]) => !['owner', 'room', 'info_room', '__param_module'].includes(name)),
  );
/** Without times: name and labels of each series, and its value where that does not move. */
const samples = ({ result }: Result, withValues: boolean) =>
  result
    .map(({ metric, value: [, value] }) =>
      JSON.stringify([Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)), withValues ? value : '']),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));

const shown = ({ activeTargets, droppedTargets }: Told) => ({
  active: activeTargets
    .map(({ labels, discoveredLabels, scrapeUrl, scrapePool, health }) => ({
      labels,
      discoveredLabels: unwritten(discoveredLabels),
      scrapeUrl,
      scrapePool,
      health,
    }))
    .toSorted((a, b) => (a.scrapeUrl < b.scrapeUrl ? -1 : 1)),
  dropped: droppedTargets
    .map(({ discoveredLabels }) => discoveredLabels)
    .toSorted((a, b) => ((a['job'] ?? '') < (b['job'] ?? '') ? -1 : 1)),
});

describe.skipIf(missing !== '')('node, blackbox and SNMP exporters', () => {
  let exporters: Exporters;
  let served: Served;
  let peer: Peer;
  beforeAll(async () => {
    exporters = await startExporters();
    const { dir, node, web } = exporters;
    mkdirSync(path.join(dir, 'nodes'));
    mkdirSync(path.join(dir, 'sites'));
    writeFileSync(
      path.join(dir, 'nodes/north.yml'),
      `- targets: ['${node}']\n  labels: {rack: '7', owner: ops, info_room: b2}\n- targets: ['10.255.0.1:9100']\n  labels: {retired: 'yes'}\n`,
    );
    writeFileSync(
      path.join(dir, 'sites/web.json'),
      JSON.stringify([
        { targets: [`http://${web}/`, `http://${web}/gone`] },
        { targets: [web], labels: { module: 'tcp_connect' } },
      ]),
    );
    const config = scrapeConfigs(exporters);
    served = await startServe({ config: `host: {enabled: false}\nnetflow: {listen: []}\n${config}` });
    peer = await startPrometheus(config);
  }, 60_000);
  afterAll(async () => {
    await peer?.stop();
    await served?.stop();
    await exporters?.stop();
  });

  const ours = async <T>(route: string): Promise<T> => {
    const answer = await fetch(`${served.url}/api/v1/${route}`, {
      headers: { authorization: `Bearer ${served.token}` },
    });
    return ((await answer.json()) as { data: T }).data;
  };
  const theirs = async <T>(route: string): Promise<T> => {
    const answer = await fetch(`${peer.url}/api/v1/${route}`);
    return ((await answer.json()) as { data: T }).data;
  };
  it('are the targets that Prometheus makes of the same config, found, relabelled and dropped', async () => {
    const mine = await eventually('our scrapes', () => ours<Told>('targets'), allUp);
    const other = await eventually('its scrapes', () => theirs<Told>('targets'), allUp);
    expect(shown(mine)).toEqual(shown(other));
    expect(shown(mine).dropped).toHaveLength(2);
    const node = mine.activeTargets.find(({ scrapePool }) => scrapePool === 'node');
    expect(node?.discoveredLabels).toMatchObject({ owner: 'ops', info_room: 'b2', rack: '7' });
    expect(node?.labels).toMatchObject({ owner: 'OPS', room: 'b2', site: 'north' });
  });

  it('are scraped into the series that Prometheus has', async () => {
    const still = '{__name__=~"probe_success|probe_http_status_code|sysName|node_uname_info|up|scrape_samples_.+"}';
    await eventually(
      'every site to be probed',
      () => ours<Result>(query('probe_success')),
      ({ result }) => result.length === 3,
    );
    const [mine, other] = [await ours<Result>(query(still)), await theirs<Result>(query(still))];
    expect(samples(mine, true)).toEqual(samples(other, true));
    const all = query('{job=~"node|blackbox|snmp"}');
    expect(samples(await ours<Result>(all), false)).toEqual(samples(await theirs<Result>(all), false));
    const codes = mine.result.filter(({ metric }) => metric['__name__'] === 'probe_http_status_code');
    expect(codes.map(({ value: [, value] }) => value).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      '200',
      '404',
    ]);
    const [name] = mine.result.filter(({ metric }) => metric['__name__'] === 'sysName');
    expect(name?.metric).toMatchObject({ sysName: 'lab-switch', instance: exporters.agent, rack: 'r1' });
  });

  it('end when their file no longer lists them', async () => {
    rmSync(path.join(exporters.dir, 'sites/web.json'));
    await eventually(
      'the sites to go',
      () => ours<Told>('targets'),
      ({ activeTargets }) => activeTargets.every(({ scrapePool }) => scrapePool !== 'blackbox'),
    );
    // Ended, not merely old: an instant query would find a sample of the last five minutes.
    const { result } = await eventually(
      'the series to end',
      () => ours<Result>(query('up{job="blackbox"} or probe_success')),
      (told) => told.result.length === 0,
    );
    expect(result).toEqual([]);
    const up = await ours<Result>(query('count_over_time(up{job="blackbox"}[5m])'));
    expect(up.result).toHaveLength(3);
  });
});
