import { describe, expect, it } from 'vitest';
import { type FlowSurroundings, createFlowQuestions } from '../../../electron/engine/flows/index.ts';
import type { LiveMinute } from '../../../electron/engine/flows/index.ts';
import { type FlowScanner, answerPlan } from '../../../electron/engine/store/flows/index.ts';
import { flowQuestionSchema } from '../../../shared/model/flow-question.ts';
import type { FlowQuestionInput } from '../../../shared/model/flow-question.ts';
import { type Row, memoryStore } from '../store/flows/query/memory-store.ts';

const CORE = '10.0.0.1';
const row = (over: Partial<Row>): Row => ({
  bucketS: 600,
  exporter: CORE,
  client: '192.168.1.10',
  server: '1.1.1.1',
  inInterface: 2,
  outInterface: 1,
  protocol: 6,
  service: 443,
  toClient: 0,
  dscp: 0,
  vlan: 0,
  bytes: 600,
  packets: 1,
  flows: 1,
  ...over,
});

const ROWS = [
  row({}),
  row({ toClient: 1, bytes: 6_000, inInterface: 1, outInterface: 2 }),
  row({ bucketS: 660, client: '100.64.0.9', service: 53, protocol: 17, bytes: 120, dscp: 46, vlan: 20 }),
  row({ bucketS: 720, client: '100.64.0.9', protocol: 1, service: 2_048, bytes: 60 }),
];

function questions(scanner: FlowScanner, over: Partial<FlowSurroundings> = {}, minutes: LiveMinute[] = []) {
  return createFlowQuestions({
    answer: (plan, signal) => Promise.resolve(answerPlan(scanner, plan, () => signal?.aborted === true)),
    names: {
      nameOf: (address) =>
        address === '192.168.1.10'
          ? { name: 'nas', source: 'dhcp', deviceId: 'core', lastSeenMs: 0, elsewhere: [] }
          : undefined,
      interfaceName: (device, index) => (device === 'core' && index === 1 ? 'ether1-wan' : undefined),
      interfaces: (device) => (device === CORE ? [{ index: 1, name: 'ether1-wan', comment: 'Fibre uplink' }] : []),
    },
    exporters: () => [CORE],
    devices: () => [{ id: 'core', name: 'Core router', address: CORE }],
    deviceOfExporter: (address) => (address === CORE ? 'core' : `exporter:${address}`),
    customers: {
      customers: () => [
        { key: 'k1', name: 'anna', tier: 'gold', deviceId: 'core' },
        { key: 'k2', name: 'Ben', tier: '', deviceId: 'core' },
      ],
      heldAddresses: () => [
        { key: 'k1', address: '100.64.0.9', fromMs: 0, untilMs: 700_000 },
        { key: 'k2', address: '100.64.0.9', fromMs: 700_000, untilMs: Number.POSITIVE_INFINITY },
      ],
    },
    now: () => 780_000,
    live: {
      watch(listener) {
        for (const minute of minutes) queueMicrotask(() => listener(minute));
        return () => undefined;
      },
      problem: () => null,
    },
    ...over,
  });
}

const stored = memoryStore(
  [{ tier: '1m', kind: 'conversations', rows: ROWS }],
  [{ tier: '1m', fromS: 600, untilS: 780 }],
);
const ask = (question: Partial<FlowQuestionInput>, signal?: AbortSignal) =>
  questions(stored).ask(
    flowQuestionSchema.parse({ startMs: 600_000, endMs: 780_000, by: ['local'], ...question }),
    signal,
  );
const keys = async (question: Partial<FlowQuestionInput>) =>
  (await ask(question)).rows.map((one) => one.keys.map(({ label, detail, filter }) => [label, detail, filter]));

const bytesWith = async (filter: string) => (await ask({ filter })).total.bytes;

/** Two sites call one address differently. */
const nameOfTwo = (_address: string, near?: string) => ({
  name: near === 'shop' ? 'till' : 'nas',
  source: 'dhcp' as const,
  deviceId: near ?? 'core',
  lastSeenMs: 0,
  elsewhere:
    near === undefined
      ? [
          { name: 'till', deviceId: 'shop' },
          { name: 'camera', deviceId: 'tower' },
        ]
      : [],
});

