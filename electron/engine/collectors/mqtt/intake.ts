// One message in, its samples stored: whose it is, what it holds, and whether it may come in at all.
import type { DeviceType } from '../../../../shared/contract/index.ts';
import { Labels, METRIC_NAME } from '../../../../shared/model/labels.ts';
import type { Clock } from '../../clock.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { BrokerAccount } from './account.ts';
import { EdgeSeries, claimOf } from './edge-series.ts';
import { createGatherer } from './gather.ts';
import type { Gatherer } from './gather.ts';
import { type Form, formOf, unzipped } from './payload/form.ts';
import { informSamples, readInform, readKeepalive } from './payload/inform.ts';
import { type JsonMetrics, parseJson, timeOf } from './payload/json.ts';
import { PayloadRefused, malformed, noSamples, put } from './payload/types.ts';
import type { Samples } from './payload/types.ts';
import type { TopicMatch } from './topics.ts';

/** Samples further ahead of the clock would hide the present. */
const FUTURE_MS = 600_000;
const MAX_EDGES = 4_000;
/** What a message may become when its gzip is taken off: so many times the largest message. */
const MAX_UNZIPPED = 8;
const WARN_EVERY_MS = 60_000;
/** What waited at a broker comes in a burst; so far may the times of arrival run ahead of the clock. */
const MAX_AHEAD_MS = 10_000;

/** Reads text of one edge; it may remember the series of the text before. */
export type TextReader = {
  parse(body: Buffer, sink: (ref: number, value: number, timeMs: number) => void): void;
};

/** Formats whose readers live beside their own collectors. */
export type Decoders = {
  text(format: 'prometheus-text' | 'openmetrics', resolve: (flat: readonly string[]) => number): TextReader;
  snappy(body: Buffer, maxBytes: number): Buffer;
  /** `refOf` gets each series' labels in their own bytes, one a character. */
  writeRequest(
    body: Buffer,
    refOf: (labels: string) => number | undefined,
  ): { readonly refs: number[]; readonly times: number[]; readonly values: number[]; readonly stale: number[] };
  /** The labels of such bytes, or what is wrong with them. */
  writeLabels(labels: string): Labels | { readonly fault: string };
};

/** The part of the senders that is needed here. */
export type EdgeDevices = {
  contact(contact: {
    readonly kind: 'edge';
    readonly key: string;
    readonly type?: DeviceType | undefined;
    readonly name?: string | undefined;
    readonly address?: string | undefined;
    readonly from?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly mayCreate: boolean;
    readonly atMs?: number | undefined;
  }): string | undefined;
  typeOf(kind: 'edge', key: string): DeviceType | undefined;
  labelsOf(kind: 'edge', key: string): Readonly<Record<string, string>>;
  fixedLabelsOf(kind: 'edge', key: string): Readonly<Record<string, string>>;
};

export type Message = {
  readonly match: TopicMatch;
  readonly payload: Buffer;
  /** The broker kept it from before. */
  readonly isRetained: boolean;
  /** It was too large to be read. */
  readonly isCut?: boolean | undefined;
  /** Where it came from, where that is known. */
  readonly address?: string | undefined;
};

export type Intake = {
  /** Resolves once the message may be acknowledged: stored, or refused and counted. Never rejects. */
  take(message: Message): Promise<void>;
  stop(): void;
};

export type IntakeOptions = {
  readonly account: BrokerAccount;
  readonly appender: MetricAppender;
  readonly edges: EdgeDevices;
  readonly presence: Pick<PresenceSink, 'telemetry'>;
  readonly decoders: Decoders;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mayCreate: boolean;
  readonly maxMessageBytes: number;
};

type Edge = {
  series: EdgeSeries;
  readers: Map<string, { reader: TextReader; generation: number }>;
  /** The time that its last message without one got. */
  arrivedMs: number;
};

