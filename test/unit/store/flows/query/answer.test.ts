import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerPlan } from '../../../../../electron/engine/store/flows/query/index.ts';
import type {
  FlowPlan,
  FlowPredicate,
  PlanKey,
  RawAnswer,
  RawKey,
} from '../../../../../electron/engine/store/flows/query/index.ts';
import { addressText, insideNets, netOf } from '../../../../../electron/engine/flows/filter/index.ts';
import { type Row, memoryStore } from './memory-store.ts';

const row = (over: Partial<Row>): Row => ({
  bucketS: 600,
  exporter: '10.0.0.1',
  client: '192.168.1.10',
  server: '1.1.1.1',
  inInterface: 1,
  outInterface: 2,
  protocol: 6,
  service: 443,
  toClient: 0,
  dscp: 0,
  vlan: 0,
  bytes: 100,
  packets: 1,
  flows: 1,
  ...over,
});

const plan = (over: Partial<FlowPlan>): FlowPlan => ({
  startS: 600,
  endS: 1_200,
  by: ['host'],
  measure: 'bytes',
  predicate: undefined,
  exporters: undefined,
  limit: 10,
  stepS: undefined,
  withSeries: true,
  withPrevious: false,
  inside: insideNets(),
  owned: undefined,
  sankey: undefined,
  ...over,
});

const minutes = (rows: readonly Row[], fromS = 0, untilS = 1_200) =>
  memoryStore([{ tier: '1m', kind: 'conversations', rows }], [{ tier: '1m', fromS, untilS }]);

const text = (key: RawKey): string => {
  switch (key.kind) {
    case 'address':
      return addressText(key.words);
    case 'conversation':
      return `${addressText(key.client)}>${addressText(key.server)}:${key.protocol}/${key.service}`;
    case 'service':
      return `${key.protocol}/${key.service}`;
    case 'interface':
      return `${key.exporter}#${key.index}`;
    case 'exporter':
      return key.exporter;
    case 'number':
      return String(key.value);
    case 'owner':
    case 'tier':
      return `${key.kind} ${key.number}`;
  }
};
/** Key to [bytes in, bytes out]. */
const bytesOf = (answer: RawAnswer): Record<string, [number, number]> =>
  Object.fromEntries(answer.rows.map(({ keys, sums }) => [keys.map(text).join(' '), [sums[0] ?? 0, sums[1] ?? 0]]));

const DOWNLOAD = [
  row({ bytes: 50, packets: 2 }),
  row({ toClient: 1, bytes: 5_000, packets: 7, inInterface: 2, outInterface: 1 }),
  row({ bucketS: 660, toClient: 1, bytes: 1_000, packets: 3, inInterface: 2, outInterface: 1 }),
];

