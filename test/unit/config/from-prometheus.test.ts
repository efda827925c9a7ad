// A prometheus.yml as a config of ours: what is taken means the same, what is not is told by its line.
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { convertPrometheusConfig, parseConfig } from '../../../electron/engine/config/index.ts';

const THEIRS = `global:
  scrape_interval: 30s
  external_labels: {site: 7}
  query_log_file: /var/log/queries.log
alerting:
  alert_relabel_configs: []
  alertmanagers:
    - scheme: https
      path_prefix: /am
      static_configs: [{targets: ['am:9093']}]
rule_files: [rules/*.yml, /etc/rules.yml]
scrape_configs:
  - job_name: node
    bearer_token_file: token
    proxy_url: http://proxy:3128
    file_sd_configs: [{files: [nodes/*.yml]}]
    relabel_configs: [{source_labels: [__address__], target_label: host}]
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
  - job_name: odd
    relabel_configs: [{action: keep, regex: '(?=x)'}]
storage: {tsdb: {out_of_order_time_window: 30m}}
remote_read: [{url: 'http://other/read'}]
`;

const convert = (text: string, outputFolder = '/etc/prometheus') =>
  convertPrometheusConfig(text, { file: 'p.yml', folder: '/etc/prometheus', outputFolder });

describe('a prometheus.yml', () => {
  it('is taken where it means the same', () => {
    const { config, jobs, jobsFound } = convert(THEIRS);
    expect(config).toEqual({
      global: { scrape_interval: '30s', evaluation_interval: '1m', external_labels: { site: '7' } },
      scrape_configs: [
        {
          job_name: 'node',
          bearer_token_file: 'token',
          file_sd_configs: [{ files: ['nodes/*.yml'] }],
          relabel_configs: [{ source_labels: ['__address__'], target_label: 'host' }],
        },
        { job_name: 'pods' },
      ],
      rule_files: ['rules/*.yml', '/etc/rules.yml'],
      alertmanager: {
        route: {
          receiver: 'alertmanager',
          group_by: ['...'],
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '1h',
        },
        receivers: [{ name: 'alertmanager', alertmanager_configs: [{ url: 'https://am:9093/am' }] }],
      },
    });
    expect([jobs, jobsFound]).toEqual([2, 3]);
    expect(parseConfig(stringify(config), 'made.yml').scrape_configs.map(({ job_name: job }) => job)).toEqual([
      'node',
      'pods',
    ]);
  });

  it('is told of line by line where it is not', () => {
    expect(convert(THEIRS).notes).toEqual([
      expect.stringMatching(/^p\.yml:4:3: global\.query_log_file: left out: Linewarden does not take a log of queries/),
      expect.stringMatching(/^p\.yml:6:3: alerting\.alert_relabel_configs: left out/),
      expect.stringMatching(/^p\.yml:15:5: scrape_configs\[0\]\.proxy_url: left out: Linewarden does not take a proxy/),
      expect.stringMatching(/^p\.yml:19:5: scrape_configs\[1\]\.kubernetes_sd_configs: left out: .*file_sd_configs/),
      expect.stringMatching(/^p\.yml:20:5: scrape_configs\[2\]: left out as a whole: .*regular expression/),
      expect.stringMatching(/^p\.yml:22:1: storage: left out/),
      expect.stringMatching(/^p\.yml:23:1: remote_read: left out/),
    ]);
  });

  it('keeps its file names right from another folder', () => {
    const { config } = convert(THEIRS, '/etc/linewarden');
    expect(config).toMatchObject({
      rule_files: ['../prometheus/rules/*.yml', '/etc/rules.yml'],
      scrape_configs: [
        {
          bearer_token_file: '../prometheus/token',
          file_sd_configs: [{ files: ['../prometheus/nodes/*.yml'] }],
        },
        {},
      ],
    });
  });

  it("has Prometheus's interval where it says none", () => {
    expect(convert('scrape_configs: []\n').config).toEqual({
      global: { scrape_interval: '1m', evaluation_interval: '1m' },
    });
  });

  it('is refused where it is no YAML', () => {
    expect(() => convert('a: [1')).toThrow('p.yml:1');
  });
});
