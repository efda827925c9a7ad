// Traffic of the fake network: some conversations whose rates are functions of time, so that hours of it are there at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/server';
import type { FlowCompletion, FlowFilterCheck, FlowLive, FlowLiveQuery } from '../../../shared/contract/index.ts';
import { FLOW_KEYS } from '../../../shared/model/flow-question.ts';
import type {
  FlowAnswer,
  FlowBothWays,
  FlowKey,
  FlowKeyValue,
  FlowMeasure,
  FlowQuestion,
  FlowSankey,
  FlowSankeyQuestion,
} from '../../../shared/model/flow-question.ts';

type Talk = Readonly<Record<FlowKey, FlowKeyValue>> & {
  readonly down: number;
  readonly up: number;
  readonly seed: number;
};

const MINUTE = 60_000;
const PACKET_BYTES = 900;
const FLOW_BYTES = 60_000;
/** What is older is not stored. */
const STORED_MS = 40 * 86_400_000;

const HOSTS = [
  ['nas', '10.0.0.20'],
  ['billing', '10.0.0.22'],
  ['laptop-ana', '10.0.4.11'],
  ['laptop-ben', '10.0.4.12'],
  ['tv-lobby', '10.0.4.30'],
  ['till-1', '10.0.5.2'],
  ['voip-gateway', '10.0.0.23'],
  ['', '2001:db8:10::4a'],
] as const;
const SERVICES = [
  ['https', '6/443', 'tcp/443', 1],
  ['quic', '17/443', 'udp/443', 0.8],
  ['rsync', '6/873', 'tcp/873', 0.5],
  ['dns', '17/53', 'udp/53', 0.01],
  ['stun', '17/3478', 'udp/3478', 0.2],
  ['imaps', '6/993', 'tcp/993', 0.05],
  ['ssh', '6/22', 'tcp/22', 0.03],
  ['http', '6/80', 'tcp/80', 0.12],
  ['ntp', '17/123', 'udp/123', 0.002],
  ['esp', '50/0', 'esp', 0.09],
] as const;
const PEERS = [
  ['video-1.example', '198.51.100.10'],
  ['video-2.example', '198.51.100.11'],
  ['cloud-1.example', '203.0.113.20'],
  ['backup.example', '203.0.113.90'],
  ['calls.example', '203.0.113.60'],
  ['', '198.51.100.93'],
] as const;

const named = (
  kind: FlowKey,
  value: string,
  label: string,
  detail = '',
  deviceId: string | null = null,
): FlowKeyValue => ({
  kind,
  value,
  label: label === '' ? value : label,
  detail: label === '' ? '' : detail,
  deviceId,
  filter: `${kind} ${/^[\w./:-]+$/.test(value) ? value : JSON.stringify(value)}`,
});

const TALKS: readonly Talk[] = HOSTS.flatMap(([hostName, host], h) =>
  SERVICES.flatMap(([service, port, portWords, weight], s) =>
    (h + s) % 3 === 2
      ? []
      : PEERS.flatMap(([peerName, peer], p): Talk[] => {
          if ((h * 7 + s * 3 + p) % 4 !== 0) return [];
          const local = (kind: FlowKey): FlowKeyValue => named(kind, host, hostName, host);
          const remote = (kind: FlowKey): FlowKeyValue => named(kind, peer, peerName, peer);
          const isUpload = service === 'rsync';
          const mean = (9e6 * weight) / (1 + h / 2 + p / 3);
          const inside = { label: h % 2 === 0 ? 'bridge' : 'vlan10', value: h % 2 === 0 ? '6' : '7' };
          const tier = ['gold', 'silver', 'bronze', ''][h % 4] ?? '';
          return [
            {
              src: local('src'),
              dst: remote('dst'),
              host: local('host'),
              local: local('local'),
              peer: remote('peer'),
              client: local('client'),
              server: remote('server'),
              conversation: named('conversation', `${host}-${peer}`, `${hostName || host} – ${peerName || peer}`),
              protocol: named('protocol', port.split('/')[0] ?? '', portWords.split('/')[0] ?? ''),
              service: named('service', port, service, portWords),
              in_interface: named('in_interface', '1', 'ether1', 'core', 'router:core'),
              out_interface: named('out_interface', inside.value, inside.label, 'core', 'router:core'),
              interface: named('interface', inside.value, inside.label, 'core', 'router:core'),
              exporter: named('exporter', '10.0.0.1', 'core', '10.0.0.1', 'router:core'),
              subscriber: named('subscriber', hostName, hostName || 'no subscriber'),
              tier: named('tier', tier, tier || 'no tier'),
              vlan: named('vlan', String(h % 2 === 0 ? 0 : 10), h % 2 === 0 ? 'none' : '10'),
              dscp: named('dscp', s % 5 === 4 ? '46' : '0', s % 5 === 4 ? 'EF' : 'default'),
              down: isUpload ? mean / 30 : mean,
              up: isUpload ? mean : mean / 12,
              seed: h * 31 + s * 7 + p,
            },
          ];
        }),
  ),
);

