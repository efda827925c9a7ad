// scrape_configs: Prometheus's keys, meanings and defaults; all else is refused by name.
import { describe, expect, it } from 'vitest';
import { formTarget, jobTargets, scrapeConfigsSchema } from '../../../electron/engine/collectors/scrape/index.ts';

const globals = { scrapeIntervalMs: 15_000, baseDir: '/etc/linewarden' };
const expand = (section: unknown) =>
  scrapeConfigsSchema.parse(section).flatMap((config) => jobTargets(config, config.static_configs, globals).active);
const issues = (section: unknown): string =>
  JSON.stringify(scrapeConfigsSchema.safeParse(section).error?.issues ?? 'valid');

const twoTargets = (limit: number) => ({
  job_name: 'a',
  target_limit: limit,
  static_configs: [{ targets: ['h:1'] }, { targets: ['i:1'] }],
});

describe('expanding scrape_configs', () => {
  it("gives a target Prometheus's defaults", () => {
    expect(expand([{ job_name: 'node', static_configs: [{ targets: ['10.0.0.5:9100'] }] }])).toEqual([
      {
        job: 'node',
        pool: 'node',
        instance: '10.0.0.5:9100',
        variant: '',
        url: 'http://10.0.0.5:9100/metrics',
        shownUrl: 'http://10.0.0.5:9100/metrics',
        intervalMs: 15_000,
        timeoutMs: 10_000,
        labels: { job: 'node', instance: '10.0.0.5:9100' },
        discoveredLabels: {
          __address__: '10.0.0.5:9100',
          __metrics_path__: '/metrics',
          __scheme__: 'http',
          __scrape_interval__: '15s',
          __scrape_timeout__: '10s',
          job: 'node',
        },
        honorLabels: false,
        honorTimestamps: true,
        http: { auth: undefined, tls: { insecureSkipVerify: false }, followRedirects: true },
        compression: true,
        metricRelabel: [],
        bodyLimitBytes: 67_108_864,
        sampleLimit: 0,
        labelLimits: { labels: 0, nameLength: 0, valueLength: 0 },
        isOverTargetLimit: false,
      },
    ]);
  });

  it('takes every supported key', () => {
    const [target] = expand([
      {
        job_name: 'app',
        scrape_interval: '1m',
        scrape_timeout: '30s',
        metrics_path: '/probe',
        scheme: 'https',
        params: { module: ['a b', 'c'] },
        honor_labels: true,
        honor_timestamps: false,
        static_configs: [{ targets: ['app.example:8443'], labels: { site: 'north', rack: 7 } }],
        basic_auth: { username: 'u', password_file: 'secrets/app' },
        tls_config: { ca_file: 'ca.pem', insecure_skip_verify: true, server_name: 'app' },
        body_size_limit: '10MB',
        sample_limit: 1000,
        label_limit: 30,
        label_name_length_limit: 100,
        label_value_length_limit: 200,
        target_limit: 1,
      },
    ]);
    expect(target).toEqual({
      job: 'app',
      pool: 'app',
      instance: 'app.example:8443',
      variant: '',
      url: 'https://app.example:8443/probe?module=a+b&module=c',
      shownUrl: 'https://app.example:8443/probe?module=a+b&module=c',
      intervalMs: 60_000,
      timeoutMs: 30_000,
      labels: { job: 'app', instance: 'app.example:8443', site: 'north', rack: '7' },
      honorLabels: true,
      honorTimestamps: false,
      discoveredLabels: {
        __address__: 'app.example:8443',
        __metrics_path__: '/probe',
        __param_module: 'a b',
        __scheme__: 'https',
        __scrape_interval__: '1m',
        __scrape_timeout__: '30s',
        job: 'app',
        site: 'north',
        rack: '7',
      },
      http: {
        auth: { kind: 'basic', username: 'u', secret: { file: '/etc/linewarden/secrets/app' } },
        tls: { caFile: '/etc/linewarden/ca.pem', insecureSkipVerify: true, serverName: 'app' },
        followRedirects: true,
      },
      compression: true,
      metricRelabel: [],
      bodyLimitBytes: 10_485_760,
      sampleLimit: 1000,
      labelLimits: { labels: 30, nameLength: 100, valueLength: 200 },
      isOverTargetLimit: false,
    });
  });

  it('marks the targets of a job that has more than its target_limit', () => {
    expect(expand([twoTargets(1)]).map(({ isOverTargetLimit }) => isOverTargetLimit)).toEqual([true, true]);
    expect(expand([twoTargets(2)]).map(({ isOverTargetLimit }) => isOverTargetLimit)).toEqual([false, false]);
  });

  it('shortens the default timeout to a shorter interval', () => {
    const [target] = expand([{ job_name: 'a', scrape_interval: '5s', static_configs: [{ targets: ['h:1'] }] }]);
    expect(target?.timeoutMs).toBe(5_000);
  });

  it('lets labels set job, instance, path, scheme and parameters, and stores none that begin with __', () => {
    const [target] = expand([
      {
        job_name: 'a',
        static_configs: [
          {
            targets: ['h:1'],
            labels: { job: 'b', instance: 'i', __metrics_path__: '/x', __scheme__: 'https', __param_q: '1' },
          },
        ],
      },
    ]);
    expect(target).toMatchObject({ url: 'https://h:1/x?q=1', labels: { job: 'b', instance: 'i' } });
    expect(Object.keys(target?.labels ?? {}).toSorted()).toEqual(['instance', 'job']);
  });

  it('takes a target that is listed twice once', () => {
    expect(expand([{ job_name: 'a', static_configs: [{ targets: ['h:1', 'h:1', 'h:2'] }] }])).toHaveLength(2);
  });
});

