import { gzipSync } from 'node:zlib';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { LinewardenError } from '../../../shared/model/errors.ts';
import { bytesField, label, sample } from '../../support/remote-write.ts';
import { NOW, setUpIntake } from './doubles.ts';

const nothing = (): void => {};
const AT = NOW - 5_000;
const writeRequest = (...labels: (readonly [string, string])[]): Buffer =>
  bytesField(1, Buffer.concat([...labels.map(([name, value]) => label(name, value)), sample([AT, 1.5])]));
const LOAD = writeRequest(['__name__', 'edge_load'], ['core', '0']);

describe('a metrics payload', () => {
  it.each([
    ['Prometheus text', '# TYPE edge_load gauge\nedge_load{core="0"} 1.5\n', ''],
    ['Prometheus text without its last line end', 'edge_load{core="0"} 1.5', ''],
    ['Prometheus text with a time in ms', `edge_load{core="0"} 1.5 ${AT}\n`, ` @${AT}`],
    ['OpenMetrics, whose times are seconds', `edge_load{core="0"} 1.5 ${AT / 1000}\n# EOF\n`, ` @${AT}`],
    ['a JSON list', '[{"name": "edge_load", "labels": {"core": 0}, "value": 1.5}]', ''],
    [
      'a JSON list with a time in ms',
      `[{"name": "edge_load", "labels": {"core": "0"}, "value": 1.5, "timestamp": ${AT}}]`,
      ` @${AT}`,
    ],
    [
      'one JSON sample with a time in s',
      `{"name": "edge_load", "labels": {"core": "0"}, "value": 1.5, "timestamp": ${AT / 1000}}`,
      ` @${AT}`,
    ],
    ['remote write', compress(LOAD), ` @${AT}`],
    ['remote write, not compressed', LOAD, ` @${AT}`],
    ['remote write in gzip', gzipSync(LOAD), ` @${AT}`],
    ['text in gzip', gzipSync('edge_load{core="0"} 1.5\n'), ''],
    ['snappy in gzip', gzipSync(compress(LOAD)), ` @${AT}`],
  ])('as %s', async (_, payload, at) => {
    const { send, stored, refused } = setUpIntake();
    await send('edge/SN7/metrics', payload);
    expect(stored()).toEqual([`edge_load{core="0",edge_id="SN7"} 1.5${at}`]);
    expect(refused()).toEqual({});
  });

  it('as a JSON mapping of names to values', async () => {
    const { send, stored } = setUpIntake();
    await send(
      'edge/SN7/metrics',
      '{"edge_id": "SN7", "a": 1, "b": "NaN", "c": "+Inf", "d": true, "timestamp": 1795186915}',
    );
    expect(stored()).toEqual([
      'a{edge_id="SN7"} 1 @1795186915000',
      'b{edge_id="SN7"} NaN @1795186915000',
      'c{edge_id="SN7"} Infinity @1795186915000',
      'd{edge_id="SN7"} 1 @1795186915000',
    ]);
  });

  it('that is empty is no mistake', async () => {
    const { send, stored, refused } = setUpIntake();
    for (const payload of ['', ' \n', '[]', '{}']) await send('edge/SN7/metrics', payload);
    expect([stored(), refused()]).toEqual([[], {}]);
  });

  it.each([
    ['text', 'a{edge_id="SN8"} 1\n'],
    ['a JSON sample', '[{"name": "a", "labels": {"edge_id": "SN8"}, "value": 1}]'],
    ['a JSON mapping', '{"edge_id": "SN8", "a": 1}'],
    ['remote write', compress(writeRequest(['__name__', 'a'], ['edge_id', 'SN8']))],
  ])('that claims another edge is refused whole: %s', async (_, payload) => {
    const { send, stored, refused, account, inventory } = setUpIntake();
    await send('edge/SN7/metrics', payload);
    expect([stored(), refused()]).toEqual([[], { claim: 1 }]);
    expect(account.lastRefusal?.message).toContain('"SN8"');
    expect(inventory.list()).toEqual([]);
  });

  it('keeps the customer of the device table, whatever it says itself', async () => {
    const { send, stored } = setUpIntake({
      devices: 'devices: [{id: e7, type: mtge, labels: {edge_id: SN7, customer_id: acme}}]\n',
    });
    await send('edge/SN7/metrics', 'a{customer_id="other"} 1\n');
    expect(stored()).toEqual(['a{customer_id="acme",edge_id="SN7"} 1']);
  });

  it.each([
    ['edge/SN7/metrics', '{"customer_id": "acme", "a": 1}', 'acme'],
    ['edge/SN7/metrics', '{"customer_id": "acme", "name": "a", "value": 1}', 'acme'],
    ['of/umbrella/SN7/metrics', '{"customer_id": "acme", "a": 1}', 'umbrella'],
  ])('has the customer that JSON tells, unless its topic does: %s %s', async (topic, payload, customer) => {
    const { send, stored } = setUpIntake();
    await send(topic, payload);
    await send('edge/SN7/metrics', 'b 1\n');
    expect(stored()).toEqual([
      `a{customer_id="${customer}",edge_id="SN7"} 1`,
      `b{customer_id="${customer}",edge_id="SN7"} 1 @1795186920001`,
    ]);
  });

  it('follows an edge to another customer, by its topic as by what it tells', async () => {
    const { send, stored } = setUpIntake();
    await send('of/acme/SN7/metrics', 'a 1\n');
    await send('of/umbrella/SN7/metrics', 'a 2\n');
    await send('edge/SN8/keepalive', '{"customer_id": "acme"}');
    await send('edge/SN8/metrics', 'b 1\n');
    await send('edge/SN8/keepalive', '{"customer_id": "umbrella"}');
    await send('edge/SN8/metrics', 'b 2\n');
    expect(stored()).toEqual([
      'a{customer_id="acme",edge_id="SN7"} 1',
      'a{customer_id="umbrella",edge_id="SN7"} 2 @1795186920001',
      'b{customer_id="acme",edge_id="SN8"} 1',
      'b{customer_id="umbrella",edge_id="SN8"} 2 @1795186920001',
    ]);
  });

  it.each([
    ['a bad line', 'a 1\nb{ 2\n'],
    ['JSON that breaks off', '{"a": 1'],
    ['a value that is no number', '{"a": "many"}'],
    ['a nested mapping', '{"a": {"b": 1}}'],
    ['a sample without a name', '[{"value": 1}]'],
    ['damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3])],
    ['noise', Buffer.from([0xff, 0x00, 0x13, 0x37])],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0x80, 0x20, 0x31])],
  ])('that cannot be read is refused whole and counted: %s', async (_, payload) => {
    const { send, stored, refused } = setUpIntake();
    await send('edge/SN7/metrics', payload);
    expect([stored(), refused()]).toEqual([[], { malformed: 1 }]);
  });

  it('keeps every one of a burst that comes in one millisecond, in its order', async () => {
    const { send, stored, clock } = setUpIntake();
    for (const value of [1, 2, 3]) await send('edge/SN7/metrics', `{"a": ${value}}`);
    clock.pass(1_000);
    await send('edge/SN7/metrics', '{"a": 4}');
    expect(stored()).toEqual([
      'a{edge_id="SN7"} 1 @1795186920000',
      'a{edge_id="SN7"} 2 @1795186920001',
      'a{edge_id="SN7"} 3 @1795186920002',
      'a{edge_id="SN7"} 4',
    ]);
  });

  it('refuses a message that was cut as too large', async () => {
    const { intake, topics, stored, refused } = setUpIntake();
    const match = topics.match('edge/SN7/metrics')!;
    await intake.take({ match, payload: Buffer.from('{"a": 1}'), isRetained: false, isCut: true });
    expect([stored(), refused()]).toEqual([[], { too_large: 1 }]);
  });

  it('is bounded: in bytes, also once its gzip is off, and in samples', async () => {
    const { send, stored, refused } = setUpIntake({ maxMessageBytes: 1_024 });
    await send('edge/SN7/metrics', gzipSync(Buffer.alloc(9_000, 0x20)));
    const many = setUpIntake();
    await many.send('edge/SN7/metrics', 'a 1\n'.repeat(20_001));
    expect([stored(), refused(), many.stored(), many.refused()]).toEqual([[], { too_large: 1 }, [], { too_large: 1 }]);
  });

  it('leaves out samples of the future, and keeps the rest', async () => {
    const { send, stored, refused } = setUpIntake();
    await send('edge/SN7/metrics', `a 1 ${NOW + 601_000}\nb 2 ${NOW + 599_000}\n`);
    expect(stored()).toEqual([`b{edge_id="SN7"} 2 @${NOW + 599_000}`]);
    expect(refused()).toEqual({ future: 1 });
  });
});

