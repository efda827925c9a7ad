// The last minute, answered each second by the same grouping as stored conversations: a second stands for a minute there.
import type { FlowLive, FlowLiveQuery } from '../../../shared/contract/index.ts';
import { type FlowBlock, type FlowScanner, answerPlan } from '../store/flows/index.ts';
import { bothWays } from './answers.ts';
import { labelKeys } from './labels.ts';
import type { FlowSurroundings } from './surroundings.ts';
import type { Planned } from './service.ts';

const SECONDS = 60;
/** A flow receiver that is silent for so long is told of. */
const SILENT_MS = 5_000;

export type LiveConversation = {
  readonly client: readonly number[];
  readonly server: readonly number[];
  readonly toClient: boolean;
  readonly exporter: string;
  readonly protocol: number;
  readonly service: number;
  readonly inInterface: number;
  readonly outInterface: number;
  readonly bytes: number;
  readonly packets: number;
  readonly flows: number;
  readonly seconds: Float64Array;
};

export type LiveMinute = { readonly startMs: number; readonly top: readonly LiveConversation[] };

export type LiveSource = {
  /** Each second while it is watched; returns what ends it. */
  readonly watch: (listener: (minute: LiveMinute) => void) => () => void;
  /** Why nothing can come. */
  readonly problem: () => string | null;
};

type Ask = (asked: ReturnType<typeof asLive>) => Planned;

export async function* liveAnswers(
  around: FlowSurroundings & { readonly live: LiveSource },
  query: FlowLiveQuery,
  planOf: Ask,
  signal: AbortSignal | undefined,
): AsyncGenerator<FlowLive> {
  let latest: LiveMinute | undefined;
  let wake: (() => void) | undefined;
  const end = around.live.watch((minute) => {
    latest = minute;
    wake?.();
  });
  const gone = (): boolean => signal?.aborted === true;
  const onGone = (): void => wake?.();
  signal?.addEventListener('abort', onGone);
  try {
    // A filter that is wrong is told at once.
    planOf(asLive(query, around.now()));
    while (!gone()) {
      if (latest === undefined) {
        const told = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(false), SILENT_MS);
          wake = () => {
            clearTimeout(timer);
            resolve(true);
          };
        });
        if (!told) yield silent(around.live.problem(), around.now());
        continue;
      }
      const minute: LiveMinute = latest;
      latest = undefined;
      yield answered(planOf(asLive(query, around.now())), query, minute, around.live.problem());
    }
  } finally {
    signal?.removeEventListener('abort', onGone);
    end();
  }
}

const asLive = ({ filter, exporter, by, limit }: FlowLiveQuery, nowMs: number) => ({
  startMs: nowMs - SECONDS * 1_000,
  endMs: nowMs,
  filter,
  ...(exporter !== undefined && { exporter }),
  by,
  limit,
  measure: 'bytes' as const,
});

const silent = (problem: string | null, atMs: number): FlowLive => ({
  atMs,
  problem: problem ?? 'The flow receiver tells nothing.',
  totalIn: [],
  totalOut: [],
  rows: [],
});

function answered(
  { plan, label }: Planned,
  { by }: FlowLiveQuery,
  minute: LiveMinute,
  problem: string | null,
): FlowLive {
  const { owned } = plan;
  const nowS = minute.startMs / 1_000 + SECONDS;
  const held = owned === undefined ? undefined : asOf(owned, nowS);
  const raw = answerPlan(scannerOf(minute.top), {
    ...plan,
    startS: 0,
    endS: SECONDS * 60,
    stepS: 60,
    owned: held,
  });
  return {
    atMs: minute.startMs + SECONDS * 1_000,
    problem,
    totalIn: [...raw.total.stepsIn],
    totalOut: [...raw.total.stepsOut],
    rows: raw.rows.map(({ keys, sums, stepsIn, stepsOut }) => ({
      keys: labelKeys(label, by, keys),
      ...bothWays(sums),
      seriesIn: [...stepsIn],
      seriesOut: [...stepsOut],
    })),
  };
}

/** Addresses as they are held now, for all of the minute. */
function asOf(owned: NonNullable<Planned['plan']['owned']>, nowS: number): NonNullable<Planned['plan']['owned']> {
  return {
    ...owned,
    fromS: owned.fromS.map((fromS) => (fromS <= nowS ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)),
    untilS: owned.untilS.map((untilS) => (untilS >= nowS ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)),
  };
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 4; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

function scannerOf(conversations: readonly LiveConversation[]): FlowScanner {
  const blocks = [...Map.groupBy(conversations, ({ exporter }) => exporter)].map(([exporter, own]) =>
    blockOf(exporter, own),
  );
  return {
    coverage: () => [{ tier: '1m', fromS: 0, untilS: SECONDS * 60 }],
    scan(wanted, onBlock) {
      const all = wanted.kinds.includes('conversations') ? blocks : [];
      const read = all.filter(({ exporter }) => wanted.exporters?.includes(exporter) !== false);
      for (const block of read) onBlock(block);
      return {
        blocks: read.length,
        rows: read.reduce((sum, { rows }) => sum + rows, 0),
        isStopped: false,
        missing: [],
      };
    },
  };
}

type Second = {
  readonly second: number;
  readonly bytes: number;
  readonly of: LiveConversation;
  readonly isLast: boolean;
};

function blockOf(exporter: string, conversations: readonly LiveConversation[]): FlowBlock {
  const rows: Second[] = conversations.flatMap((of) => {
    const told = [...of.seconds].flatMap((bytes, second) => (bytes > 0 ? [{ second, bytes, of, isLast: false }] : []));
    return told.map((one, index) => ({ ...one, isLast: index === told.length - 1 }));
  });
  rows.sort((a, b) => a.second - b.second);
  const addresses = new Map<string, readonly number[]>();
  for (const { client, server } of conversations) {
    addresses.set(client.join(), client);
    addresses.set(server.join(), server);
  }
  const ascending = [...addresses.values()].toSorted(compareWords);
  const places = new Map(ascending.map((words, place) => [words.join(), place]));
  const place = (words: readonly number[]): number => places.get(words.join()) ?? 0;
  const u32 = (value: (row: Second) => number): Uint32Array => Uint32Array.from(rows, value);
  // Packets and flows are known of the minute: they go with its last second.
  const f64 = (value: (row: Second) => number): Float64Array => Float64Array.from(rows, value);
  return {
    tier: '1m',
    kind: 'conversations',
    exporter,
    rows: rows.length,
    addresses: Uint32Array.from(ascending.flat()),
    bucketS: u32(({ second }) => second * 60),
    client: u32(({ of }) => place(of.client)),
    server: u32(({ of }) => place(of.server)),
    inInterface: u32(({ of }) => of.inInterface),
    outInterface: u32(({ of }) => of.outInterface),
    protocol: u32(({ of }) => of.protocol),
    service: u32(({ of }) => of.service),
    toClient: u32(({ of }) => Number(of.toClient)),
    dscp: u32(() => 0),
    vlan: u32(() => 0),
    bytes: f64(({ bytes }) => bytes),
    packets: f64(({ of, isLast }) => (isLast ? of.packets : 0)),
    flows: f64(({ of, isLast }) => (isLast ? of.flows : 0)),
  };
}