export function createIntake(options: IntakeOptions): Intake {
  const { account, appender, edges: devices, presence, decoders, clock, logger, mayCreate } = options;
  const edges = new Map<string, Edge>();
  let warnedMs = Number.NEGATIVE_INFINITY;

  const warn = (fields: object, what: string): void => {
    const nowMs = clock.monotonic();
    if (nowMs - warnedMs < WARN_EVERY_MS) return;
    warnedMs = nowMs;
    logger.warn({ broker: account.name, ...fields }, what);
  };

  const gatherer: Gatherer = createGatherer({
    appender,
    onStored({ appended, duplicates, outOfOrder, overLimit }) {
      account.stored += appended;
      account.duplicates += duplicates;
      account.refuse('out_of_order', outOfOrder);
      account.refuse('over_limit', overLimit);
      // There may be room for them by the time that they come again.
      if (overLimit > 0) for (const { series } of edges.values()) series.forget();
    },
    onTrouble: (error) => warn({ err: error }, 'messages wait, since they cannot be stored'),
  });

  const edgeOf = (edgeId: string, customerId: string): Edge => {
    const known = edges.get(edgeId);
    if (known?.series.identity.customerId === customerId) {
      known.series.age(clock.monotonic());
      return known;
    }
    if (edges.size >= MAX_EDGES) edges.delete(edges.keys().next().value ?? '');
    const edge = {
      series: new EdgeSeries({ edgeId, customerId }, appender),
      readers: new Map(),
      arrivedMs: known?.arrivedMs ?? 0,
    };
    edge.series.age(clock.monotonic());
    edges.set(edgeId, edge);
    return edge;
  };

  const readText = (edge: Edge, format: 'prometheus-text' | 'openmetrics', body: Buffer, samples: Samples): void => {
    const { series } = edge;
    let known = edge.readers.get(format);
    if (known === undefined || known.generation !== series.generation) {
      const reader = decoders.text(format, (flat) => {
        const { ref } = series.entry(flat.join('\u0000'), () => pairsOf(flat));
        return ref;
      });
      known = { reader, generation: series.generation };
      edge.readers.set(format, known);
    }
    known.reader.parse(body, (ref, value, timeMs) => put(samples, ref, value, timeMs));
  };

  const readMetrics = (
    edge: Edge,
    form: Form,
    body: Buffer,
    json: JsonMetrics | undefined,
    maxBytes: number,
  ): Samples => {
    const samples = noSamples();
    const { series } = edge;
    if (json !== undefined) {
      json.read((name, labels, value, timeMs) => {
        const key = `${name}\u0000${JSON.stringify(labels)}`;
        const { ref } = series.entry(key, () => [[METRIC_NAME, name], ...Object.entries(labels)]);
        put(samples, ref, value, timeMs);
      });
    } else if (form === 'text' || form === 'openmetrics') {
      readText(edge, form === 'text' ? 'prometheus-text' : 'openmetrics', body, samples);
    } else if (form === 'protobuf' || form === 'snappy') {
      const request = readWriteRequest(body, form, maxBytes, (encoded) => {
        const { ref } = series.entry(encoded, () => {
          const labels = decoders.writeLabels(encoded);
          if ('fault' in labels) throw malformed(labels.fault);
          return labels.entries();
        });
        return ref;
      });
      for (let i = 0; i < request.refs.length; i++) {
        put(samples, request.refs[i]!, request.values[i]!, request.times[i]!, request.stale[i]);
      }
    }
    samples.isTelemetry = samples.refs.some((ref) => series.isTelemetry(ref));
    return samples;
  };

  const readWriteRequest = (
    body: Buffer,
    form: 'protobuf' | 'snappy',
    maxBytes: number,
    refOf: (labels: string) => number | undefined,
  ): ReturnType<Decoders['writeRequest']> => {
    if (form === 'protobuf') {
      try {
        return decoders.writeRequest(body, refOf);
      } catch (error) {
        // Snappy data may begin with the same byte: a message of ten bytes.
        if (error instanceof PayloadRefused) throw error;
      }
    }
    return decoders.writeRequest(decoders.snappy(body, maxBytes), refOf);
  };

  const store = async (samples: Samples, edge: Edge, id: string | undefined, nowMs: number): Promise<void> => {
    account.refuse('future', dropFuture(samples, nowMs + FUTURE_MS));
    if (samples.refs.length === 0) return;
    const atMs = livedMs(samples, nowMs);
    await gatherer.add(samples, arrivalOf(edge, nowMs));
    if (id !== undefined && samples.isTelemetry) presence.telemetry(id, atMs);
  };

  /** The table goes before the topic, that before what the edge tells, now or earlier. */
  const customerOf = ({ edgeId, customerId }: TopicMatch, told: string | null | undefined): string =>
    devices.fixedLabelsOf('edge', edgeId)['customer_id'] ??
    (customerId || (told ?? devices.labelsOf('edge', edgeId)['customer_id'] ?? ''));

  const takeMetrics = async ({ match, payload, isRetained, address }: Message, maxBytes: number): Promise<void> => {
    const nowMs = clock.now();
    const { edgeId } = match;
    const body = unzipped(payload, maxBytes);
    const form = formOf(body);
    const json = form === 'json' ? parseJson(body.toString('utf8')) : undefined;
    if (json?.edgeId !== undefined && json.edgeId !== edgeId) throw claimOf(json.edgeId);
    const customerId = customerOf(match, json?.customerId);
    const edge = edgeOf(edgeId, customerId);
    const samples = readMetrics(edge, form, body, json, maxBytes);
    if (isRetained) {
      // What was kept proves nothing of now: history with its own time, and never a sign of life.
      if (samples.times.some((timeMs) => Number.isNaN(timeMs))) {
        throw new PayloadRefused('retained', 'it was kept by the broker and does not say when it was measured');
      }
      await store(samples, edge, undefined, nowMs);
      return;
    }
    const labels = customerId === '' ? undefined : { customer_id: customerId };
    const atMs = livedMs(samples, nowMs);
    const id = devices.contact({ kind: 'edge', key: edgeId, from: address, labels, mayCreate, atMs });
    if (id === undefined) throw unknownSender();
    await store(samples, edge, id, nowMs);
  };

  const takeInform = async ({ match, payload, isRetained, address }: Message, maxBytes: number): Promise<void> => {
    if (isRetained) throw new PayloadRefused('retained', 'an inform that was kept by the broker says nothing of now');
    const nowMs = clock.now();
    const { edgeId } = match;
    const inform = readInform(unzipped(payload, maxBytes).toString('utf8'));
    if (inform.edge_id !== undefined && inform.edge_id !== null && inform.edge_id !== edgeId) {
      throw claimOf(inform.edge_id);
    }
    const customerId = customerOf(match, inform.customer_id);
    const known = devices.typeOf('edge', edgeId);
    // Of the three, only an MTGE sends both keepalives and informs.
    const type = inform.type ?? (known === 'connector' ? 'mtge' : (known ?? 'dedicated-edge'));
    const timeMs = timeOf(inform.timestamp);
    const edge = edgeOf(edgeId, customerId);
    const { series } = edge;
    const samples = noSamples();
    for (const [name, port, value] of informSamples(inform)) {
      const { ref, isTelemetry } = series.entry(`inform ${name} ${port ?? ''}`, () => [
        [METRIC_NAME, name],
        ['interface', port ?? ''],
      ]);
      samples.isTelemetry ||= isTelemetry;
      put(samples, ref, value, timeMs);
    }
    const id = devices.contact({
      kind: 'edge',
      key: edgeId,
      type,
      name: inform.name ?? undefined,
      address: inform.wan_ip ?? undefined,
      from: address,
      labels: customerId === '' ? undefined : { customer_id: customerId },
      mayCreate,
      atMs: Number.isNaN(timeMs) ? nowMs : Math.min(timeMs, nowMs),
    });
    if (id === undefined) throw unknownSender();
    await store(samples, edge, id, nowMs);
  };

  const takeKeepalive = ({ match, payload, isRetained, address }: Message, maxBytes: number): void => {
    if (isRetained) throw new PayloadRefused('retained', 'a keepalive that was kept by the broker says nothing of now');
    const { edgeId } = match;
    const keepalive = readKeepalive(unzipped(payload, maxBytes).toString('utf8'));
    const { edge_id: claimed } = keepalive;
    if (claimed !== undefined && claimed !== null && claimed !== edgeId) throw claimOf(claimed);
    // Connectors send nothing else.
    const type = devices.typeOf('edge', edgeId) === undefined ? 'connector' : undefined;
    const customerId = customerOf(match, keepalive.customer_id);
    const labels = customerId === '' ? undefined : { customer_id: customerId };
    const id = devices.contact({ kind: 'edge', key: edgeId, type, from: address, labels, mayCreate });
    if (id === undefined) throw unknownSender();
  };

  /** Before anything is read: whoever is not let in costs no memory. */
  const refuseUnknown = ({ match: { edgeId }, address, isRetained }: Message): void => {
    if (mayCreate || devices.typeOf('edge', edgeId) !== undefined) return;
    if (!isRetained) devices.contact({ kind: 'edge', key: edgeId, from: address, mayCreate });
    throw unknownSender();
  };

  return {
    async take(message) {
      const { kind, edgeId } = message.match;
      account.came(kind, clock.now());
      const maxBytes = options.maxMessageBytes * MAX_UNZIPPED;
      try {
        if (edgeId === '') throw malformed('its topic names no edge');
        refuseUnknown(message);
        if (message.isCut === true)
          throw new PayloadRefused('too_large', `it is larger than ${options.maxMessageBytes} bytes`);
        if (kind === 'metrics') await takeMetrics(message, maxBytes);
        else if (kind === 'inform') await takeInform(message, maxBytes);
        else takeKeepalive(message, maxBytes);
      } catch (error) {
        const refused = error instanceof PayloadRefused ? error : malformed(sentenceOf(error));
        account.refuse(refused.reason, 1);
        account.lastRefusal = {
          atMs: clock.now(),
          message: `A message (${kind}) on the topic of ${JSON.stringify(edgeId.slice(0, 128))} was refused: ${refused.message}.`,
        };
        warn({ reason: refused.reason, edge: edgeId.slice(0, 128) }, 'a message was refused');
      }
    },
    stop: () => gatherer.stop(),
  };
}

