// Queues: what each took and held back, and the limits of the customers behind the simple ones.
import { isIP } from 'node:net';
import type { SessionSeen } from '../../../../observations/index.ts';
import { routerosError, type Row } from '../../client/index.ts';
import type { Sample } from '../../samples.ts';
import { parseBitRate, parseNumber } from '../../values.ts';
import { type Collector, noSuchCommand } from '../collector.ts';
import { measure, type Measured, pairOf, said } from '../rows.ts';

const tree: readonly Measured[] = [
  ['mktxp_queue_tree_rates_total', 'rate', parseBitRate],
  ['mktxp_queue_tree_bytes_total', 'bytes', parseNumber],
  ['mktxp_queue_tree_queued_bytes_total', 'queued-bytes', parseNumber],
  ['mktxp_queue_tree_dropped_total', 'dropped', parseNumber],
];

/** Both sides of "up/down", seen from the customer; one name is spelled as MKTXP spells it. */
const simple = [
  ['rate', 'mktxp_queue_simple_rates_upload_total', 'mktxp_queue_simple_rates_download_total', parseBitRate],
  ['bytes', 'mktxp_queue_simple_bytes_upload_total', 'mktxp_queue_simple_bytes_download_total', parseNumber],
  [
    'queued-bytes',
    'mktxp_queue_simple_queued_bytes_upload_total',
    'mktxp_queue_simple_queued_bytes_downloadd_total',
    parseNumber,
  ],
  ['dropped', 'mktxp_queue_simple_dropped_upload_total', 'mktxp_queue_simple_dropped_download_total', parseNumber],
] as const;

/** A limit of 0 is none. */
const limit = (text: string | undefined): number | undefined => parseBitRate(text) || undefined;

const LIMITS = [
  'max-limit',
  'linewarden_routeros_queue_limit_upload_bps',
  'linewarden_routeros_queue_limit_download_bps',
  limit,
] as const;

const TREE_PROPLIST = ['name', ...tree.map(([, property]) => property)];
const SIMPLE_PROPLIST = ['name', 'target', 'max-limit', 'comment', 'disabled', ...simple.map(([property]) => property)];

/** Ten series a simple queue: more of them than this are told and left out. */
export const MAX_QUEUES = 2_000;

function simpleSamples(row: Row): Sample[] {
  const labels = { name: row.get('name') ?? '' };
  return [...simple, LIMITS].flatMap(([property, up, down, parse]): Sample[] => {
    const sides = pairOf(row.get(property), '/');
    if (sides === undefined) return [];
    const values = [parse(sides[0]), parse(sides[1])];
    return [up, down].flatMap((name, side): Sample[] => {
      const value = values[side];
      return value === undefined ? [] : [{ name, labels, value }];
    });
  });
}

/** The first address of a target such as "10.0.0.2/32,10.0.0.3/32", or the interface that it names. */
function targetOf(text: string | undefined): Pick<SessionSeen, 'address' | 'interface'> {
  const [first = ''] = (text ?? '').split(',');
  const [address = '', prefix] = first.split('/');
  if (isIP(address) === 0) return first === '' ? {} : { interface: first };
  const isHost = prefix === undefined || prefix === (address.includes(':') ? '128' : '32');
  return isHost ? { address } : {};
}

function sessionOf(row: Row): SessionSeen[] {
  const name = row.get('name');
  if (name === undefined || name === '') return [];
  const bytes = pairOf(row.get('bytes'), '/');
  const limits = pairOf(row.get('max-limit'), '/');
  return [
    {
      name,
      isUp: row.get('disabled') !== 'true',
      ...targetOf(row.get('target')),
      ...said<Omit<SessionSeen, 'name' | 'isUp'>>({
        comment: row.get('comment'),
        txBytes: parseNumber(bytes?.[0]),
        rxBytes: parseNumber(bytes?.[1]),
        txLimitBps: limit(limits?.[0]),
        rxLimitBps: limit(limits?.[1]),
      }),
    },
  ];
}

export const queueCollector: Collector = {
  name: 'queue',
  mktxpName: 'QueueTreeCollector',
  reads: 'its queue tree and simple queues: rates, bytes, what is queued and dropped',
  enabled: 'on',
  observesEveryMs: 60_000,
  async collect(session, { observe, warn }) {
    const queues = await session.print('/queue/simple', { proplist: SIMPLE_PROPLIST }).catch(noSuchCommand);
    observe({ kind: 'sessions', source: 'queue', rows: queues.flatMap(sessionOf) });
    const trees = await session.print('/queue/tree', { proplist: TREE_PROPLIST }).catch(noSuchCommand);
    for (const [kind, rows] of [
      ['simple queues', queues],
      ['queues in the tree', trees],
    ] as const) {
      if (rows.length <= MAX_QUEUES) continue;
      warn(
        routerosError(
          'LW_ROUTEROS_TOO_MANY_SERIES',
          `There are ${rows.length} ${kind}; only the first ${MAX_QUEUES} have series.`,
          'Switch queue off for this router to save the room; its subscribers are read all the same.',
        ),
      );
    }
    return [
      ...trees.slice(0, MAX_QUEUES).flatMap((row) => measure(row, { name: row.get('name') ?? '' }, tree)),
      ...queues.slice(0, MAX_QUEUES).flatMap(simpleSamples),
    ];
  },
};