describe('top of conversations', () => {
  it('joins both directions of a host: in is to it, out is from it, and the other end sees the reverse', () => {
    expect(bytesOf(answerPlan(minutes(DOWNLOAD), plan({})))).toEqual({
      '192.168.1.10': [6_000, 50],
      '1.1.1.1': [50, 6_000],
    });
  });

  it('tells senders and receivers apart, with the direction of the network', () => {
    expect(bytesOf(answerPlan(minutes(DOWNLOAD), plan({ by: ['src'] })))).toEqual({
      '1.1.1.1': [6_000, 0],
      '192.168.1.10': [0, 50],
    });
    expect(bytesOf(answerPlan(minutes(DOWNLOAD), plan({ by: ['dst'] })))).toEqual({
      '192.168.1.10': [6_000, 0],
      '1.1.1.1': [0, 50],
    });
  });

  it('knows the end inside even where it is the server', () => {
    const rows = [row({ client: '8.8.8.8', server: '10.0.0.80', toClient: 1, bytes: 700 })];
    expect(bytesOf(answerPlan(minutes(rows), plan({ by: ['local', 'peer'] })))).toEqual({
      '10.0.0.80 8.8.8.8': [0, 700],
    });
  });

  it('counts an interface once for what comes in by it and once for what goes out', () => {
    expect(bytesOf(answerPlan(minutes(DOWNLOAD), plan({ by: ['interface'] })))).toEqual({
      '10.0.0.1#2': [6_000, 50],
      '10.0.0.1#1': [50, 6_000],
    });
    expect(bytesOf(answerPlan(minutes(DOWNLOAD), plan({ by: ['out_interface'] })))).toEqual({
      '10.0.0.1#1': [0, 6_000],
      '10.0.0.1#2': [0, 50],
    });
  });

  it('gives the total once, the rest as other, and each step of all of them', () => {
    const rows = [...DOWNLOAD, row({ client: '192.168.1.11', bytes: 7 }), row({ client: '192.168.1.12', bytes: 3 })];
    const answer = answerPlan(minutes(rows), plan({ by: ['client'], limit: 1, endS: 720, stepS: 60 }));
    expect(answer.rows.map(({ keys }) => keys.map(text))).toEqual([['192.168.1.10']]);
    expect([...(answer.rows[0]?.stepsIn ?? [])]).toEqual([5_000, 1_000]);
    expect([...(answer.rows[0]?.stepsOut ?? [])]).toEqual([50, 0]);
    expect([...answer.total.sums]).toEqual([6_000, 60, 10, 4, 2, 3]);
    expect([...(answer.total.stepsOut ?? [])]).toEqual([60, 0]);
    expect([...(answer.other?.sums ?? [])]).toEqual([0, 10, 0, 2, 0, 2]);
    expect([...(answer.other?.stepsOut ?? [])]).toEqual([10, 0]);
    expect(answer.groups).toBe(3);
    expect(answer.isExact).toBe(true);
  });

  it('compares with as long a time before, and says so where that is not stored', () => {
    const rows = [row({ bucketS: 600, bytes: 40 }), row({ bucketS: 660, bytes: 90 })];
    const asked = plan({ by: ['client'], startS: 660, endS: 720, withPrevious: true });
    const answer = answerPlan(minutes(rows, 0, 720), asked);
    expect(answer.rows[0]?.previous?.[1]).toBe(40);
    expect(answer.total.previous?.[1]).toBe(40);
    const without = answerPlan(minutes(rows, 660, 720), asked);
    expect(without.rows[0]?.previous).toBeUndefined();
    expect(without.notes).toEqual(['The same time before is not stored.']);
  });

  it('attributes an address to the customer who had it then', () => {
    const client = '100.64.0.9';
    const rows = [row({ client, bucketS: 600, bytes: 1 }), row({ client, bucketS: 660, bytes: 10 }), row({ bytes: 5 })];
    const words = Uint32Array.from([...(netOf(client)?.words ?? []), ...(netOf(client)?.words ?? [])]);
    const owned = {
      words,
      owner: Uint32Array.of(0, 1),
      fromS: Float64Array.of(0, 660),
      untilS: Float64Array.of(660, Number.POSITIVE_INFINITY),
      tierOf: Uint32Array.of(0, 0xffff_ffff),
    };
    expect(bytesOf(answerPlan(minutes(rows), plan({ by: ['subscriber'], owned })))).toEqual({
      'owner 1': [0, 10],
      'owner -1': [0, 5],
      'owner 0': [0, 1],
    });
    const second: FlowPredicate = { type: 'owner', owners: [1] };
    expect(bytesOf(answerPlan(minutes(rows), plan({ by: ['tier'], owned, predicate: second })))).toEqual({
      'tier -1': [0, 10],
    });
  });

  it('stops when it is told to', () => {
    const answer = answerPlan(minutes(DOWNLOAD), plan({}), () => true);
    expect(answer.isStopped).toBe(true);
    expect(answer.blocksRead).toBe(0);
  });

  it('answers of nothing where nothing is stored', () => {
    const answer = answerPlan(memoryStore([], []), plan({}));
    expect(answer).toMatchObject({ rows: [], groups: 0, storedFromS: undefined, blocksRead: 0 });
  });
});