describe('an answer about traffic', () => {
  it('names hosts, keeps their addresses and has the filter of each', async () => {
    expect(await keys({})).toEqual([
      [['nas', '192.168.1.10', 'local = 192.168.1.10']],
      [['100.64.0.9', '', 'local = 100.64.0.9']],
    ]);
  });

  it('names hosts as their router does, and as nobody does where two sites call one address differently', async () => {
    const rows = [row({}), row({ exporter: '10.0.0.2', bytes: 300 })];
    const sites = questions(
      memoryStore([{ tier: '1m', kind: 'conversations', rows }], [{ tier: '1m', fromS: 600, untilS: 780 }]),
      {
        names: { nameOf: nameOfTwo, interfaceName: () => undefined, interfaces: () => [] },
        exporters: () => [CORE, '10.0.0.2'],
        deviceOfExporter: (address) => (address === CORE ? 'core' : 'shop'),
        devices: () => [
          { id: 'core', name: 'Core router', address: CORE },
          { id: 'shop', name: 'Shop', address: '10.0.0.2' },
        ],
      },
    );
    const labels = async (question: Partial<FlowQuestionInput>) =>
      (
        await sites.ask(flowQuestionSchema.parse({ startMs: 600_000, endMs: 780_000, by: ['client'], ...question }))
      ).rows.map(({ keys: told }) => told.map(({ label, detail }) => [label, detail]));
    expect(await labels({})).toEqual([[['192.168.1.10', 'nas or till']]]);
    expect(await labels({ exporter: 'shop' })).toEqual([[['till', '192.168.1.10']]]);
    expect(await labels({ by: ['exporter', 'client'] })).toEqual([
      [
        ['Core router', CORE],
        ['nas', '192.168.1.10'],
      ],
      [
        ['Shop', '10.0.0.2'],
        ['till', '192.168.1.10'],
      ],
    ]);
  });

  it.each([
    [
      'service',
      [
        ['https', 'tcp/443', 'service = tcp/https'],
        ['dns', 'udp/53', 'service = udp/dns'],
        ['echo-request', 'icmp', 'service = icmp/echo-request'],
      ],
    ],
    [
      'in_interface',
      [
        ['ether1-wan', 'Core router', 'exporter = 10.0.0.1 and in_interface = 1'],
        ['interface 2', 'Core router', 'exporter = 10.0.0.1 and in_interface = 2'],
      ],
    ],
    ['exporter', [['Core router', '10.0.0.1', 'exporter = 10.0.0.1']]],
    [
      'subscriber',
      [
        ['no customer', '', 'subscriber = ""'],
        ['anna', 'gold', 'subscriber = anna'],
        ['Ben', '', 'subscriber = Ben'],
      ],
    ],
    [
      'tier',
      [
        ['no tier', '', 'tier = ""'],
        ['gold', '', 'tier = gold'],
      ],
    ],
    [
      'dscp',
      [
        ['CS0', '0', 'dscp = CS0'],
        ['EF', '46', 'dscp = EF'],
      ],
    ],
    [
      'vlan',
      [
        ['untagged', '', 'vlan = 0'],
        ['20', '', 'vlan = 20'],
      ],
    ],
    [
      'protocol',
      [
        ['tcp', '6', 'proto = tcp'],
        ['udp', '17', 'proto = udp'],
        ['icmp', '1', 'proto = icmp'],
      ],
    ],
  ] as const)('says by %s what a person reads', async (by, expected) => {
    expect((await keys({ by: [by] })).flat()).toEqual(expected);
  });

  it.each([
    ['subscriber'],
    ['tier'],
    ['service'],
    ['interface'],
    ['conversation'],
    ['vlan'],
    ['dscp'],
    ['host'],
  ] as const)('by %s has filters that select each row alone', async (by) => {
    const answer = await ask({ by: [by] });
    for (const { keys: own, bytes } of answer.rows) {
      const alone = await ask({ by: [by], filter: own[0]?.filter ?? '' });
      const again = alone.rows.find(({ keys: [key] }) => key?.value === own[0]?.value);
      expect(again?.bytes).toBe(bytes);
    }
  });

  it('has rates of whole steps, bytes a second', async () => {
    const answer = await ask({ by: ['service'], stepMs: 60_000, series: true });
    expect(answer.rows[0]).toMatchObject({
      bytes: 6_600,
      in: { bytes: 6_000 },
      out: { bytes: 600 },
      seriesIn: [100, 0, 0],
      seriesOut: [10, 0, 0],
      rates: { avg: 36.667, max: 110, last: 0, p95: 110 },
      ratesOut: { avg: 3.333, max: 10, last: 0, p95: 10 },
    });
    expect(answer).toMatchObject({ firstStepMs: 600_000, stepMs: 60_000, startMs: 600_000, endMs: 780_000, groups: 3 });
    expect(answer.total).toMatchObject({ bytes: 6_780, seriesOut: [10, 2, 1] });
  });

  it('cuts the first step where the time begins within it', async () => {
    const answer = await ask({ by: ['service'], stepMs: 120_000, startMs: 660_000, series: true });
    expect(answer.firstStepMs).toBe(600_000);
    // 120 bytes in the one minute of the first step that was asked for, 60 in the next.
    expect(answer.total.seriesOut).toEqual([2, 1]);
  });

  it('finds interfaces by name and comment, exporters by name, customers by name, whatever their case', async () => {
    expect(await bytesWith('in_interface = ETHER1-WAN')).toBe(6_000);
    expect(await bytesWith('interface = "fibre uplink" and direction = out')).toBe(780);
    expect(await bytesWith('exporter = "core ROUTER"')).toBe(6_780);
    expect(await bytesWith('subscriber = ANNA')).toBe(120);
    expect(await bytesWith('tier = ""')).toBe(6_660);
    expect(await bytesWith('tier != gold')).toBe(6_660);
  });

  it('says that nobody knows a name, and then takes nothing', async () => {
    const answer = await ask({ filter: 'subscriber = carl or interface = lan' });
    expect(answer.notes).toEqual(['No customer is called "carl".', 'No interface is called "lan".']);
    expect(answer.total.bytes).toBe(0);
  });

  it('says since when anything is stored', async () => {
    expect((await ask({ startMs: 0 })).notes).toEqual(['Conversations are stored since 1970-01-01T00:10Z only.']);
    const nothing = questions(memoryStore([], []));
    const answer = await nothing.ask(flowQuestionSchema.parse({ startMs: 0, endMs: 60_000, by: ['host'] }));
    expect(answer.notes).toEqual(['No conversations are stored yet.']);
  });

  it('refuses what cannot be answered, with a code', async () => {
    await expect(ask({ endMs: 600_000 })).rejects.toMatchObject({ code: 'LW_FLOWS_QUESTION' });
    await expect(ask({ stepMs: 1_000, startMs: 0, endMs: 86_400_000 })).rejects.toMatchObject({
      code: 'LW_FLOWS_QUESTION',
    });
    await expect(ask({ filter: 'src = x' })).rejects.toMatchObject({ code: 'LW_FLOWS_FILTER', start: 6, end: 7 });
    await expect(ask({ exporter: 'nobody' })).rejects.toMatchObject({ code: 'LW_FLOWS_EXPORTER' });
    await expect(ask({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'LW_FLOWS_TIMEOUT' });
  });

  it('takes an exporter by address, id or name', async () => {
    for (const exporter of [CORE, 'core', 'Core Router']) expect((await ask({ exporter })).total.bytes).toBe(6_780);
    expect((await ask({ exporter: '10.9.9.9' })).total.bytes).toBe(0);
  });

  it('draws hosts, services and peers', async () => {
    const { nodes, links } = await questions(stored).sankey({
      startMs: 600_000,
      endMs: 780_000,
      filter: '',
      measure: 'bytes',
      limit: 1,
    });
    expect(nodes.map(({ id, column, key, bytes }) => [id, column, key?.label ?? null, bytes])).toEqual([
      ['0 192.168.1.10', 0, 'nas', 6_600],
      ['0 other', 0, null, 180],
      ['1 tcp/443', 1, 'https', 6_600],
      ['1 other', 1, null, 180],
      ['2 1.1.1.1', 2, '1.1.1.1', 6_780],
    ]);
    expect(links.map(({ source, target, bytes }) => [source, target, bytes])).toEqual([
      ['0 192.168.1.10', '1 tcp/443', 6_600],
      ['0 other', '1 other', 180],
      ['1 tcp/443', '2 1.1.1.1', 6_600],
      ['1 other', '2 1.1.1.1', 180],
    ]);
  });
});

describe('help with a filter', () => {
  const asked = questions(stored);
  const offered = (filter: string) => asked.complete({ filter, offset: filter.length });

  it('checks it, with its canonical text, what it names in vain, and the place of a fault', () => {
    expect(asked.check('SERVICE 443 && subscriber carl')).toEqual({
      ok: true,
      canonical: 'service = https and subscriber = carl',
      notes: ['No customer is called "carl".'],
    });
    expect(asked.check('service = htps')).toMatchObject({ ok: false, start: 10, end: 14 });
    expect(asked.check('')).toEqual({ ok: true, canonical: '', notes: [] });
  });

  it.each([
    ['', ['src', 'dst', 'host']],
    ['se', ['server', 'service']],
    ['service ', ['=', '!=', 'in']],
    ['service = ht', ['http', 'https', 'http-alt']],
    ['service in (https, dn', ['dns', 'dns-tls']],
    ['service = https ', ['and', 'or']],
    ['service = https a', ['and']],
    ['service = https and ', ['src', 'dst', 'host']],
    ['bytes ', ['>', '<', '>=']],
    ['exporter = co', ['Core router']],
    ['interface = ', ['ether1-wan']],
    ['subscriber = "an', ['anna']],
    ['tier = ', ['gold']],
    ['direction = ', ['in', 'out']],
  ])('offers after %s what may follow', (filter, expected) => {
    expect(
      offered(filter)
        .items.slice(0, 3)
        .map(({ label }) => label)
        .slice(0, expected.length),
    ).toEqual(expected);
  });

  it('replaces the word at the cursor, and puts what needs it in quotes', () => {
    expect(offered('exporter = co')).toMatchObject({ start: 11, end: 13, items: [{ text: '"Core router"' }] });
    expect(offered('subscriber = "an')).toMatchObject({ start: 13, end: 16, items: [{ text: 'anna' }] });
    expect(asked.complete({ filter: 'src = 10.0.0.1', offset: 0 }).start).toBe(0);
  });
});

const seconds = (...at: [number, number][]) => {
  const all = new Float64Array(60);
  for (const [second, bytes] of at) all[second] = bytes;
  return all;
};
const words = (last: number): number[] => [0, 0, 0xffff, last];

describe('the last minute', () => {
  const NAS = words(0xc0a8_010a);
  const DNS = words(0x0101_0101);
  const conversation = {
    exporter: CORE,
    protocol: 6,
    service: 443,
    inInterface: 1,
    outInterface: 2,
    packets: 3,
    flows: 1,
  };
  const minute: LiveMinute = {
    startMs: 720_000,
    top: [
      { ...conversation, client: NAS, server: DNS, toClient: true, bytes: 900, seconds: seconds([0, 400], [59, 500]) },
      { ...conversation, client: NAS, server: DNS, toClient: false, bytes: 50, seconds: seconds([59, 50]) },
    ],
  };

  it('is told second by second, both directions joined', async () => {
    const live = questions(stored, {}, [minute]).live({
      filter: 'service = https',
      by: ['local', 'service'],
      limit: 5,
    });
    const { value } = await live.next();
    await live.return(undefined);
    expect(value).toMatchObject({ atMs: 780_000, problem: null });
    expect(value?.rows.map((one: { keys: { label: string }[] }) => one.keys.map(({ label }) => label))).toEqual([
      ['nas', 'https'],
    ]);
    expect(value?.rows[0]).toMatchObject({ bytes: 950, in: { bytes: 900, packets: 3 }, out: { bytes: 50 } });
    expect(value?.totalIn).toEqual([...seconds([0, 400], [59, 500])]);
    expect(value?.rows[0]?.seriesOut[59]).toBe(50);
  });

  it('numbers customers anew every five seconds only', async () => {
    let nowMs = 780_000;
    let asked = 0;
    const service = questions(
      stored,
      {
        now: () => nowMs,
        customers: {
          customers() {
            asked++;
            return [];
          },
          heldAddresses: () => [],
        },
      },
      [minute],
    );
    const look = async (): Promise<number> => {
      const live = service.live({ filter: '', by: ['subscriber'], limit: 5 });
      await live.next();
      await live.return(undefined);
      return asked;
    };
    expect(await look()).toBe(1);
    nowMs += 4_999;
    expect(await look()).toBe(1);
    nowMs += 1;
    expect(await look()).toBe(2);
  });

  it('tells a wrong filter at once, and ends when the page goes', async () => {
    const service = questions(stored);
    await expect(service.live({ filter: 'src =', by: ['host'], limit: 5 }).next()).rejects.toMatchObject({
      code: 'LW_FLOWS_FILTER',
    });
    const page = new AbortController();
    const next = service.live({ filter: '', by: ['host'], limit: 5 }, page.signal).next();
    page.abort();
    expect(await next).toMatchObject({ done: true });
  });
});