const INFORM = {
  edge_id: 'SN7',
  customer_id: 'acme',
  type: 'mtge',
  wan_ip: '203.0.113.7',
  uptime: 86_400,
  cpu: 12.5,
  memory: 536_870_912,
  interfaces: [
    {
      name: 'wan0',
      up: true,
      rx_bytes: 1,
      tx_bytes: 2,
      rx_packets: 3,
      tx_packets: 4,
      rx_errors: 5,
      tx_errors: 6,
      drops: 7,
    },
  ],
};

describe('an inform', () => {
  it('becomes the series of the edge, and its device', async () => {
    const { send, stored, inventory } = setUpIntake();
    await send('edge/SN7/inform', JSON.stringify(INFORM));
    const own = 'customer_id="acme",edge_id="SN7"';
    const port = 'customer_id="acme",edge_id="SN7",interface="wan0"';
    expect(stored()).toEqual([
      `edge_uptime_seconds{${own}} 86400`,
      `edge_cpu_usage_percent{${own}} 12.5`,
      `edge_memory_usage_bytes{${own}} 536870912`,
      `edge_wan_up{${own}} 1`,
      `edge_interface_up{${port}} 1`,
      `edge_interface_rx_bytes_total{${port}} 1`,
      `edge_interface_tx_bytes_total{${port}} 2`,
      `edge_interface_rx_packets_total{${port}} 3`,
      `edge_interface_tx_packets_total{${port}} 4`,
      `edge_interface_rx_errors_total{${port}} 5`,
      `edge_interface_tx_errors_total{${port}} 6`,
      `edge_interface_drops_total{${port}} 7`,
    ]);
    inventory.tick();
    expect(inventory.get('edge/SN7')).toMatchObject({ type: 'mtge', address: '203.0.113.7', state: 'online' });
  });

  it('without a WAN address tells that, and the edge is online all the same', async () => {
    const { send, stored, inventory } = setUpIntake();
    await send('edge/SN7/inform', JSON.stringify({ edge_id: 'SN7', wan_ip: null, uptime: 60, cpu: 3 }));
    expect(stored()).toContain('edge_wan_up{edge_id="SN7"} 0');
    inventory.tick();
    expect(inventory.get('edge/SN7')).toMatchObject({ type: 'dedicated-edge', kind: 'edge', state: 'online' });
  });

  it('of another edge, or none at all, is refused', async () => {
    const { send, stored, refused, inventory } = setUpIntake();
    await send('edge/SN8/inform', JSON.stringify(INFORM));
    await send('edge/SN8/inform', '{"uptime": "long"}');
    await send('edge/SN8/inform', 'hello');
    expect([stored(), refused(), inventory.list()]).toEqual([[], { claim: 1, malformed: 2 }, []]);
  });
});