describe('bounded memory', () => {
  const many = Array.from({ length: 3_000 }, (_, i) =>
    row({
      client: `10.1.${i >> 8}.${i & 255}`,
      bucketS: 600 + 60 * (i % 10),
      bytes: i < 5 ? 1_000_000 + i : 1 + (i % 7),
    }),
  );

  it('lets small groups go, keeps the largest to the byte, and says that there are more', () => {
    const answer = answerPlan(minutes(many), plan({ by: ['client'], limit: 5 }), undefined, { maxGroups: 500 });
    expect(answer.isCapped).toBe(true);
    expect(answer.notes).toEqual(['There are very many groups: small ones went into "other" while they were counted.']);
    expect(answer.isExact).toBe(false);
    expect(answer.rows.map(({ sums }) => sums[1])).toEqual([1_000_004, 1_000_003, 1_000_002, 1_000_001, 1_000_000]);
    expect(answer.total.sums[1]).toBe(many.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it('reads again for the series where the log ran over', () => {
    const asked = plan({ by: ['client'], limit: 20, stepS: 60 });
    const logged = answerPlan(minutes(many), asked);
    const again = answerPlan(minutes(many), asked, undefined, { maxLogged: 100 });
    expect(again.rows).toEqual(logged.rows);
    expect(again.blocksRead).toBe(20);
  });
});

describe('coarser tiers', () => {
  const DAY = 86_400;
  const top = row({ bucketS: 0, bytes: 900 });
  const rest: Row = {
    ...row({ client: '', server: '', bytes: 100 }),
    bucketS: 0,
    protocol: 0,
    service: 0,
    inInterface: 0,
    outInterface: 0,
  };
  const sums = { client: '', server: '', dscp: 0, vlan: 0, bucketS: 0 };
  const stored = memoryStore(
    [
      { tier: '1d', kind: 'conversations', rows: [top] },
      { tier: '1d', kind: 'other', rows: [rest] },
      { tier: '1d', kind: 'byService', rows: [row({ ...sums, bytes: 930 }), row({ ...sums, service: 80, bytes: 70 })] },
      { tier: '1d', kind: 'byInterface', rows: [row({ ...sums, service: 0, bytes: 1_000 })] },
      {
        tier: '1d',
        kind: 'byHost',
        rows: [
          row({ ...sums, client: '192.168.1.10', bytes: 960 }),
          row({ ...sums, client: '192.168.1.11', bytes: 40 }),
          row({ ...sums, server: '1.1.1.1', bytes: 1_000 }),
        ],
      },
    ],
    [{ tier: '1d', fromS: 0, untilS: 90 * DAY }],
  );
  const ask = (by: PlanKey[], predicate?: FlowPredicate): RawAnswer =>
    answerPlan(stored, plan({ startS: 0, endS: 90 * DAY, by, predicate }));

  it.each([
    ['service', { '6/443': [0, 930], '6/80': [0, 70] }],
    ['out_interface', { '10.0.0.1#2': [0, 1_000] }],
    ['client', { '192.168.1.10': [0, 960], '192.168.1.11': [0, 40] }],
    ['host', { '1.1.1.1': [1_000, 0], '192.168.1.10': [0, 960], '192.168.1.11': [0, 40] }],
  ] as const)('answers by %s to the byte from sums', (key, expected) => {
    const answer = ask([key]);
    expect(bytesOf(answer)).toEqual(expected);
    expect(answer.isExact).toBe(true);
    expect(answer.total.sums[1]).toBe(key === 'client' || key === 'host' ? 1_000 : 1_000);
    expect(answer.resolutionS).toBe(DAY);
  });

  it('says where only the largest conversations are known', () => {
    const answer = ask(['conversation']);
    expect(bytesOf(answer)).toEqual({ '192.168.1.10>1.1.1.1:6/443': [0, 900] });
    expect(answer.isExact).toBe(false);
    expect(answer.other?.sums[1]).toBe(100);
    expect(answer.total.sums[1]).toBe(1_000);
    expect(answer.notes).toEqual([
      'Of a day only the 1,000 largest conversations of each router are known one by one; the rest is in "other".',
    ]);
  });

  it('leaves out of a filtered answer what the filter cannot see, and says so', () => {
    const net = netOf('192.168.1.0/24');
    const answer = ask(['host'], { type: 'address', role: 'local', nets: net === undefined ? [] : [net] });
    expect(answer.total.sums[1]).toBe(900);
    expect(answer.isExact).toBe(false);
    expect(answer.notes[0]).toContain('the filter does not see the rest');
  });
});

const isInside = (end: string): boolean => /^(10|192\.168)\.|^fd/.test(end);
/** Of two ends on one side the client is the local one. */
const isClientLocal = ({ client, server }: Row): boolean => isInside(client) || !isInside(server);
const addTo = (sums: number[], { bytes, packets, flows }: Row, isIn: boolean): number[] =>
  [bytes, packets, flows].flatMap((value, part) => [
    (sums[part * 2] ?? 0) + (isIn ? value : 0),
    (sums[part * 2 + 1] ?? 0) + (isIn ? 0 : value),
  ]);
const NOTHING = [0, 0, 0, 0, 0, 0];

/** Worked out the plain way: a map of texts to bytes in, bytes out, packets in, and so on. */
function plainly(rows: readonly Row[], by: PlanKey, keeps: (one: Row) => boolean): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const one of rows.filter(keeps)) {
    const { client, server } = one;
    const isDown = one.toClient === 1;
    const isClientIn = isClientLocal(one);
    const isIn = isClientIn === isDown;
    const keys = (
      {
        src: [[isDown ? server : client, isIn]],
        dst: [[isDown ? client : server, isIn]],
        host: [
          [client, isDown],
          [server, !isDown],
        ],
        client: [[client, isDown]],
        server: [[server, isIn]],
        local: [[isClientIn ? client : server, isIn]],
        peer: [[isClientIn ? server : client, isIn]],
        service: [[`${one.protocol}/${one.service}`, isIn]],
        protocol: [[String(one.protocol), isIn]],
        in_interface: [[`${one.exporter}#${one.inInterface}`, true]],
        out_interface: [[`${one.exporter}#${one.outInterface}`, false]],
        interface: [
          [`${one.exporter}#${one.inInterface}`, true],
          [`${one.exporter}#${one.outInterface}`, false],
        ],
        exporter: [[one.exporter, isIn]],
        vlan: [[String(one.vlan), isIn]],
        dscp: [[String(one.dscp), isIn]],
        conversation: [[`${client}>${server}:${one.protocol}/${one.service}`, isIn]],
      } as Partial<Record<PlanKey, [string, boolean][]>>
    )[by];
    for (const [key, direction] of keys ?? []) sums.set(key, addTo(sums.get(key) ?? NOTHING, one, direction));
  }
  return sums;
}

const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.1.0.3', '192.168.7.7', '9.9.9.9', '2001:db8::1', 'fd00::5');
const anyRow: fc.Arbitrary<Row> = fc.record({
  bucketS: fc.integer({ min: 10, max: 14 }).map((minute) => minute * 60),
  exporter: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  client: address,
  server: address,
  inInterface: fc.integer({ min: 0, max: 3 }),
  outInterface: fc.integer({ min: 0, max: 3 }),
  protocol: fc.constantFrom(1, 6, 17, 47),
  service: fc.constantFrom(0, 53, 443, 2_048),
  toClient: fc.constantFrom(0, 1),
  dscp: fc.constantFrom(0, 46),
  vlan: fc.integer({ min: 0, max: 2 }),
  bytes: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  packets: fc.integer({ min: 1, max: 1_000 }),
  flows: fc.integer({ min: 0, max: 10 }),
});

type Kept = { readonly predicate: FlowPredicate; readonly keeps: (one: Row) => boolean };
const net = netOf('10.0.0.0/15');
const condition: fc.Arbitrary<Kept> = fc.constantFrom<Kept>(
  { predicate: { type: 'protocol', numbers: [6] }, keeps: ({ protocol }) => protocol === 6 },
  {
    predicate: { type: 'service', spans: [{ from: 0, to: 100, protocol: undefined }] },
    keeps: ({ protocol, service }) => (protocol === 6 || protocol === 17) && service <= 100,
  },
  {
    predicate: { type: 'address', role: 'src', nets: net === undefined ? [] : [net] },
    keeps: ({ client, server, toClient }) => /^10\.[01]\./.test(toClient === 1 ? server : client),
  },
  {
    predicate: { type: 'address', role: 'host', nets: net === undefined ? [] : [net] },
    keeps: ({ client, server }) => /^10\.[01]\./.test(client) || /^10\.[01]\./.test(server),
  },
  {
    predicate: { type: 'interface', role: 'interface', interfaces: [{ exporter: '10.0.0.2', index: 1 }] },
    keeps: (one) => one.exporter === '10.0.0.2' && (one.inInterface === 1 || one.outInterface === 1),
  },
  {
    predicate: { type: 'count', column: 'bytes', comparison: '>=', value: 500_000_000_000 },
    keeps: ({ bytes }) => bytes >= 500_000_000_000,
  },
);
const kept: fc.Arbitrary<Kept> = fc.letrec<{ tree: Kept }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    condition,
    tie('tree').map(({ predicate, keeps }): Kept => ({
      predicate: { type: 'not', term: predicate },
      keeps: (one) => !keeps(one),
    })),
    fc.tuple(tie('tree'), tie('tree'), fc.boolean()).map(([a, b, isAll]): Kept => ({
      predicate: { type: isAll ? 'all' : 'any', terms: [a.predicate, b.predicate] },
      keeps: (one) => (isAll ? a.keeps(one) && b.keeps(one) : a.keeps(one) || b.keeps(one)),
    })),
  ),
})).tree;

