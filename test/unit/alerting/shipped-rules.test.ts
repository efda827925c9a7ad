import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunningGroup } from '../../../electron/engine/alerting/rules/group.ts';
import { loadRuleFiles } from '../../../electron/engine/alerting/rules/load.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { MemoryStore } from './doubles.ts';

const RULES = path.resolve(import.meta.dirname, '../../../resources/rules');
const PROMTOOL = '/usr/bin/promtool';
const MINUTE = 60_000;
const STEP = 15_000;

const files = globSync(path.join(RULES, '*.yml')).toSorted();
const { groups, problems } = loadRuleFiles(files);

/** The one rule of that name, alone in a group, over a store in memory. */
function run(name: string) {
  const [group] = groups.filter(({ rules }) => rules.some((rule) => rule.name === name));
  if (group === undefined) throw new Error(`no rule ${name}`);
  const store = new MemoryStore();
  const only = { ...group, rules: group.rules.filter((rule) => rule.name === name) };
  const running = new RunningGroup(only, {
    queries: store,
    appender: store,
    externalLabels: {},
    externalUrl: '',
    signal: new AbortController().signal,
    logger: silentLogger,
    monotonic: () => 0,
    onAlerts: () => {},
  });
  let nowMs = 0;
  const active = () => [...(running.rules[0]?.alerts.values() ?? [])];
  return {
    store,
    /** Samples and evaluations every 15 s for so many minutes; the states at the end. */
    pass: async (minutes: number, write: (nowMs: number) => void): Promise<string[]> => {
      for (const endMs = nowMs + minutes * MINUTE; nowMs < endMs;) {
        nowMs += STEP;
        write(nowMs);
        await running.evaluate(nowMs);
      }
      expect(running.rules[0]).toMatchObject({ health: 'ok', lastError: null });
      return active().map(({ state }) => state);
    },
    /** Nothing is stored and nothing evaluated. */
    skip: (minutes: number) => void (nowMs += minutes * MINUTE),
    texts: () => active().map(({ annotations }) => annotations),
    labels: () => active().map(({ labels }) => labels.toRecord()),
  };
}

const device =
  (state: string, id = 'core') =>
  (nowMs: number, store: MemoryStore) => {
    store.set(`linewarden_device_online{device="${id}"}`, nowMs, state === 'online' || state === 'degraded' ? 1 : 0);
    for (const each of ['online', 'degraded', 'offline', 'unknown']) {
      store.set(`linewarden_device_state{device="${id}",state="${each}"}`, nowMs, each === state ? 1 : 0);
    }
  };

const port =
  (store: MemoryStore, running: number, disabled = 0, name = 'ether1') =>
  (nowMs: number) => {
    const labels = `{routerboard_name="core",routerboard_address="10.0.0.1",name="${name}"}`;
    store.set(`mktxp_interface_running${labels}`, nowMs, running);
    store.set(`mktxp_interface_disabled${labels}`, nowMs, disabled);
  };

const mount =
  (store: MemoryStore, avail: number, fields: string, readonly = 0) =>
  (nowMs: number) => {
    const labels = `{instance="pc",job="node",${fields}}`;
    store.set(`node_filesystem_avail_bytes${labels}`, nowMs, avail);
    store.set(`node_filesystem_size_bytes${labels}`, nowMs, 1_000);
    store.set(`node_filesystem_readonly${labels}`, nowMs, readonly);
  };

