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

function blockOf(exporter: string, conversations: readonly LiveConversation[]): FlowBlock {
  const { addresses, places } = dictionaryOf(conversations);
  const last = Int8Array.from(conversations, ({ seconds }) => seconds.findLastIndex((bytes) => bytes > 0));
  // A row a second and conversation, by second. It is done each second for each page: plain loops take a tenth of the time.
  const most = conversations.length * SECONDS;
  const of = new Uint32Array(most);
  const second = new Uint32Array(most);
  const bytes = new Float64Array(most);
  let rows = 0;
  for (let at = 0; at < SECONDS; at++) {
    for (let i = 0; i < conversations.length; i++) {
      const own = conversations[i]?.seconds[at] ?? 0;
      if (own <= 0) continue;
      of[rows] = i;
      second[rows] = at;
      bytes[rows] = own;
      rows++;
    }
  }
  const column = (value: (conversation: LiveConversation, i: number) => number): Uint32Array => {
    const each = Uint32Array.from(conversations, value);
    const made = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) made[row] = each[of[row] ?? 0] ?? 0;
    return made;
  };
  // Packets and flows are known of the minute: they go with its last second.
  const atLast = (what: 'packets' | 'flows'): Float64Array => {
    const made = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const i = of[row] ?? 0;
      if (second[row] === last[i]) made[row] = conversations[i]?.[what] ?? 0;
    }
    return made;
  };
  return {
    tier: '1m',
    kind: 'conversations',
    exporter,
    rows,
    addresses,
    bucketS: second.subarray(0, rows).map((at) => at * 60),
    client: column((_, i) => places[2 * i] ?? 0),
    server: column((_, i) => places[2 * i + 1] ?? 0),
    inInterface: column(({ inInterface }) => inInterface),
    outInterface: column(({ outInterface }) => outInterface),
    protocol: column(({ protocol }) => protocol),
    service: column(({ service }) => service),
    toClient: column(({ toClient }) => Number(toClient)),
    dscp: new Uint32Array(rows),
    vlan: new Uint32Array(rows),
    bytes: bytes.subarray(0, rows),
    packets: atLast('packets'),
    flows: atLast('flows'),
  };
}

/** Addresses each once, ascending; the places of each conversation's client and server among them. */
function dictionaryOf(conversations: readonly LiveConversation[]): { addresses: Uint32Array; places: Uint32Array } {
  const ends = conversations.flatMap(({ client, server }) => [client, server]);
  const order = Array.from(ends.keys()).toSorted((a, b) => compareWords(ends[a] ?? [], ends[b] ?? []));
  const places = new Uint32Array(ends.length);
  const ascending: (readonly number[])[] = [];
  for (const at of order) {
    const words = ends[at] ?? [];
    const before = ascending.at(-1);
    if (before === undefined || compareWords(before, words) !== 0) ascending.push(words);
    places[at] = ascending.length - 1;
  }
  return { addresses: Uint32Array.from(ascending.flat()), places };
}