describe('against a plain map', () => {
  const keys = [
    'src',
    'dst',
    'host',
    'client',
    'server',
    'local',
    'peer',
    'service',
    'protocol',
    'in_interface',
    'out_interface',
    'interface',
    'exporter',
    'vlan',
    'dscp',
    'conversation',
  ] as const;

  it('gives the same sums for any rows, key and condition', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 60 }),
        fc.constantFrom(...keys),
        fc.option(kept, { nil: undefined }),
        fc.constantFrom('bytes', 'packets', 'flows'),
        (rows, by, asked, measure) => {
          const { predicate, keeps } = asked ?? { predicate: undefined, keeps: () => true };
          const answer = answerPlan(minutes(rows), plan({ by: [by], predicate, measure, limit: 1_000, stepS: 60 }));
          const sums = Object.fromEntries(
            answer.rows.map(({ keys: own, sums: all }) => [own.map(text).join(), [...all]]),
          );
          expect(sums).toEqual(Object.fromEntries(plainly(rows, by, keeps)));
          expect([...answer.total.sums]).toEqual(
            rows
              .filter(keeps)
              .reduce((all, one) => addTo(all, one, isClientLocal(one) === (one.toClient === 1)), NOTHING),
          );
          const at = { bytes: 0, packets: 2, flows: 4 }[measure];
          for (const { sums: own, stepsIn, stepsOut } of [...answer.rows, answer.total]) {
            expect(stepsIn.reduce((sum, value) => sum + value, 0)).toBe(own[at]);
            expect(stepsOut.reduce((sum, value) => sum + value, 0)).toBe(own[at + 1]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives each step what its rows have', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), fc.constantFrom(...keys), (rows, by) => {
        const whole = answerPlan(minutes(rows), plan({ by: [by], limit: 1_000, stepS: 60 }));
        for (let minuteS = 600; minuteS < 900; minuteS += 60) {
          const alone = plainly(rows, by, ({ bucketS }) => bucketS === minuteS);
          const step = (minuteS - whole.firstStepS) / 60;
          for (const { keys: own, stepsIn, stepsOut } of whole.rows) {
            const [bytesIn = 0, bytesOut = 0] = alone.get(own.map(text).join()) ?? [];
            expect([stepsIn[step], stepsOut[step]]).toEqual([bytesIn, bytesOut]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('host, service and peer', () => {
  const rows = [
    row({ toClient: 1, bytes: 600 }),
    row({ client: '192.168.1.11', toClient: 1, bytes: 300 }),
    row({ client: '192.168.1.12', server: '9.9.9.9', service: 53, protocol: 17, bytes: 40 }),
  ];

  it('shows the largest of each column and the rest as one node, with all that goes between', () => {
    const { sankey } = answerPlan(minutes(rows), plan({ by: ['local', 'service', 'peer'], sankey: 1 }));
    const nodes = sankey?.columns.map((column) =>
      column.map(({ key, sums }) => [key === undefined ? 'rest' : text(key), (sums[0] ?? 0) + (sums[1] ?? 0)]),
    );
    expect(nodes).toEqual([
      [
        ['192.168.1.10', 600],
        ['rest', 340],
      ],
      [
        ['6/443', 900],
        ['rest', 40],
      ],
      [
        ['1.1.1.1', 900],
        ['rest', 40],
      ],
    ]);
    expect(
      sankey?.links.map((links) => links.map(({ from, to, sums }) => [from, to, (sums[0] ?? 0) + (sums[1] ?? 0)])),
    ).toEqual([
      [
        [0, 0, 600],
        [1, 0, 300],
        [1, 1, 40],
      ],
      [
        [0, 0, 900],
        [1, 1, 40],
      ],
    ]);
  });
});