/** Messages of one edge in the same millisecond must not push each other out: each gets a time of its own, in their order. */
function arrivalOf(edge: Edge, nowMs: number): number {
  const next = Math.max(nowMs, edge.arrivedMs + 1);
  const aheadMs = next - nowMs;
  // Further than twice that, and the clock was set back.
  if (aheadMs > 2 * MAX_AHEAD_MS) edge.arrivedMs = nowMs;
  else if (aheadMs <= MAX_AHEAD_MS) edge.arrivedMs = next;
  return edge.arrivedMs;
}

const unknownSender = (): PayloadRefused => new PayloadRefused('unknown_sender', 'its edge is no device here');

/** The time by which the edge is known to have lived: that of its newest sample where it told one. */
const livedMs = (samples: Samples, nowMs: number): number => {
  let newest = Number.NEGATIVE_INFINITY;
  for (const timeMs of samples.times) {
    if (Number.isNaN(timeMs)) return nowMs;
    if (timeMs > newest) newest = timeMs;
  }
  return newest === Number.NEGATIVE_INFINITY ? nowMs : Math.min(newest, nowMs);
};

/** Readers of other formats throw errors of their own, with sentences for the operator. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'it cannot be read').replace(/\.$/, '').slice(0, 300);

function* pairsOf(flat: readonly string[]): Generator<readonly [string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i] ?? '', flat[i + 1] ?? ''];
}

/** Leaves out the samples after `limitMs`; how many. */
function dropFuture({ refs, values, times, stale }: Samples, limitMs: number): number {
  let kept = 0;
  for (let i = 0; i < refs.length; i++) {
    if (times[i]! > limitMs) continue;
    refs[kept] = refs[i]!;
    values[kept] = values[i]!;
    times[kept] = times[i]!;
    stale[kept] = stale[i]!;
    kept++;
  }
  const dropped = refs.length - kept;
  for (const column of [refs, values, times, stale]) column.length = kept;
  return dropped;
}
