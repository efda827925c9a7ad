import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../electron/engine/config/index.ts';
import { createInventory } from '../../../electron/engine/inventory/index.ts';
import { createSenders } from '../../../electron/engine/senders/index.ts';
import type { SenderRows, StoredSender } from '../../../electron/engine/senders/index.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';
import { HandClock, memoryState, RememberingAppender, vectorOutcome } from '../inventory/doubles.ts';

const DAY = 86_400_000;

function memoryRows(): SenderRows & { readonly kept: Map<string, StoredSender> } {
  const kept = new Map<string, StoredSender>();
  return {
    kept,
    list: () => [...kept.values()],
    save: (sender) => void kept.set(sender.id, sender),
    delete: (id) => void kept.delete(id),
  };
}

function setUp(rows = memoryRows()) {
  const clock = new HandClock(1_795_186_920_000);
  const inventory = createInventory({
    clock,
    state: memoryState(),
    appender: new RememberingAppender(),
    logger: silentLogger,
    queries: { instant: () => Promise.resolve(vectorOutcome()) },
    onChange: () => {},
  });
  const told = new Map<string, string | undefined>();
  const senders = createSenders({
    inventory,
    clock,
    logger: silentLogger,
    rows,
    onProblem: (area, sentence) => told.set(area, sentence),
  });
  const apply = (yaml = ''): void => senders.setNamed(parseConfig(yaml, 'linewarden.yml').devices);
  return { clock, inventory, senders, told, rows, apply };
}

const edge = (key: string, mayCreate = true) => ({ kind: 'edge', key, mayCreate }) as const;

describe('whoever sends by itself', () => {
  it('becomes a device at the first contact where that is allowed, and counts as seen', () => {
    const { senders, inventory, apply } = setUp();
    apply();
    const id = senders.contact({ ...edge('SN1'), type: 'mtge', labels: { customer_id: 'acme' } });
    expect(id).toBe('edge/SN1');
    const device = inventory.get('edge/SN1');
    expect(device).toMatchObject({ kind: 'edge', type: 'mtge', selector: 'edge_id="SN1"', intervalMs: 30_000 });
    expect(device?.lastSeenMs).toBe(1_795_186_920_000);
    expect(senders.labelsOf('edge', 'SN1')).toEqual({ edge_id: 'SN1', customer_id: 'acme' });
  });

  it('has what is counted of it as its graphs where it writes by remote write, and is away after five minutes', () => {
    const { senders, inventory, apply, clock } = setUp();
    apply();
    expect(senders.contact({ kind: 'sender', key: 'north', from: '10.0.0.7', mayCreate: true })).toBe('sender/north');
    inventory.tick();
    expect(inventory.get('sender/north')).toMatchObject({
      kind: 'sender',
      name: 'north',
      address: '10.0.0.7',
      selector: 'sender="north"',
      state: 'online',
      reason: 'Sends samples',
    });
    const tickFor = (seconds: number): void => {
      for (let s = 0; s < seconds; s += 5) {
        clock.pass(5_000);
        inventory.tick();
      }
    };
    tickFor(300);
    expect(inventory.get('sender/north')).toMatchObject({ state: 'degraded', reason: 'Sent nothing for 5 minutes' });
    tickFor(5);
    expect(inventory.get('sender/north')?.state).toBe('offline');
  });

  it('is listed as unknown where that is not allowed, and counted', () => {
    const { senders, inventory, apply, clock } = setUp();
    apply();
    expect(senders.contact({ ...edge('SN1', false), address: '10.0.0.9' })).toBeUndefined();
    clock.pass(60_000);
    senders.contact(edge('SN1', false));
    expect(inventory.list()).toEqual([]);
    const [listed] = senders.unknown().senders;
    expect(listed).toMatchObject({ kind: 'edge', key: 'SN1', messages: 2, lastMs: 1_795_186_980_000 });
    expect(listed?.reason).toMatch(/not named in the config/);
    expect([...senders.unknownMessages()]).toEqual([['edge', 2]]);
  });

  it('becomes a device when somebody accepts it, and stays one after a restart', () => {
    const first = setUp();
    first.apply();
    first.senders.contact(edge('SN1', false));
    expect(first.senders.accept({ kind: 'edge', key: 'SN1' })).toBe('edge/SN1');
    expect(first.senders.unknown().senders).toEqual([]);
    expect(first.senders.contact(edge('SN1', false))).toBe('edge/SN1');

    const second = setUp(first.rows);
    second.apply();
    expect(second.inventory.get('edge/SN1')?.kind).toBe('edge');
    expect(() => second.senders.accept({ kind: 'edge', key: 'SN9' })).toThrow(/no longer in the list/);
  });

  it('is the device of the config that has its edge_id, with the name, type and labels of the file', () => {
    const { senders, inventory, apply } = setUp();
    apply();
    senders.contact({ ...edge('SN7'), type: 'connector' });
    apply(
      'devices: [{id: edge-7, name: Mill street, type: dedicated-edge, labels: {edge_id: SN7, customer_id: acme}}]\n',
    );
    expect(inventory.list().map(({ id }) => id)).toEqual(['edge-7']);
    expect(senders.contact({ ...edge('SN7', false), type: 'mtge', labels: { customer_id: 'other' } })).toBe('edge-7');
    expect(inventory.get('edge-7')).toMatchObject({ name: 'Mill street', type: 'dedicated-edge', provisioned: true });
    expect(senders.labelsOf('edge', 'SN7')).toEqual({ edge_id: 'SN7', customer_id: 'acme' });
    apply();
    expect(inventory.list()).toEqual([]);
  });

  it('keeps a client and an edge of one name apart', () => {
    const { senders, apply } = setUp();
    apply();
    expect(senders.contact(edge('x'))).toBe('edge/x');
    expect(senders.contact({ kind: 'client', key: 'x', mayCreate: true })).toBe('client/x');
  });

  it('never takes the id of another device', () => {
    const { senders, inventory, apply, told } = setUp();
    inventory.register({
      id: 'edge/x',
      kind: 'target',
      name: 'x',
      address: 'http://x/metrics',
      provisioned: true,
      sample: false,
      selector: 'job="edge",instance="x"',
      telemetry: 'required',
      telemetrySelector: 'up{job="edge",instance="x"}',
      heartbeatMs: 15_000,
      intervalMs: 15_000,
      labels: {},
    });
    apply('devices: [{id: edge/x, type: mtge}]\n');
    expect(told.get('senders of the config')).toContain('"edge/x"');
    senders.contact(edge('x'));
    expect(inventory.get('edge/x')?.kind).toBe('target');
  });

  it('is refused as a name that is no line of text', () => {
    const { senders, inventory, apply } = setUp();
    apply();
    for (const key of ['', 'a\nb', 'x'.repeat(129), ' a']) expect(senders.contact(edge(key))).toBeUndefined();
    expect(inventory.list()).toEqual([]);
    expect(senders.unknown().senders).toEqual([]);
  });

  it('can be removed once it is silent', () => {
    const { senders, inventory, apply, clock, rows } = setUp();
    apply();
    senders.contact({ ...edge('SN1'), type: 'connector' });
    inventory.tick();
    expect(() => senders.remove('edge/SN1')).toThrow(/still sends/);
    for (let i = 0; i < 31; i++) {
      clock.pass(10_000);
      inventory.tick();
    }
    expect(inventory.get('edge/SN1')).toMatchObject({ state: 'offline' });
    expect(senders.remove('edge/SN1')).toBe(true);
    expect(senders.remove('edge/SN1')).toBe(false);
    expect([inventory.list(), [...rows.kept]]).toEqual([[], []]);
  });

  it('finds its place taken after 2000 others, until those are silent for a week', () => {
    const { senders, inventory, apply, clock, told } = setUp();
    apply();
    for (let i = 0; i < 2_000; i++) senders.contact(edge(`SN${i}`));
    expect(senders.contact(edge('late'))).toBeUndefined();
    expect(told.get('senders')).toMatch(/More than 2000 senders/);
    expect(senders.unknown().senders.map(({ key }) => key)).toEqual(['late']);
    clock.pass(8 * DAY);
    expect(senders.contact(edge('late'))).toBe('edge/late');
    expect(inventory.list()).toHaveLength(1);
  });

  it('cannot fill the list of the unknown beyond 200', () => {
    const { senders, apply } = setUp();
    apply();
    for (let i = 0; i < 250; i++) senders.contact(edge(`SN${i}`, false));
    const { senders: listed, dropped } = senders.unknown();
    expect([listed.length, dropped, listed[0]?.key]).toEqual([200, 50, 'SN249']);
  });
});