describe('a keepalive', () => {
  it('is all that a connector sends', async () => {
    const { send, inventory } = setUpIntake();
    await send('edge/C1/keepalive', '{"edge_id": "C1"}');
    inventory.tick();
    expect(inventory.get('edge/C1')).toMatchObject({ type: 'connector', state: 'online', intervalMs: 30_000 });
  });

  it('together with informs is an MTGE', async () => {
    const { send, inventory } = setUpIntake();
    await send('edge/M1/keepalive', '');
    await send('edge/M1/inform', '{"edge_id": "M1", "uptime": 5}');
    await send('edge/M1/keepalive', '{"edge_id": "M1"}');
    expect(inventory.get('edge/M1')?.type).toBe('mtge');
  });

  it('of another edge is refused', async () => {
    const { send, refused, inventory } = setUpIntake();
    await send('edge/C1/keepalive', '{"edge_id": "C2"}');
    expect([refused(), inventory.list()]).toEqual([{ claim: 1 }, []]);
  });
});

describe('a retained message', () => {
  it('makes no dead edge look alive, and is stored only with a time of its own', async () => {
    const { send, stored, refused, inventory } = setUpIntake({
      devices: 'devices: [{id: e7, type: dedicated-edge, labels: {edge_id: SN7}}]\n',
    });
    await send('edge/SN7/metrics', 'edge_cpu_usage_percent 5\n', true);
    await send('edge/SN7/metrics', `edge_cpu_usage_percent 5 ${AT}\n`, true);
    await send('edge/SN7/inform', '{"edge_id": "SN7", "cpu": 5}', true);
    await send('edge/SN7/keepalive', '{"edge_id": "SN7"}', true);
    expect(stored()).toEqual([`edge_cpu_usage_percent{edge_id="SN7"} 5 @${AT}`]);
    expect(refused()).toEqual({ retained: 3 });
    inventory.tick();
    expect(inventory.get('e7')).toMatchObject({ state: 'unknown', lastSeenMs: null, lastTelemetryMs: null });
  });
});