/** Around 1, and quiet at night. */
const sway = (seed: number, atMs: number): number => {
  const slow = Math.sin(atMs / (13 * MINUTE) + seed) * 0.35 + Math.sin(atMs / (4.3 * MINUTE) + 3 * seed) * 0.25;
  const day = 0.75 + 0.5 * Math.sin((2 * Math.PI * (atMs / 3_600_000 - 14)) / 24);
  return Math.max(0.02, (1 + slow) * day);
};

const PER: Readonly<Record<FlowMeasure, number>> = { bytes: 1, packets: PACKET_BYTES, flows: FLOW_BYTES };

const wrong = (message: string, start: number, end: number): FlowFilterCheck => ({
  ok: false,
  message,
  hint: 'Write it as in: host 10.0.0.20 and service 6/443',
  start,
  end,
});

/** Understands no more than `key value` joined by `and`, with `not` before any of them. */
function readFilter(filter: string): FlowFilterCheck & { readonly takes?: (talk: Talk) => boolean } {
  const tests: ((talk: Talk) => boolean)[] = [];
  const pattern = /(not\s+)?\(?\s*([a-z_]+)\s+("(?:[^"\\]|\\.)*"|[^\s()"]+)\s*\)?\s*(?:and\s+|$)/y;
  while (pattern.lastIndex < filter.length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(filter);
    const key = FLOW_KEYS.find((one) => one === found?.[2]);
    if (found === null || key === undefined) {
      const word = /\S+/.exec(filter.slice(start))?.[0] ?? '';
      return wrong(`There is no field ${JSON.stringify(word)}.`, start, start + word.length);
    }
    const raw = found[3] ?? '';
    const value = raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
    const isNot = found[1] !== undefined;
    tests.push((talk) => (talk[key].value === value || talk[key].label === value) !== isNot);
  }
  return { ok: true, canonical: filter, notes: [], takes: (talk) => tests.every((test) => test(talk)) };
}

function talksOf(filter: string): readonly Talk[] {
  const read = readFilter(filter.trim());
  if (!read.ok) {
    throw new ORPCError('BAD_REQUEST', {
      message: read.message,
      data: { code: 'LW_FLOWS_FILTER', hint: read.hint, start: read.start, end: read.end },
    });
  }
  return TALKS.filter((talk) => read.takes?.(talk) ?? true);
}

type Grid = { readonly startMs: number; readonly stepMs: number; readonly steps: number };
type Lines = { readonly in: number[]; readonly out: number[] };

function linesOf(talks: readonly Talk[], { startMs, stepMs, steps }: Grid): Lines {
  const oldestMs = Date.now() - STORED_MS;
  const side = (rate: (talk: Talk) => number): number[] =>
    Array.from({ length: steps }, (_, step) => {
      const atMs = startMs + step * stepMs;
      return atMs < oldestMs ? 0 : talks.reduce((sum, talk) => sum + (rate(talk) / 8) * sway(talk.seed, atMs), 0);
    });
  return { in: side(({ down }) => down), out: side(({ up }) => up) };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const sums = (bytes: number) => ({
  bytes: Math.round(bytes),
  packets: Math.round(bytes / PACKET_BYTES),
  flows: Math.round(bytes / FLOW_BYTES),
});

function bothOf({ in: into, out }: Lines, stepMs: number): FlowBothWays {
  const [inBytes, outBytes] = [(sumOf(into) * stepMs) / 1_000, (sumOf(out) * stepMs) / 1_000];
  return { ...sums(inBytes + outBytes), in: sums(inBytes), out: sums(outBytes) };
}

function ratesOf(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    avg: values.length === 0 ? 0 : sumOf(values) / values.length,
    max: sorted.at(-1) ?? 0,
    last: values.at(-1) ?? 0,
    p95: sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? 0,
  };
}

