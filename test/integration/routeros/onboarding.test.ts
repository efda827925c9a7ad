import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/engine/clock.ts';
import { startFlowCollector } from '../../../electron/engine/collectors/netflow/index.ts';
import { createOnboarding } from '../../../electron/engine/onboarding/index.ts';
import type { FlowSight } from '../../../electron/engine/onboarding/index.ts';
import { localAddresses } from '../../../electron/engine/onboarding/machine.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import type { Finding, FlowExporter, RouterForm } from '../../../shared/contract/index.ts';
import { startFlowExporter } from '../../lab/flows/index.ts';
import type { SimulatedRouter } from '../../lab/routeros/index.ts';
import { RecordingPresence, RecordingStore, until } from '../../unit/netflow/recording.ts';
import { certificate, router, ROUTER_SHA256, SECRET } from './support.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const form = (port: number, more: Partial<RouterForm> = {}): RouterForm => ({
  name: 'core',
  address: '127.0.0.1',
  port,
  tls: 'off',
  pin: '',
  username: 'monitor',
  password: SECRET,
  intervalMs: 15_000,
  ...more,
});

const exporter = (address: string, more: Partial<FlowExporter> = {}): FlowExporter => ({
  address,
  versions: [9],
  packets: 12,
  flows: 340,
  lost: 0,
  dropped: 0,
  templates: 1,
  fields: 16,
  samplingRatio: 1,
  lastPacketMs: Date.now(),
  ...more,
});

const onboarding = (sight: Partial<FlowSight> = {}, passwords: Record<string, string> = {}) =>
  createOnboarding({
    clock: systemClock,
    flows: { port: () => 2055, exporters: () => [], waiting: () => [], ...sight },
    passwordOf: (id) => Promise.resolve(passwords[id] ?? ''),
    isKnownAddress: (address) => address === '10.9.9.9',
  });

/** "ok: It is ..." */
const said = ({ findings, arrivals }: { findings: readonly Finding[]; arrivals?: { findings: readonly Finding[] } }) =>
  [...findings, ...(arrivals?.findings ?? [])].map(
    ({ level, text }) => `${level}: ${text.replace(/in \d+ ms/, 'in N ms')}`,
  );

