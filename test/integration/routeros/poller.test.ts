import { describe, expect, it } from 'vitest';
import { watch } from './recorders.ts';
import { router, until } from './support.ts';

const ID = 'routerboard_address="127.0.0.1",routerboard_name="core"';

/** Names of the series of sensors that a router of this version gives. */
async function sensors(version: string): Promise<string[]> {
  const { appender } = watch(await router({ version }));
  await until(() => appender.batches.length > 0);
  return [...(appender.batches[0]?.samples.keys() ?? [])]
    .filter((name) => /^mktxp_system_.*(voltage|temperature|fan|psu)/.test(name))
    .toSorted();
}

describe('a poll', () => {
  it("stores MKTXP's series of v7 with the router's and the operator's labels, all at one time", async () => {
    const started = await router({
      identity: 'core-rtr',
      interfaces: [{ name: 'ether1', comment: 'uplink', rxBps: 8e6 }],
    });
    const { appender, presence } = watch(started, { labels: { site: 'north' } });
    await until(() => presence.of('telemetry').length > 0);
    const [first] = appender.batches;
    const names = [...(first?.samples.keys() ?? [])];
    const common = `${ID},site="north"`;
    expect(first?.samples.get(`mktxp_system_identity_info{name="core-rtr",${common}}`)).toBe(1);
    expect(first?.samples.get(`mktxp_interface_running{name="ether1",${common}}`)).toBe(1);
    expect(first?.samples.get(`mktxp_interface_comment_info{comment="uplink",name="ether1",${common}}`)).toBe(1);
    expect(first?.samples.get(`mktxp_system_psu1_state{${common}}`)).toBe(1);
    const resource = 'architecture_name="arm64",board_name="RB5009UG+S+",cpu="ARM64"';
    expect(first?.samples.get(`mktxp_system_uptime{${resource},${common},version="7.15.3 (stable)"}`)).toBe(1_049_145);
    expect(names.filter((name) => name.startsWith('mktxp_collection_time_total')).slice(0, 4)).toEqual(
      ['IdentityCollector', 'SystemResourceCollector', 'HealthCollector', 'InterfaceCollector'].map(
        (name) => `mktxp_collection_time_total{name="${name}",${common}}`,
      ),
    );
    expect(first?.samples.get('linewarden_collector_up{collector="interface",device="core"}')).toBe(1);
    expect(names).toContain('linewarden_collector_duration_seconds{collector="health",device="core"}');
    expect(presence.of('telemetry')[0]?.atMs).toBe(first?.timestampMs);
  });

  it('gives the same series names of sensors on v6', async () => {
    const v6 = await sensors('6.49.17');
    expect(v6).toEqual(await sensors('7.15.3'));
    expect(v6).toHaveLength(5);
  });

  it('an empty health on 7.18 is no failure', async () => {
    const { poller, appender } = watch(await router({ version: '7.18', health: 'none' }));
    await until(() => appender.batches.length > 1);
    expect(poller.status().find(({ name }) => name === 'health')).toMatchObject({ lastError: null });
  });

  it('a switched-off collector is not asked', async () => {
    const started = await router();
    const { poller, appender } = watch(started, { collectors: { health: false } });
    await until(() => appender.batches.length > 1);
    expect(started.commands.some(([command]) => command === '/system/health/print')).toBe(false);
    const states = poller.status().slice(0, 4);
    expect(states.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['identity', true],
      ['resource', true],
      ['health', false],
      ['interface', true],
    ]);
  });

  it('switches and intervals change while it runs: what is switched off ends, the connection and all else go on', async () => {
    const started = await router();
    const { poller, appender } = watch(started);
    await until(() => appender.batches.length > 1);
    const temperature = `mktxp_system_cpu_temperature{${ID}}`;
    const switchPort = `mktxp_switch_rx_bytes_total{name="ether1",${ID}}`;
    poller.setCollectors({ health: false, switch_port: true, interface: 3_600_000 });
    await until(() => appender.batches.some(({ samples }) => samples.get(temperature) === 'stale'));
    await until(() => appender.batches.some(({ samples }) => samples.has(switchPort)));
    const state = (name: string) => poller.status().find((each) => each.name === name);
    expect(state('health')).toMatchObject({ enabled: false, switch: 'on', samples: null });
    expect(state('interface')).toMatchObject({ enabled: true, intervalMs: 3_600_000, defaultIntervalMs: 60 });
    const asked = (command: string): number => started.commands.filter(([first]) => first === command).length;
    const before = asked('/interface/print');
    const polls = appender.batches.length;
    await until(() => appender.batches.length > polls + 3);
    expect(asked('/interface/print')).toBe(before);
    expect(started.connections().total).toBe(1);
    poller.setCollectors({});
    await until(() => asked('/interface/print') > before && state('health')?.samples === 5);
  });

  it('a package that is not there is no failure, and is not asked for in each poll', async () => {
    const started = await router({ without: ['/ip/cloud', '/certificate'] });
    const { poller, appender } = watch(started, { collectors: { public_ip: 1_000 } });
    await until(() => appender.batches.length > 5);
    expect(poller.status().find(({ name }) => name === 'public_ip')).toMatchObject({
      isAbsent: true,
      lastError: null,
      lastSuccessMs: null,
    });
    expect(started.commands.filter(([command]) => command === '/ip/cloud/print')).toHaveLength(1);
    const up = 'linewarden_collector_up{collector="public_ip",device="core"}';
    expect(appender.batches.some(({ samples }) => samples.has(up))).toBe(false);
  });

  it('telemetry is told only once stored: a store that refuses is no sign of life and no failure of the router', async () => {
    const started = await router();
    const { appender, presence, poller } = watch(started);
    appender.failure = new Error('disk full');
    const before = started.commands.length;
    await until(() => started.commands.length > before + 12);
    expect([presence.of('telemetry'), presence.of('failed')]).toEqual([[], []]);
    expect(poller.connection().state).toBe('connected');
    appender.failure = undefined;
    await until(() => presence.of('telemetry').length > 0);
  });

  it('tells facts for the device page', async () => {
    const { poller, presence } = watch(await router({ identity: 'tower-3', uptimeSeconds: 7_260 }));
    await until(() => presence.of('telemetry').length > 0);
    expect(poller.facts()).toEqual([
      { name: 'identity', value: 'tower-3' },
      { name: 'model', value: 'RB5009UG+S+' },
      { name: 'version', value: '7.15.3 (stable)' },
      { name: 'uptime', value: '2 h 1 min' },
      { name: 'serial', value: 'HF10923ABCD' },
      { name: 'architecture', value: 'arm64' },
      { name: 'firmware', value: '7.15.3' },
    ]);
  });
});