describe('the rules that come along', () => {
  it('load without a problem', () => {
    expect(problems).toEqual([]);
    const names = groups.flatMap(({ rules }) => rules.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  it.skipIf(!existsSync(PROMTOOL))(
    `promtool finds nothing in them${existsSync(PROMTOOL) ? '' : ' (skipped: no promtool)'}`,
    () => {
      const { status, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'rules', ...files], {
        encoding: 'utf8',
        timeout: 10_000,
      });
      expect(stderr).toBe('');
      expect(stdout).not.toMatch(/FAILED|error/);
      expect(status).toBe(0);
    },
  );

  it('each says how bad it is and what it means', () => {
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      expect(rule.kind).toBe('alerting');
      const names = rule.kind === 'alerting' ? rule.annotations.map(({ name }) => name) : [];
      expect(names).toEqual(['summary', 'description', 'action']);
      const severity = rule.labels.map((label) => ('text' in label ? label.text : label[1]));
      expect(['critical', 'warning', 'info']).toContain(severity[0]);
    }
  });
});

describe('DeviceOffline', () => {
  it('pends for a minute, fires, and is resolved when the device is back', async () => {
    const { store, pass, texts, labels } = run('DeviceOffline');
    expect(await pass(1, (nowMs) => device('online')(nowMs, store))).toEqual([]);
    expect(await pass(1, (nowMs) => device('offline')(nowMs, store))).toEqual(['pending']);
    expect(await pass(0.25, (nowMs) => device('offline')(nowMs, store))).toEqual(['firing']);
    expect(labels()).toEqual([{ alertname: 'DeviceOffline', device: 'core', severity: 'critical' }]);
    expect(texts()[0]?.['summary']).toBe('core is offline');
    expect(await pass(0.25, (nowMs) => device('online')(nowMs, store))).toEqual(['inactive']);
  });

  it('says nothing of a device that only misses heartbeats, or is still unknown', async () => {
    const { store, pass } = run('DeviceOffline');
    expect(await pass(5, (nowMs) => device('degraded')(nowMs, store))).toEqual([]);
    expect(await pass(5, (nowMs) => device('unknown')(nowMs, store))).toEqual([]);
  });

  it('leaves scraped targets and flow exporters to their own rules', async () => {
    const { store, pass } = run('DeviceOffline');
    expect(
      await pass(5, (nowMs) => {
        device('offline', 'node/10.0.0.5:9100')(nowMs, store);
        store.set('up{job="node",instance="10.0.0.5:9100"}', nowMs, 0);
        device('offline', 'flows/192.0.2.7')(nowMs, store);
      }),
    ).toEqual([]);
  });
});

describe('TargetDown', () => {
  it('fires after two minutes and is resolved with the first good scrape', async () => {
    const { store, pass, texts } = run('TargetDown');
    const up = (value: number) => (nowMs: number) => store.set('up{job="node",instance="10.0.0.5:9100"}', nowMs, value);
    expect(await pass(2, up(0))).toEqual(['pending']);
    expect(await pass(0.25, up(0))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('node on 10.0.0.5:9100 is down');
    expect(await pass(0.25, up(1))).toEqual(['inactive']);
  });
});

describe('CollectorFailing', () => {
  it('fires after ten minutes', async () => {
    const { store, pass, texts } = run('CollectorFailing');
    const up = (value: number) => (nowMs: number) =>
      store.set('linewarden_collector_up{device="core",collector="health"}', nowMs, value);
    expect(await pass(10, up(0))).toEqual(['pending']);
    expect(await pass(0.25, up(0))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('core: no health data');
    expect(await pass(0.25, up(1))).toEqual(['inactive']);
  });
});

describe('InterfaceDown', () => {
  it('pends, fires, stays for hours while the link is down, and is resolved when it is back', async () => {
    const { store, pass, texts, labels } = run('InterfaceDown');
    expect(await pass(5, port(store, 1))).toEqual([]);
    expect(await pass(1, port(store, 0))).toEqual(['pending']);
    expect(await pass(0.25, port(store, 0))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('core: ether1 is down');
    expect(labels()).toEqual([
      {
        alertname: 'InterfaceDown',
        name: 'ether1',
        routerboard_address: '10.0.0.1',
        routerboard_name: 'core',
        severity: 'warning',
      },
    ]);
    expect(await pass(150, port(store, 0))).toEqual(['firing']);
    expect(await pass(0.25, port(store, 1))).toEqual(['inactive']);
  });

  it('is not forgotten while Linewarden itself is down', async () => {
    const { store, pass, skip } = run('InterfaceDown');
    await pass(5, port(store, 1));
    expect(await pass(120, port(store, 0))).toEqual(['firing']);
    skip(90);
    expect(await pass(2, port(store, 0))).toEqual(['firing']);
  });

  it('says nothing of a port that is not used, or that somebody disabled', async () => {
    const { store, pass } = run('InterfaceDown');
    expect(await pass(5, port(store, 0))).toEqual([]);
    expect(await pass(5, port(store, 1, 0, 'ether2'))).toEqual([]);
    expect(await pass(5, port(store, 0, 1, 'ether2'))).toEqual([]);
  });
});

describe('CpuHigh', () => {
  it('of a router', async () => {
    const { store, pass, texts } = run('CpuHigh');
    const load = (value: number) => (nowMs: number) =>
      store.set('mktxp_system_cpu_load{routerboard_name="core",version="7.16"}', nowMs, value);
    expect(await pass(5, load(90))).toEqual([]);
    expect(await pass(10, load(97))).toEqual(['pending']);
    expect(await pass(0.25, load(97))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('core: CPU at 97 %');
    expect(await pass(0.25, load(50))).toEqual(['inactive']);
  });

  it('of a host, over all its processors', async () => {
    const { store, pass, texts } = run('CpuHigh');
    const idle = [0, 0];
    // Each processor idles for so many seconds of the 15 between two samples.
    const cpu =
      (...idleS: number[]) =>
      (nowMs: number) =>
        idleS.forEach((seconds, i) => {
          idle[i] = (idle[i] ?? 0) + seconds;
          store.set(`node_cpu_seconds_total{instance="pc",job="node",cpu="${i}",mode="idle"}`, nowMs, idle[i]);
        });
    expect(await pass(10, cpu(0, 15))).toEqual([]);
    // 20 samples lie in five minutes; after 16 new ones the average idles 50 - 48 * 16/19 = 9.6 %: at 4 minutes.
    expect(await pass(13.75, cpu(0.3, 0.3))).toEqual(['pending']);
    expect(await pass(0.25, cpu(0.3, 0.3))).toEqual(['firing']);
    expect(await pass(6, cpu(0.3, 0.3))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('pc: CPU at 98 %');
    expect(await pass(6, cpu(15, 15))).toEqual(['inactive']);
  });
});

describe('MemoryLow', () => {
  it('of a router and of a host', async () => {
    const { store, pass, texts } = run('MemoryLow');
    const free = (percent: number) => (nowMs: number) => {
      store.set('mktxp_system_free_memory{routerboard_name="core"}', nowMs, percent);
      store.set('mktxp_system_total_memory{routerboard_name="core"}', nowMs, 100);
      store.set('node_memory_MemAvailable_bytes{instance="pc",job="node"}', nowMs, percent * 2);
      store.set('node_memory_MemTotal_bytes{instance="pc",job="node"}', nowMs, 200);
    };
    expect(await pass(5, free(10))).toEqual([]);
    expect(await pass(10, free(9.5))).toEqual(['pending', 'pending']);
    expect(await pass(0.25, free(9.5))).toEqual(['firing', 'firing']);
    expect(texts().map(({ summary }) => summary)).toEqual([
      'core: 9.5 % of the memory is free',
      'pc: 9.5 % of the memory is free',
    ]);
    expect(await pass(0.25, free(11))).toEqual(['inactive', 'inactive']);
  });
});

describe('DiskNearlyFull', () => {
  it('of a host, by its mount point', async () => {
    const { store, pass, texts } = run('DiskNearlyFull');
    const root = 'device="/dev/sda1",mountpoint="/",fstype="ext4"';
    expect(await pass(15, mount(store, 42, root))).toEqual(['pending']);
    expect(await pass(0.25, mount(store, 42, root))).toEqual(['firing']);
    expect(texts()).toMatchObject([{ summary: 'pc: / has 4.2 % left', description: '/ of pc is nearly full.' }]);
    expect(await pass(0.25, mount(store, 300, root))).toEqual(['inactive']);
  });

  it('of a router', async () => {
    const { store, pass, texts } = run('DiskNearlyFull');
    const free = (bytes: number) => (nowMs: number) => {
      store.set('mktxp_system_free_hdd_space{routerboard_name="core"}', nowMs, bytes);
      store.set('mktxp_system_total_hdd_space{routerboard_name="core"}', nowMs, 16_000);
    };
    expect(await pass(20, free(1_000))).toEqual([]);
    expect(await pass(16, free(160))).toEqual(['firing']);
    expect(texts()[0]).toMatchObject({
      summary: 'core: disk has 1.0 % left',
      description: 'The disk of core is nearly full. An upgrade would fail; remove old files and logs.',
    });
  });

  it('says nothing of file systems that are full by nature', async () => {
    const { store, pass } = run('DiskNearlyFull');
    expect(await pass(20, mount(store, 0, 'device="/dev/loop1",mountpoint="/snap/x",fstype="squashfs"'))).toEqual([]);
    expect(await pass(20, mount(store, 0, 'device="/dev/sr0",mountpoint="/cd",fstype="udf"', 1))).toEqual([]);
  });
});

describe('flows', () => {
  it('FlowExporterSilent: after five minutes without a packet, and a minute on top', async () => {
    const { store, pass, texts } = run('FlowExporterSilent');
    const last = (seconds: number) => (nowMs: number) =>
      store.set('linewarden_flow_last_packet_timestamp_seconds{exporter="192.0.2.7"}', nowMs, seconds);
    // The last packet came at second 0.
    expect(await pass(5, last(0))).toEqual([]);
    expect(await pass(1, last(0))).toEqual(['pending']);
    expect(await pass(0.25, last(0))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('No flows from 192.0.2.7 for 6m 15s');
    expect(await pass(0.25, last(390))).toEqual(['inactive']);
  });

  it('FlowLoss: while flows are being lost for five minutes', async () => {
    const { store, pass, texts } = run('FlowLoss');
    let lost = 0;
    const lose = (perStep: number) => (nowMs: number) => {
      lost += perStep;
      store.set('linewarden_flow_lost_total{exporter="192.0.2.7",unit="records"}', nowMs, lost);
    };
    expect(await pass(5, lose(0))).toEqual([]);
    expect(await pass(5, lose(15))).toEqual(['pending']);
    expect(await pass(0.25, lose(15))).toEqual(['firing']);
    expect(await pass(5, lose(15))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('Flows of 192.0.2.7 are lost: 1.0 a second');
    expect(await pass(5.25, lose(0))).toEqual(['inactive']);
  });
});

const full = (store: MemoryStore, days: number) => (nowMs: number) =>
  store.set('linewarden_storage_full_timestamp_seconds', nowMs, nowMs / 1_000 + days * 86_400);

describe('StorageFullSoon', () => {
  it('fires when the room is filled within a week for an hour, and says how soon', async () => {
    const { store, pass, texts } = run('StorageFullSoon');
    expect(await pass(10, full(store, 8))).toEqual([]);
    expect(await pass(59, full(store, 3))).toEqual(['pending']);
    expect(await pass(2, full(store, 3))).toEqual(['firing']);
    expect(texts()[0]?.['summary']).toBe('The metrics fill their room in 3d 0h 0m 0s');
  });

  it('says nothing while it will never be full', async () => {
    const { pass } = run('StorageFullSoon');
    expect(await pass(90, () => {})).toEqual([]);
  });
});

describe('StorageFileSetAside', () => {
  it('fires as long as the file lies there', async () => {
    const { store, pass, texts } = run('StorageFileSetAside');
    const aside = (count: number) => (nowMs: number) => store.set('linewarden_storage_files_set_aside', nowMs, count);
    expect(await pass(1, aside(0))).toEqual([]);
    expect(await pass(1, aside(2))).toEqual(['firing']);
    expect(texts()[0]?.['description']).toContain('2 of the files');
    expect(await pass(0.25, aside(0))).toEqual(['inactive']);
  });
});

describe('SeriesRefused', () => {
  it('fires while samples are refused because the limit of series is reached', async () => {
    const { store, pass } = run('SeriesRefused');
    const refused = (from: number, perStep: number) => {
      let count = from;
      return (nowMs: number) => store.set('linewarden_samples_over_limit_total', nowMs, (count += perStep));
    };
    expect(await pass(10, refused(40, 0))).toEqual([]);
    expect(await pass(11, refused(40, 3))).toEqual(['firing']);
    expect(await pass(11, refused(172, 0))).toEqual(['inactive']);
  });
});