describe('the login check', () => {
  it('says who answers, and that the policies are as they should be', async () => {
    const { port } = await router({ identity: 'core', version: '7.18.2' });
    const check = await onboarding().checkAccess({ form: form(port) });
    expect(said(check)).toEqual([
      'ok: Login works, in N ms.',
      'ok: It is core, RB5009UG+S+, RouterOS 7.18.2 (stable).',
      'ok: Policies `read` and `api` present.',
    ]);
    expect(check).toMatchObject({ isDone: true, version: '7.18.2 (stable)', identity: 'core', certificate: null });
  });

  it('says on one line, and not at any length, what the router calls itself', async () => {
    const { port } = await router({ identity: `core\n\u0007"; /system reset${'x'.repeat(20_000)}`, version: '7.18.2' });
    const check = await onboarding().checkAccess({ form: form(port) });
    const identity = `core "; /system reset${'x'.repeat(107)}`;
    expect(said(check)[1]).toBe(`ok: It is ${identity}, RB5009UG+S+, RouterOS 7.18.2 (stable).`);
    expect(check.identity).toBe(identity);
  });

  it('tells a wrong password, a group without api, one without read and one that may do too much apart', async () => {
    const right = await router();
    const noApi = await router({ policies: ['read'] });
    const noRead = await router({ policies: ['api'] });
    const wide = await router({ group: 'ops', policies: ['read', 'api', 'test', 'write', 'reboot'] });
    const setup = onboarding();
    expect(said(await setup.checkAccess({ form: form(right.port, { password: 'nearly-right' }) }))).toEqual([
      'failed: The API answers, but refuses the login as "monitor".',
    ]);
    expect(said(await setup.checkAccess({ form: form(noApi.port) }))).toEqual([
      'failed: The API answers, but the group of the user "monitor" lacks the policy `api`.',
    ]);
    const blind = await setup.checkAccess({ form: form(noRead.port) });
    expect(said(blind)).toEqual([
      'ok: Login works, in N ms.',
      'failed: The policy `read` is missing: nothing can be read.',
      'note: Which policies the user has could not be read.',
    ]);
    expect(blind.isDone).toBe(false);
    const warned = await setup.checkAccess({ form: form(wide.port) });
    expect(said(warned).slice(2)).toEqual([
      'ok: Policies `read` and `api` present.',
      'warning: The group "ops" may do more than monitoring needs: write, reboot.',
    ]);
    expect(warned.isDone).toBe(true);
  });

  it('says that nobody answers, and uses the stored password of a router that is watched', async () => {
    const { port } = await router();
    const offline = await router();
    await offline.setOffline(true);
    const setup = onboarding({}, { core: SECRET });
    expect(said(await setup.checkAccess({ form: form(offline.port) }))).toEqual([
      `failed: 127.0.0.1:${offline.port} refuses the connection.`,
    ]);
    expect((await setup.checkAccess({ id: 'core', form: form(port, { password: '' }) })).isDone).toBe(true);
    expect((await setup.checkAccess({ form: form(port, { password: '' }) })).isDone).toBe(false);
  });

  it('pins the certificate that answers first, and sends the password to no other', async () => {
    const own = await router({ tls: certificate('router') });
    const other = await router({ tls: certificate('other-name') });
    const setup = onboarding();
    const first = await setup.checkAccess({ form: form(own.port, { tls: 'pin' }) });
    expect(first).toMatchObject({ isDone: true, certificate: ROUTER_SHA256 });
    expect(said(first)[0]).toBe(
      `note: The router shows the certificate ${ROUTER_SHA256}; from now on only this one is trusted.`,
    );
    const changed = await setup.checkAccess({ form: form(other.port, { tls: 'pin', pin: ROUTER_SHA256 }) });
    expect(changed).toMatchObject({ isDone: false, certificate: null });
    expect(other.commands).toEqual([]);
  });

  it('ends when it is cancelled, and never says a password', async () => {
    const hanging = await router();
    hanging.setHang(true);
    const abort = new AbortController();
    const check = onboarding().checkAccess({ form: form(hanging.port) }, abort.signal);
    setTimeout(() => abort.abort(), 50);
    expect(said(await check)).toEqual(['failed: The request to the router was cancelled.']);
    expect(JSON.stringify(await check)).not.toContain(SECRET);
  });
});

const flowRows = (
  started: SimulatedRouter,
  flow: Record<string, string>,
  ...targets: Record<string, string>[]
): void => {
  started.faults.rows.set('/ip/traffic-flow/print', [flow]);
  started.faults.rows.set('/ip/traffic-flow/target/print', targets);
};

const READY = { enabled: 'true', interfaces: 'all', 'active-flow-timeout': '1m' };
const TARGET = {
  'dst-address': '10.0.0.5',
  port: '2055',
  version: '9',
  'v9-template-timeout': '1m',
  disabled: 'false',
};

const checkFlows = async (started: SimulatedRouter, sight: Partial<FlowSight> = {}) =>
  onboarding(sight).checkFlows({ form: form(started.port), server: '10.0.0.5' });