describe('case 8: a reply slower than the interval', () => {
  it('no second poll piles up', async () => {
    const started = await router();
    started.faults.delays.set('/interface/print', 150);
    const { appender } = watch(started, { intervalMs: 20 });
    await until(() => appender.batches.length >= 3);
    let open = 0;
    let most = 0;
    // A poll begins with identity and reads the VLANs later: were two under way, two beginnings would follow each other.
    for (const [command] of started.commands) {
      if (command === '/system/identity/print') open++;
      if (command === '/interface/vlan/print') open--;
      most = Math.max(most, open);
    }
    expect(most).toBe(1);
    expect(started.connections().total).toBe(1);
  });
});

describe('failures', () => {
  it('one collector fails: its series end, it says why, the others go on over the same connection', async () => {
    const started = await router();
    const { poller, appender, presence } = watch(started);
    await until(() => appender.batches.length > 0);
    started.faults.traps.set('/interface/print', { message: 'out of memory' });
    const running = `mktxp_interface_running{name="ether1",${ID}}`;
    await until(() => appender.batches.some(({ samples }) => samples.get(running) === 'stale'));
    const batch = appender.batches.find(({ samples }) => samples.get(running) === 'stale');
    expect(batch?.samples.get('linewarden_collector_up{collector="interface",device="core"}')).toBe(0);
    expect(batch?.samples.get('linewarden_collector_up{collector="resource",device="core"}')).toBe(1);
    await until(() => poller.status().find(({ name }) => name === 'interface')?.lastError !== null);
    expect(poller.status().find(({ name }) => name === 'interface')?.lastError).toMatchObject({
      code: 'LW_ROUTEROS_TRAP',
      message: expect.stringContaining('out of memory') as string,
    });
    expect(presence.of('failed')).toEqual([]);
    expect(started.connections().total).toBe(1);
    started.faults.traps.clear();
    await until(() => poller.status().find(({ name }) => name === 'interface')?.lastError === null);
  });

  it('without uptime and CPU there is no telemetry, however much else is stored', async () => {
    const started = await router();
    const { appender, presence } = watch(started);
    await until(() => presence.of('telemetry').length > 0);
    started.faults.traps.set('/system/resource/print', { message: 'busy' });
    const failed = 'linewarden_collector_up{collector="resource",device="core"}';
    await until(() => appender.batches.at(-1)?.samples.get(failed) === 0);
    const [told, polls] = [presence.of('telemetry').length, appender.batches.length];
    await until(() => appender.batches.length >= polls + 3);
    expect(presence.of('telemetry')).toHaveLength(told);
    expect(presence.of('failed')).toEqual([]);
  });

  it('the router goes away: every series ends at once, the reason is told, and it is back by itself', async () => {
    const started = await router();
    const { poller, appender, presence } = watch(started, { intervalMs: 1_000 });
    await until(() => presence.of('telemetry').length > 0);
    const had = [...(appender.batches.at(-1)?.samples.keys() ?? [])];
    await started.setOffline(true);
    await until(() => presence.of('failed').some(({ code }) => code === 'LW_ROUTEROS_REFUSED'));
    expect(presence.of('failed')[0]?.code).toBe('LW_ROUTEROS_CLOSED');
    const last = appender.batches.at(-1);
    expect([...(last?.samples.keys() ?? [])].toSorted()).toEqual(had.toSorted());
    expect(new Set(last?.samples.values())).toEqual(new Set(['stale']));
    expect(poller.connection().lastError?.message).toBe(`127.0.0.1:${started.port} refuses the connection.`);

    const polls = presence.of('telemetry').length;
    await started.setOffline(false);
    await until(() => presence.of('telemetry').length > polls);
    expect(poller.connection()).toEqual({ state: 'connected', failures: 0, lastError: null });
  });

  it('a router that hangs with its socket open is given up after the timeout', async () => {
    const started = await router();
    const { presence } = watch(started, { timing: { commandTimeoutMs: 80 } });
    await until(() => presence.of('telemetry').length > 0);
    started.setHang(true);
    await until(() => presence.of('failed').some(({ code }) => code === 'LW_ROUTEROS_TIMEOUT'));
    started.setHang(false);
    const polls = presence.of('telemetry').length;
    await until(() => presence.of('telemetry').length > polls);
    expect(started.connections().total).toBeGreaterThanOrEqual(2);
  });

  it('a poll has a time budget of its own, and one slow table does not take the session with it', async () => {
    const started = await router();
    const { poller, presence } = watch(started, { timing: { budgetMs: 100 } });
    await until(() => presence.of('telemetry').length > 0);
    started.faults.silent.add('/interface/print');
    await until(
      () => poller.status().find(({ name }) => name === 'interface')?.lastError?.code === 'LW_ROUTEROS_TIMEOUT',
    );
    const polls = presence.of('telemetry').length;
    await until(() => presence.of('telemetry').length > polls + 2);
    expect(started.connections().total).toBe(1);
  });

  it('collectors that use up the time of each poll keep none of the others from their turn', async () => {
    const started = await router();
    // Two that never answer take all of it: whoever comes after them has no turn in that poll.
    started.faults.silent.add('/system/health/print');
    started.faults.silent.add('/interface/ethernet/print');
    const { poller, appender } = watch(started, { timing: { budgetMs: 200 } });
    const late = ['interface', 'pool', 'route', 'certificate', 'installed_packages', 'check_for_updates'];
    const lastSuccess = (name: string) => poller.status().find((each) => each.name === name)?.lastSuccessMs;
    await until(() => late.every((name) => typeof lastSuccess(name) === 'number'));
    // No series of those that had no turn ended for it.
    const ended = appender.batches.flatMap(({ samples }) =>
      [...samples].filter(([, value]) => value === 'stale').map(([series]) => series),
    );
    expect(ended).toEqual([]);
    const failed = poller.status().filter(({ lastError }) => lastError !== null);
    expect(failed.map(({ name }) => name)).toEqual(['health', 'monitor']);
    expect(failed[0]?.lastError?.message).toBe('Reading health took longer than the 0.1 s that it had in this poll.');
    expect(started.connections().total).toBe(1);
  });

  it('a reboot, !fatal and resets in mid-reply each end in a new connection', async () => {
    const started = await router();
    const { presence } = watch(started);
    const nextTelemetry = async (): Promise<void> => {
      const polls = presence.of('telemetry').length;
      await until(() => presence.of('telemetry').length > polls + 1);
    };
    await nextTelemetry();
    started.reboot();
    await until(() => presence.of('failed').length === 1);
    await nextTelemetry();
    started.faults.fatals.set('/interface/print', 'bye');
    await until(() => presence.of('failed').some(({ code }) => code === 'LW_ROUTEROS_FATAL'));
    started.faults.fatals.clear();
    await nextTelemetry();
    started.faults.drops.add('/interface/print');
    await until(() => presence.of('failed').filter(({ code }) => code === 'LW_ROUTEROS_CLOSED').length > 1);
    started.faults.drops.clear();
    await nextTelemetry();
    expect(started.connections().total).toBeGreaterThanOrEqual(4);
  });

  it('a wait after failures ends at once when told to, as after a reload', async () => {
    const started = await router();
    await started.setOffline(true);
    const hour = 3_600_000;
    const { poller, presence } = watch(started, { timing: { backoff: { minMs: hour, maxMs: hour } } });
    await until(() => poller.connection().state === 'waiting');
    await started.setOffline(false);
    expect(presence.of('telemetry')).toEqual([]);
    poller.retryNow();
    await until(() => presence.of('telemetry').length > 0);
  });

  it('a wrong password: the router was seen, but gives no telemetry, and it is asked ever less often', async () => {
    const started = await router({ password: 'right' });
    const { poller, presence } = watch({ ...started, password: 'wrong' });
    await until(() => presence.of('failed').length >= 4);
    expect(new Set(presence.of('failed').map(({ code }) => code))).toEqual(new Set(['LW_ROUTEROS_LOGIN_FAILED']));
    expect(presence.of('seen').length).toBeGreaterThan(0);
    expect(presence.of('telemetry')).toEqual([]);
    expect(poller.connection().failures).toBeGreaterThanOrEqual(4);
    const times = presence.of('failed').map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
    // 30, 60, 120 ms: each at least as long as asked for (a timer may fire a millisecond early).
    expect(gaps.map((gap, i) => gap >= [29, 59, 119][i]!).slice(0, 3)).toEqual([true, true, true]);
  });

  it('a user who may not read: the session stays out, with the reason', async () => {
    const { presence } = watch(await router({ policies: ['api'] }));
    await until(() => presence.of('failed').length > 0);
    expect(presence.of('failed')[0]?.code).toBe('LW_ROUTEROS_NO_PERMISSION');
    expect(presence.of('seen').length).toBeGreaterThan(0);
  });
});