function measuredOf(talks: readonly Talk[], grid: Grid, measure: FlowMeasure, withSeries: boolean) {
  const lines = linesOf(talks, grid);
  const per = PER[measure];
  const [into, out] = [lines.in.map((value) => value / per), lines.out.map((value) => value / per)];
  return {
    ...bothOf(lines, grid.stepMs),
    rates: ratesOf(into.map((value, step) => value + (out[step] ?? 0))),
    ratesIn: ratesOf(into),
    ratesOut: ratesOf(out),
    seriesIn: withSeries ? into : [],
    seriesOut: withSeries ? out : [],
  };
}

function grouped(talks: readonly Talk[], by: readonly FlowKey[]): Map<string, Talk[]> {
  const groups = new Map<string, Talk[]>();
  for (const talk of talks) {
    const id = by.map((key) => talk[key].value).join('|');
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [talk]);
    else group.push(talk);
  }
  return groups;
}

const keysOf = (talks: readonly Talk[], by: readonly FlowKey[]): FlowKeyValue[] =>
  by.flatMap((key) => talks[0]?.[key] ?? []);

async function ask(question: FlowQuestion): Promise<FlowAnswer> {
  const { startMs, endMs, by, measure, limit, series, compare, filter } = question;
  const started = performance.now();
  const talks = talksOf(filter);
  await sleep(40);
  const stepMs = question.stepMs ?? MINUTE;
  const grid: Grid = { startMs, stepMs, steps: Math.max(1, Math.round((endMs - startMs) / stepMs)) };
  const before: Grid = { ...grid, startMs: startMs - (endMs - startMs) };
  const previous = (of: readonly Talk[]): FlowBothWays | null =>
    compare === undefined ? null : bothOf(linesOf(of, before), stepMs);
  const rows = [...grouped(talks, by).values()]
    .map((group) => ({ group, keys: keysOf(group, by), ...measuredOf(group, grid, measure, series) }))
    .filter((row) => row.bytes > 0)
    .toSorted((a, b) => b[measure] - a[measure]);
  const rest = rows.slice(limit).flatMap(({ group }) => group);
  const isOld = endMs < Date.now() - STORED_MS;
  return {
    startMs,
    endMs,
    stepMs,
    firstStepMs: startMs,
    resolutionMs: MINUTE,
    isExact: true,
    notes: isOld ? ['Nothing is stored before 40 days ago.'] : [],
    total: { ...measuredOf(talks, grid, measure, series), previous: previous(talks) },
    rows: rows.slice(0, limit).map(({ group, ...row }) => ({ ...row, previous: previous(group) })),
    other: rest.length === 0 ? null : measuredOf(rest, grid, measure, series),
    groups: rows.length,
    isGroupsCapped: false,
    stats: { rowsRead: talks.length * grid.steps, blocksRead: grid.steps, tookMs: performance.now() - started },
  };
}