describe('the flow check', () => {
  it('says what a new router lacks', async () => {
    const checked = await checkFlows(await router());
    expect(said(checked)).toEqual([
      'failed: Traffic flow is switched off on the router.',
      'failed: No target sends to 10.0.0.5:2055.',
      'failed: No flow packet has arrived from 127.0.0.1 in the last minutes.',
    ]);
    expect(checked).toMatchObject({ arrivals: { isDone: false }, addresses: ['127.0.0.1', '192.168.88.1'] });
  });

  it('says what is set otherwise than it should be', async () => {
    const started = await router({ version: '6.49.17' });
    flowRows(
      started,
      { enabled: 'true', interfaces: 'ether1', 'active-flow-timeout': '30m' },
      { ...TARGET, 'v9-template-timeout': '30m' },
      { ...TARGET, 'dst-address': '10.0.0.9' },
    );
    expect(said(await checkFlows(started)).slice(0, 5)).toEqual([
      'ok: Traffic flow is on.',
      'warning: Its active-flow-timeout is 30m: a long download shows up late and all at once.',
      'note: It counts on ether1 only.',
      'ok: It sends to 10.0.0.5:2055, NetFlow v9.',
      'warning: Its v9-template-timeout is 30m: after a restart here flows stay unread for that long.',
    ]);
    flowRows(started, READY, { ...TARGET, disabled: 'true' });
    expect(said(await checkFlows(started))[1]).toBe('failed: The target 10.0.0.5:2055 is disabled.');
    flowRows(started, READY, TARGET, TARGET);
    expect(said(await checkFlows(started))[2]).toBe(
      'warning: 2 targets send to 10.0.0.5:2055: all would be counted twice.',
    );
    flowRows(started, READY, { ...TARGET, 'dst-address': '10.0.0.9', port: '9995' });
    expect(said(await checkFlows(started))[1]).toBe(
      'failed: No target sends to 10.0.0.5:2055; there is 10.0.0.9:9995.',
    );
  });

  it('says what arrives, from whichever address of the router', async () => {
    const started = await router();
    flowRows(started, READY, TARGET);
    const seen = await checkFlows(started, { exporters: () => [exporter('192.168.88.1')] });
    expect(said(seen).at(-1)).toBe(
      'ok: Flow packets arrive from 192.168.88.1: NetFlow v9, 16 fields, sampling none; 340 flows so far.',
    );
    expect(seen.arrivals.isDone).toBe(true);
    const setup = onboarding({
      exporters: () => [exporter('10.0.0.1', { versions: [10], samplingRatio: 1_001, lost: 3 })],
    });
    expect(said(setup.flowArrivals(['10.0.0.1']))).toEqual([
      'ok: Flow packets arrive from 10.0.0.1: IPFIX, 16 fields, sampling 1 in 1001; 340 flows so far.',
      'warning: 3 were lost on the way.',
    ]);
  });

  it('says that others send, that what came is long past, and that no port is open', async () => {
    const old = exporter('10.0.0.1', { lastPacketMs: Date.now() - 200_000 });
    const setup = onboarding({
      exporters: () => [old, exporter('10.0.7.7'), exporter('10.9.9.9')],
    });
    expect(said(setup.flowArrivals(['10.0.0.1']))).toEqual([
      'failed: No flow packet has arrived from 10.0.0.1 in the last minutes.',
      'note: Flow packets do arrive from 10.0.7.7, which is no address of this router as far as is known.',
    ]);
    expect(said(onboarding({ port: () => undefined }).flowArrivals(['10.0.0.1']))).toEqual([
      'failed: No flow port is open here.',
    ]);
  });

  it('goes on to what arrives where the router cannot be asked', async () => {
    const started = await router();
    started.faults.traps.set('/ip/traffic-flow/print', { message: 'no such command prefix' });
    const readable = await checkFlows(started, { exporters: () => [exporter('127.0.0.1')] });
    expect(said(readable)[0]).toMatch(/^note: What is set on the router could not be read/);
    expect(readable.arrivals.isDone).toBe(true);
    await started.setOffline(true);
    const refused = await checkFlows(started, { exporters: () => [exporter('127.0.0.1')] });
    expect(said(refused)[0]).toMatch(/^failed: 127\.0\.0\.1:\d+ refuses the connection\.$/);
    expect(refused.arrivals.isDone).toBe(true);
  });

  it('sees a real exporter before and after its template', async () => {
    const collector = await startFlowCollector({
      listen: [{ host: '127.0.0.1', port: 0 }],
      flushIntervalMs: 100,
      appender: new RecordingStore(),
      presence: new RecordingPresence(),
      clock: systemClock,
      logger: silentLogger,
      resolveExporter: () => undefined,
    });
    cleanups.push(() => collector.stop());
    const port = collector.listening[0]?.port ?? 0;
    const setup = onboarding({
      port: () => port,
      exporters: () => collector.exporters(),
      waiting: () => collector.waiting(),
    });
    const socket = createSocket('udp4');
    cleanups.push(() => new Promise((resolve) => socket.close(() => resolve(undefined))));
    // RFC 3954: version 9, one set of template 300 with eight bytes of data.
    const packet = Buffer.alloc(32);
    packet.writeUInt16BE(9, 0);
    packet.writeUInt16BE(1, 2);
    packet.writeUInt32BE(Math.floor(Date.now() / 1_000), 8);
    packet.writeUInt16BE(300, 20);
    packet.writeUInt16BE(12, 22);
    socket.send(packet, port, '127.0.0.1');
    await until('the sender is known', () => collector.waiting().length === 1);
    const before = setup.flowArrivals(['127.0.0.1']);
    expect(said(before)).toEqual(['failed: Packets arrive from 127.0.0.1 (NetFlow v9), but no flow template yet.']);
    expect(before.findings[0]?.hint).toContain('v9-template-timeout=1m');
    const sender = await startFlowExporter({ version: 9, host: '127.0.0.1', port, flowsPerSecond: 400, seed: 1 });
    cleanups.push(() => sender.stop());
    await until('flows are counted', () => collector.exporters().length === 1);
    expect(said(setup.flowArrivals(['127.0.0.1']))[0]).toMatch(
      /^ok: Flow packets arrive from 127\.0\.0\.1: NetFlow v9, 13 fields, sampling none; \d+ flows? so far\.$/,
    );
  });
});