describe('a router with 1,500 VLANs', () => {
  it('gives the series of each in one poll', async () => {
    const vlans = Array.from({ length: 1_500 }, (_, i) => ({
      name: `vlan${i + 2}`,
      type: 'vlan',
      vlanId: i + 2,
      parent: 'bridge',
    }));
    const started = await router({ interfaces: [{ name: 'bridge', type: 'bridge' }, ...vlans] });
    const { poller, appender } = watch(started, { intervalMs: 15_000, collectors: { bridge_vlan: true } });
    await until(() => appender.batches.length > 0);
    const names = [...(appender.batches[0]?.samples.keys() ?? [])];
    const of = (metric: string): number => names.filter((name) => name.startsWith(`${metric}{`)).length;
    expect(of('mktxp_interface_running')).toBe(1_501);
    expect(of('mktxp_interface_rx_byte_total')).toBe(1_501);
    expect(of('mktxp_interface_vlan_info_info')).toBe(1_500);
    expect(of('mktxp_interface_bridge_vlan_info')).toBe(1_500);
    expect(poller.status().filter(({ lastError }) => lastError !== null)).toEqual([]);
  });
});

describe('many routers', () => {
  it('one that hangs holds up no other', async () => {
    const [sick, well] = await Promise.all([router(), router()]);
    sick.setHang(true);
    const [first, second] = [watch(sick, { id: 'sick' }), watch(well, { id: 'well' })];
    await until(() => second.presence.of('telemetry').length >= 5);
    expect(first.presence.of('telemetry')).toEqual([]);
    expect(second.presence.of('failed')).toEqual([]);
  });

  it('each of ten polls on a slot of its own', async () => {
    const started = await router();
    const watched = Array.from({ length: 10 }, (_, i) => watch(started, { id: `router-${i}`, intervalMs: 1_000 }));
    await until(() => watched.every(({ appender }) => appender.batches.length >= 2));
    const slots = watched.map(({ appender }) => Math.round((appender.batches[1]?.timestampMs ?? 0) % 1_000));
    expect(new Set(slots).size).toBeGreaterThanOrEqual(5);
  });
});

describe('stop', () => {
  it('ends the connection and the series, and nothing comes after', async () => {
    const started = await router();
    const { poller, appender, presence } = watch(started);
    await until(() => presence.of('telemetry').length > 0);
    await poller.stop();
    expect(new Set(appender.batches.at(-1)?.samples.values())).toEqual(new Set(['stale']));
    await until(() => started.connections().open === 0);
    const batches = appender.batches.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(appender.batches).toHaveLength(batches);
    expect(presence.of('failed')).toEqual([]);
    expect(poller.connection().state).toBe('stopped');
    await poller.stop();
  });

  it('also while it connects to a peer that does not answer', async () => {
    const started = await router();
    started.setHang(true);
    const { poller, presence } = watch(started);
    await until(() => started.connections().open > 0);
    await poller.stop();
    expect(presence.of('failed')).toEqual([]);
  });
});