describe('refusing scrape_configs', () => {
  it('names keys that are not supported', () => {
    expect(issues([{ job_name: 'a', relabel: [] }])).toContain('"relabel"');
    expect(issues([{ job_name: 'a', kubernetes_sd_configs: [{ role: 'pod' }] }])).toContain('file_sd_configs');
    expect(issues([{ job_name: 'a', proxy_url: 'http://p:3128' }])).toContain('does not take a proxy');
    expect(issues([{ job_name: 'a', oauth2: {} }])).toContain('authorization.credentials_file');
    expect(issues([{ job_name: 'a', tls_config: { key: 'geheim' } }])).toContain('key_file');
    expect(issues([{ job_name: 'a', tls_config: { cert_file: 'c.pem' } }])).toContain('cert_file and key_file');
  });

  it('refuses what contradicts itself', () => {
    expect(issues([{ job_name: 'a' }, { job_name: 'a' }])).toContain('a is taken');
    expect(issues([{ job_name: 'a', scrape_interval: '5s', scrape_timeout: '6s' }])).toContain('not above');
    expect(issues([{ job_name: 'a', static_configs: [{ targets: ['http://h:1/metrics'] }] }])).toContain(
      'without scheme',
    );
    expect(
      issues([{ job_name: 'a', basic_auth: { password_file: 'p' }, authorization: { credentials_file: 'c' } }]),
    ).toContain('at most one');
    expect(issues([{ job_name: 'a', authorization: { type: 'Basic', credentials_file: 'c' } }])).toContain(
      'basic_auth',
    );
    expect(issues([{ job_name: 'a', body_size_limit: 'much' }])).toContain('10MB');
    expect(issues([])).toBe('"valid"');
  });
});

describe("the window's form", () => {
  it('becomes a target, with /metrics where no path is given', () => {
    expect(formTarget({ job: 'node', url: 'http://10.0.0.5:9100', intervalMs: 5_000 })).toMatchObject({
      url: 'http://10.0.0.5:9100/metrics',
      instance: '10.0.0.5:9100',
      timeoutMs: 5_000,
    });
  });

  it('keeps no credentials of the URL', () => {
    expect(JSON.stringify(formTarget({ job: 'j', url: 'http://u:geheim@h:1/m', intervalMs: 5_000 }))).not.toContain(
      'geheim',
    );
  });
});