describe('a connector', () => {
  it('has no telemetry, and is online by its keepalives alone', () => {
    const { senders, inventory, apply } = setUp();
    apply();
    senders.contact({ ...edge('SN1'), type: 'connector' });
    inventory.tick();
    expect(inventory.get('edge/SN1')).toMatchObject({ state: 'online', reason: 'Answers' });
  });
});

describe('devices in the config', () => {
  it('need addresses or a type', () => {
    expect(() => parseConfig('devices: [{id: a}]\n', 'linewarden.yml')).toThrow(/an address, or a type/);
    expect(parseConfig('devices: [{id: a, type: headend}]\n', 'linewarden.yml').devices[0]?.type).toBe('headend');
  });
});

describe('the address of a sender', () => {
  it('is what it tells, else where its message came from', () => {
    const { senders, inventory, rows, apply } = setUp();
    apply();
    const addresses: (string | undefined)[] = [];
    const hear = (more: object): void => {
      senders.contact({ ...edge('SN1'), from: '10.0.0.9', ...more });
      addresses.push(inventory.get('edge/SN1')?.address);
    };
    hear({});
    hear({ from: '10.0.0.10' });
    hear({ address: '203.0.113.7' });
    // A gateway's address must not push out the one that was told, message by message.
    hear({});
    expect(addresses).toEqual(['10.0.0.9', '10.0.0.10', '203.0.113.7', '203.0.113.7']);
    expect(rows.kept.get('edge/SN1')?.address).toBe('203.0.113.7');
  });
});

describe('those of the sample network', () => {
  it('are its devices while it runs, and kept nowhere', () => {
    const { senders, inventory, rows, apply } = setUp();
    apply();
    senders.contact(edge('SN1'));
    senders.setSample([{ kind: 'edge', key: 'LAB1' }]);
    senders.contact(edge('LAB1'));
    expect(inventory.list().map(({ id, sample }) => [id, sample])).toEqual([
      ['edge/SN1', false],
      ['edge/LAB1', true],
    ]);
    expect(senders.remove('edge/LAB1', false)).toBe(false);
    expect([...rows.kept.keys()]).toEqual(['edge/SN1']);
    senders.setSample([]);
    expect(inventory.list().map(({ id }) => id)).toEqual(['edge/SN1']);
  });
});