describe('a message that waited somewhere', () => {
  it('shows its edge alive at the time that its samples tell', async () => {
    const { send, inventory } = setUpIntake();
    await send('edge/SN7/metrics', `edge_cpu_usage_percent 5 ${NOW - 3_600_000}\n`);
    expect(inventory.get('edge/SN7')?.lastSeenMs).toBe(NOW - 3_600_000);
  });
});

describe('an unknown edge where new ones are not taken', () => {
  it('is listed, and nothing of it is stored', async () => {
    const { send, stored, refused, senders } = setUpIntake({ mayCreate: false });
    await send('edge/SN7/metrics', 'a 1\n');
    await send('edge/SN7/inform', JSON.stringify(INFORM));
    expect([stored(), refused()]).toEqual([[], { unknown_sender: 2 }]);
    expect(senders.unknown().senders.map(({ key, messages }) => [key, messages])).toEqual([['SN7', 2]]);
  });
});

describe('many messages', () => {
  it('are committed together, and settle when that is done', async () => {
    const { send, appender } = setUpIntake();
    let open = nothing;
    appender.gate = () => new Promise((resolve) => (open = resolve));
    let settled = 0;
    const sent = Array.from({ length: 500 }, (_, i) =>
      send(`edge/SN${i % 50}/metrics`, `a ${i}\n`).then(() => settled++),
    );
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect([appender.batches.length, settled]).toEqual([0, 0]);
    open();
    await Promise.all(sent);
    expect([appender.batches.length, appender.batches[0]?.refs.length, settled]).toEqual([1, 500, 500]);
  });

  it('wait while the store cannot, and are stored when it can', async () => {
    const { send, appender, stored } = setUpIntake();
    let failures = 1;
    appender.gate = () =>
      failures-- > 0
        ? Promise.reject(new LinewardenError('LW_STORE_DISK_FULL', 'The disk is full.'))
        : Promise.resolve();
    await send('edge/SN7/metrics', 'a 1\n');
    expect(stored()).toEqual(['a{edge_id="SN7"} 1']);
  });
});
