// From target groups to targets: defaults, relabelling, the URL, what is dropped and why.
import { describe, expect, it } from 'vitest';
import { jobTargets, scrapeConfigsSchema } from '../../../electron/engine/collectors/scrape/index.ts';
import { withVariants } from '../../../electron/engine/collectors/scrape/target-pools.ts';

const globals = { scrapeIntervalMs: 15_000, baseDir: '/etc/linewarden' };

function targetsOf(job: object, groups: { targets: string[]; labels?: Record<string, string> }[] = []) {
  const [config] = scrapeConfigsSchema.parse([{ job_name: 'j', ...job }]);
  if (config === undefined) throw new Error('no job');
  const given = groups.map(({ targets, labels = {} }) => ({ targets, labels }));
  return jobTargets(config, [...config.static_configs, ...given], globals);
}

const rule = (target_label: string, replacement: string) => ({ target_label, replacement });

const reasons = (job: object): string[] => targetsOf(job).dropped.map(({ reason }) => reason);

describe('relabelling targets', () => {
  it('makes a prober ask for what is listed, as blackbox_exporter is configured', () => {
    const { active } = targetsOf({
      metrics_path: '/probe',
      params: { module: ['http_2xx'] },
      static_configs: [{ targets: ['https://example.net/?q=1', 'http://[::1]:8080'] }],
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { source_labels: ['__param_target'], target_label: 'instance' },
        { target_label: '__address__', replacement: '127.0.0.1:9115' },
      ],
    });
    expect(active.map(({ url, labels }) => [url, labels])).toEqual([
      [
        'http://127.0.0.1:9115/probe?module=http_2xx&target=https%3A%2F%2Fexample.net%2F%3Fq%3D1',
        { job: 'j', instance: 'https://example.net/?q=1' },
      ],
      [
        'http://127.0.0.1:9115/probe?module=http_2xx&target=http%3A%2F%2F%5B%3A%3A1%5D%3A8080',
        { job: 'j', instance: 'http://[::1]:8080' },
      ],
    ]);
    expect(active[0]?.discoveredLabels['__address__']).toBe('https://example.net/?q=1');
  });

  it('steers scheme, path, interval, time-out and the first value of a parameter', () => {
    const [target] = targetsOf({
      params: { module: ['a', 'b'] },
      static_configs: [{ targets: ['h:1'] }],
      relabel_configs: [
        rule('__scheme__', 'https'),
        rule('__metrics_path__', '/x?y'),
        rule('__scrape_interval__', '1m'),
        rule('__scrape_timeout__', '30s'),
        rule('__param_module', 'c'),
        rule('__tmp_x', 'gone'),
        rule('__meta_x', 'gone'),
        rule('site', 'north'),
      ],
    }).active;
    expect(target).toMatchObject({ url: 'https://h:1/x%3Fy?module=c&module=b', intervalMs: 60_000, timeoutMs: 30_000 });
    expect(target?.labels).toEqual({ job: 'j', instance: 'h:1', site: 'north' });
  });

  it('renames the job, which stays in its pool', () => {
    const [target] = targetsOf({
      static_configs: [{ targets: ['h:1'] }],
      relabel_configs: [{ target_label: 'job', replacement: 'k' }],
    }).active;
    expect(target).toMatchObject({ job: 'k', pool: 'j', labels: { job: 'k', instance: 'h:1' } });
  });

  it('shows no parameter that could be a secret', () => {
    const [target] = targetsOf({
      params: { token: ['geheim'], module: ['m'] },
      static_configs: [{ targets: ['h:1'] }],
    }).active;
    expect(target?.url).toBe('http://h:1/metrics?module=m&token=geheim');
    expect(target?.shownUrl).toBe('http://h:1/metrics?module=m&token=<secret>');
    expect(JSON.stringify(target?.discoveredLabels)).not.toContain('geheim');
  });

  it('tells why a target is not scraped', () => {
    const one = { static_configs: [{ targets: ['h:1'] }] };
    const set = (target_label: string, replacement: string) => ({
      ...one,
      relabel_configs: [{ target_label, replacement }],
    });
    expect(reasons({ ...one, relabel_configs: [{ source_labels: ['site'], regex: 'north', action: 'keep' }] })).toEqual(
      ['dropped by relabel_configs[0] (keep site against north)'],
    );
    expect(reasons(set('__address__', ''))).toEqual(['has no __address__ after relabel_configs']);
    expect(reasons(set('__address__', 'http://h:1'))).toEqual(['its __address__ "http://h:1" is no host or host:port']);
    expect(reasons(set('__address__', 'u@h:1'))).toEqual(['its __address__ "u@h:1" is no host or host:port']);
    expect(reasons(set('__scheme__', 'ftp'))).toEqual(['its __scheme__ is ftp, not http or https']);
    expect(reasons(set('__scrape_interval__', 'soon'))).toEqual([
      'its __scrape_interval__ is no duration from 100ms to 1d',
    ]);
    expect(reasons(set('__scrape_timeout__', '1m'))).toEqual([
      'its __scrape_timeout__ is above its __scrape_interval__',
    ]);
  });

  it('counts target_limit after relabelling, and what is dropped past those that are kept', () => {
    const job = {
      target_limit: 1,
      keep_dropped_targets: 1,
      static_configs: [{ targets: ['a:1', 'b:1', 'c:1'] }],
      relabel_configs: [{ source_labels: ['__address__'], regex: 'a.*', action: 'keep' }],
    };
    const { active, dropped, droppedCount } = targetsOf(job);
    expect(active.map(({ isOverTargetLimit }) => isOverTargetLimit)).toEqual([false]);
    expect([dropped.length, droppedCount]).toEqual([1, 2]);
  });

  it('takes groups that were found beside those of the config', () => {
    const { active } = targetsOf({ static_configs: [{ targets: ['a:1'] }] }, [
      { targets: ['b:1'], labels: { __meta_filepath: '/x.json', rack: '7' } },
    ]);
    expect(active.map(({ labels }) => labels)).toEqual([
      { job: 'j', instance: 'a:1' },
      { job: 'j', instance: 'b:1', rack: '7' },
    ]);
  });
});

describe('targets of the same job and instance', () => {
  it('are told apart by the labels in which they differ', () => {
    const { active } = targetsOf({}, [
      { targets: ['10.0.0.1'], labels: { module: 'if_mib' } },
      { targets: ['10.0.0.1'], labels: { module: 'ups' } },
      { targets: ['10.0.0.2'], labels: { module: 'ups' } },
    ]);
    expect(withVariants(active).map(({ instance, variant }) => [instance, variant])).toEqual([
      ['10.0.0.1', ''],
      ['10.0.0.1', '{module="ups"}'],
      ['10.0.0.2', ''],
    ]);
  });
});
