import { describe, expect, it } from 'vitest';
import { ConfigError, formatProblem, loadConfig, parseConfig } from '../../../electron/engine/config/index.ts';

const problemsOf = (text: string): string[] => {
  try {
    parseConfig(text, 'linewarden.yml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
};

describe('linewarden.yml', () => {
  it('is complete when empty: everything has a default', () => {
    const config = parseConfig('', 'linewarden.yml');
    expect(config.global.scrape_interval).toBe(15_000);
    expect(config.host.enabled).toBe(true);
    expect(config.storage.max_series).toBe(500_000);
  });

  it("reads the design's example of the sections that exist", () => {
    const config = parseConfig(
      `
global: {scrape_interval: 15s, evaluation_interval: 15s, external_labels: {site: north}}
host: {enabled: true, interval: 15s}
routeros:
  - {name: core, address: 10.0.0.1, port: 8728, tls: off, username: monitor, password_file: secrets/core, interval: 15s}
netflow: {listen: ['0.0.0.0:2055'], flush_interval: 5s}
scrape_configs: [{job_name: node, static_configs: [{targets: ['10.0.0.5:9100']}]}]
rule_files: [rules/*.yml]
storage: {retention: {raw: 30d, 5m: 1y, 1h: 5y}, max_size: 20GB, max_series: 500000}
http: {listen: '127.0.0.1:9470'}
`,
      'linewarden.yml',
    );
    expect(config.routeros[0]).toMatchObject({ name: 'core', address: '10.0.0.1', port: 8728, interval: 15_000 });
    expect(config.netflow).toMatchObject({ listen: [{ host: '0.0.0.0', port: 2055 }], flush_interval: 5_000 });
    expect(config.storage).toEqual({
      retention: [
        { name: 'raw', resolutionMs: 0, keepMs: 2_592_000_000 },
        { name: '5m', resolutionMs: 300_000, keepMs: 31_536_000_000 },
        { name: '1h', resolutionMs: 3_600_000, keepMs: 157_680_000_000 },
      ],
      max_size: 21_474_836_480,
      flows: { '1m': 604_800_000, '10m': 7_776_000_000, '1d': 63_072_000_000 },
      max_series: 500_000,
      max_series_per_target: 100_000,
    });
    expect(config.http.listen).toEqual({ host: '127.0.0.1', port: 9470 });
  });

  it('names file, line, column, field and what was expected', () => {
    expect(problemsOf('host:\n  enabled: maybe\n')).toEqual([
      'linewarden.yml:2:12: host.enabled: expected a boolean, got "maybe"',
    ]);
    expect(problemsOf('storage:\n  max_series: 5\n')).toEqual([
      'linewarden.yml:2:15: storage.max_series: expected at least 1000, got 5',
    ]);
  });

  it('refuses an unknown key at its own place and tells the known ones', () => {
    const [problem] = problemsOf('global:\n  scrape_interval: 15s\n  scrape_intervall: 15s\n');
    expect(problem).toBe(
      'linewarden.yml:3:3: global.scrape_intervall: unknown key; expected one of scrape_interval, scrape_timeout, evaluation_interval, external_labels, body_size_limit, sample_limit, label_limit, label_name_length_limit, label_value_length_limit, target_limit, keep_dropped_targets',
    );
  });

  it('points inside lists, and at the parent of what is missing', () => {
    const [unknown] = problemsOf("scrape_configs:\n  - job_name: a\n    static_config:\n      - targets: ['h:1']\n");
    expect(unknown).toMatch(
      /^linewarden\.yml:3:5: scrape_configs\[0\]\.static_config: unknown key; expected one of .*static_configs/,
    );
    const [missing] = problemsOf('routeros:\n  - name: core\n    username: m\n');
    expect(missing).toMatch(/^linewarden\.yml:2:5: routeros\[0\]\.address: missing; expected a string$/);
  });

  it('says what a duration looks like', () => {
    expect(problemsOf('global:\n  scrape_interval: 15 seconds\n')).toEqual([
      'linewarden.yml:2:20: global.scrape_interval: expected a duration such as 15s or 1h30m, got "15 seconds"',
    ]);
  });

  it('tells a YAML mistake by its line', () => {
    const [problem] = problemsOf('global: {\n  a: 1\nhost: 2\n');
    expect(problem).toMatch(/^linewarden\.yml:\d+:\d+: /);
    expect(problemsOf('host: {}\nhost: {}\n')[0]).toMatch(/^linewarden\.yml:2:1: .*unique/);
  });

  it('says so when there is no such file', () => {
    expect(() => loadConfig('/nowhere/linewarden.yml')).toThrow('the config file cannot be read: no such file');
  });
});