describe('the log check', () => {
  it('says where the router sends its logs, and that nobody receives them here yet', async () => {
    const started = await router();
    const setup = onboarding();
    const check = () => setup.checkLogs({ form: form(started.port), server: '10.0.0.5' });
    expect(said(await check())).toEqual([
      'failed: The router sends no logs to 10.0.0.5.',
      'note: Linewarden does not receive logs yet: this prepares the router for when it does.',
    ]);
    const action = { name: 'linewarden', target: 'remote', remote: '10.0.0.5', 'remote-port': '514' };
    started.faults.rows.set('/system/logging/action/print', [action]);
    expect(said(await check())[0]).toBe('failed: The router sends logs to 10.0.0.5, but to port 514 and not 5514.');
    started.faults.rows.set('/system/logging/action/print', [{ ...action, 'remote-port': '5514' }]);
    started.faults.rows.set('/system/logging/print', [
      { topics: 'info,!debug', action: 'linewarden', disabled: 'false' },
      { topics: 'critical', action: 'linewarden', disabled: 'true' },
      { topics: 'error', action: 'memory', disabled: 'false' },
    ]);
    expect(said(await check()).slice(0, 2)).toEqual([
      'ok: The router sends logs to 10.0.0.5:5514.',
      'warning: Not sent there: warning, error, critical.',
    ]);
    started.faults.rows.set(
      '/system/logging/print',
      ['info', 'warning', 'error', 'critical'].map((topics) => ({ topics, action: 'linewarden', disabled: 'false' })),
    );
    const good = await check();
    expect(said(good).slice(0, 2)).toEqual([
      'ok: The router sends logs to 10.0.0.5:5514.',
      'ok: Topics info, warning, error, critical.',
    ]);
    expect(good.isDone).toBe(true);
  });
});

describe("this machine's addresses", () => {
  it('begin with the one on the route to the router, loopback only for a router on this machine', async () => {
    const [first] = await localAddresses('127.0.0.1');
    expect(first).toMatchObject({ address: '127.0.0.1', isOnRoute: true });
    const entry = { netmask: '255.255.255.0', mac: '', cidr: null, internal: false };
    const elsewhere = await localAddresses('no-such-router.invalid', {
      lo: [{ ...entry, family: 'IPv4', address: '127.0.0.1', internal: true }],
      eth0: [
        { ...entry, family: 'IPv4', address: '10.0.0.5' },
        { ...entry, family: 'IPv6', scopeid: 2, address: 'fe80::1' },
        { ...entry, family: 'IPv6', scopeid: 0, address: '2001:db8::5' },
      ],
    });
    expect(elsewhere).toEqual([
      { address: '10.0.0.5', interface: 'eth0', isOnRoute: false },
      { address: '2001:db8::5', interface: 'eth0', isOnRoute: false },
    ]);
  });
});