async function sankey({ startMs, endMs, filter, measure, limit }: FlowSankeyQuestion): Promise<FlowSankey> {
  const talks = talksOf(filter);
  await sleep(40);
  const grid: Grid = { startMs, stepMs: 5 * MINUTE, steps: Math.max(1, Math.round((endMs - startMs) / (5 * MINUTE))) };
  const sized = talks.map((talk) => ({ talk, ...bothOf(linesOf([talk], grid), grid.stepMs) }));
  const columns = (['local', 'service', 'peer'] as const).map((key) => {
    const totals = new Map<string, number>();
    for (const one of sized) totals.set(one.talk[key].value, (totals.get(one.talk[key].value) ?? 0) + one[measure]);
    const kept = new Set(
      [...totals]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, limit)
        .map(([value]) => value),
    );
    return { key, kept };
  });
  const idOf = (talk: Talk, column: number): string => {
    const { key, kept } = columns[column] ?? { key: 'service' as const, kept: new Set<string>() };
    const { value } = talk[key];
    return kept.has(value) ? `${column} ${value}` : `${column} other`;
  };
  const nodes = new Map<string, FlowSankey['nodes'][number]>();
  const links = new Map<string, FlowSankey['links'][number]>();
  for (const { talk, ...both } of sized) {
    for (const column of [0, 1, 2] as const) {
      const id = idOf(talk, column);
      const key = id.endsWith(' other') ? null : talk[columns[column]?.key ?? 'service'];
      const before = nodes.get(id);
      nodes.set(id, { id, column, key, ...added(before, both) });
      if (column === 2) continue;
      const target = idOf(talk, column + 1);
      const linkId = `${id} ${target}`;
      links.set(linkId, { source: id, target, ...added(links.get(linkId), both) });
    }
  }
  const total = bothOf(linesOf(talks, grid), grid.stepMs);
  const answer = { startMs, endMs, resolutionMs: MINUTE, isExact: true, notes: [], total };
  return { ...answer, nodes: [...nodes.values()], links: [...links.values()] };
}

const plus = (a: FlowBothWays['in'] | undefined, b: FlowBothWays['in']) => ({
  bytes: (a?.bytes ?? 0) + b.bytes,
  packets: (a?.packets ?? 0) + b.packets,
  flows: (a?.flows ?? 0) + b.flows,
});

function added(before: FlowBothWays | undefined, more: FlowBothWays): FlowBothWays {
  return { ...plus(before, more), in: plus(before?.in, more.in), out: plus(before?.out, more.out) };
}

async function* live({ filter, by, limit }: FlowLiveQuery, signal?: AbortSignal): AsyncGenerator<FlowLive> {
  const talks = talksOf(filter);
  const isWatched = (): boolean => signal?.aborted !== true;
  while (isWatched()) {
    const atMs = Math.floor(Date.now() / 1_000) * 1_000;
    const grid: Grid = { startMs: atMs - 60_000, stepMs: 1_000, steps: 60 };
    const rough = (lines: Lines): Lines => ({
      in: lines.in.map((value, step) => value * (0.6 + 0.8 * Math.abs(Math.sin((grid.startMs / 1_000 + step) * 1.7)))),
      out: lines.out.map(
        (value, step) => value * (0.6 + 0.8 * Math.abs(Math.sin((grid.startMs / 1_000 + step) * 2.3))),
      ),
    });
    const rows = [...grouped(talks, by).values()].map((group) => {
      const lines = rough(linesOf(group, grid));
      return { keys: keysOf(group, by), ...bothOf(lines, 1_000), seriesIn: lines.in, seriesOut: lines.out };
    });
    const total = rough(linesOf(talks, grid));
    yield {
      atMs,
      problem: null,
      totalIn: total.in,
      totalOut: total.out,
      rows: rows.toSorted((a, b) => b.bytes - a.bytes).slice(0, limit),
    };
    await sleep(1_000 - (Date.now() % 1_000), undefined, { signal }).catch(() => {});
  }
}

/** Fields, and the values of the field before the cursor. */
function complete(filter: string, offset: number): FlowCompletion {
  const before = filter.slice(0, offset);
  const word = /[^\s()]*$/.exec(before)?.[0] ?? '';
  const field = FLOW_KEYS.find((key) => new RegExp(`\\b${key}\\s+[^\\s()]*$`).test(before));
  const values =
    field === undefined
      ? FLOW_KEYS.map((key) => ({ text: key, label: key, detail: 'field', kind: 'field' as const }))
      : [...new Map(TALKS.map((talk) => [talk[field].value, talk[field]])).values()].map(({ value, label }) => ({
          text: value,
          label: value,
          detail: label === value ? '' : label,
          kind: 'value' as const,
        }));
  const items = values.filter(({ label, detail }) => label.startsWith(word) || detail.startsWith(word));
  return { start: offset - word.length, end: offset, items };
}

export const createFakeFlows = () => ({
  ask,
  sankey,
  live,
  complete,
  check(filter: string): FlowFilterCheck {
    const read = readFilter(filter.trim());
    return read.ok ? { ok: true, canonical: read.canonical, notes: read.notes } : read;
  },
});
