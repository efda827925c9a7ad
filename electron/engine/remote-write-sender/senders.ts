// All of remote_write as the config has it: a queue for each entry, what is wrong with them in words, and what the store keeps for them.
import type { Clock } from '../clock.ts';
import { pause } from '../clock.ts';
import { httpSettings, HttpSession } from '../http-client/index.ts';
import type { CommitFeed } from '../store/metrics/index.ts';
import type { Settings } from '../store/state/index.ts';
import type { Logger, Registry } from '../telemetry/index.ts';
import { remoteWritePost } from './client.ts';
import { LabelBook } from './label-book.ts';
import { sendMetadata } from './metadata.ts';
import { registerRemoteWriteMetrics } from './own-metrics.ts';
import { keepPosition, readPosition } from './position.ts';
import { RemoteWriteQueue } from './queue.ts';
import type { MetricDescription } from './request.ts';
import { nameOfRemote, type RemoteWriteConfig } from './section.ts';
import { SentRate } from './sent-rate.ts';
import type { Span } from './spans.ts';

/** A receiver that was away for a moment is nobody's concern. */
const TOLD_AFTER_MS = 60_000;
const REFUSAL_TOLD_MS = 600_000;
/** What the store is told to keep is told so often at most. */
const KEEP_EVERY_MS = 1_000;
const MAX_SHARDS = 8;

/** An entry, and whether what is stored already is sent, too. */
export type Remote = { readonly config: RemoteWriteConfig; readonly sendsBacklog: boolean };

export type RemoteStatus = {
  readonly name: string;
  readonly host: string;
  readonly url: string;
  readonly sent: number;
  readonly sentPerSecond: number;
  /** Being sent. */
  readonly pending: number;
  readonly refused: number;
  readonly lastSentMs: number | undefined;
  /** The time of the oldest sample that waits. */
  readonly unsentFromMs: number | undefined;
  readonly failingSinceMs: number | undefined;
  /** What is wrong with it now, as the end of a sentence. */
  readonly trouble: string | undefined;
  readonly refusal: { readonly atMs: number; readonly sentence: string } | undefined;
};

export type RemoteWriteSenders = {
  /** Entries that did not change go on undisturbed. */
  apply(remotes: readonly Remote[], surroundings: Surroundings): Promise<void>;
  status(): readonly RemoteStatus[];
  /** Call now and then: what is wrong depends on how long it is. */
  tick(): void;
  stop(): Promise<void>;
};

export type Surroundings = { readonly externalLabels: Readonly<Record<string, string>>; readonly baseDir: string };

export type RemoteWriteSendersOptions = {
  readonly feed: CommitFeed;
  /** When what is stored begins, Unix ms. */
  readonly oldestSampleMs: () => Promise<number>;
  readonly settings: Settings;
  readonly metadata: () => readonly MetricDescription[];
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Pick<Registry, 'add'>;
  readonly onProblem: (sentence: string | undefined) => void;
  readonly onChange: () => void;
  readonly onWritten: (error: unknown) => void;
};

type Running = {
  readonly key: string;
  readonly host: string;
  readonly url: string;
  readonly rate: SentRate;
  readonly queue: RemoteWriteQueue;
  stop(): Promise<void>;
};

/** The rows that the store must keep from its start on, for the entries that have a place already. */
export function rowsToKeepAfter(settings: Settings, names: readonly string[]): number | undefined {
  const seqs = names.flatMap((name) => readPosition(settings, name)?.seq ?? []);
  return seqs.length === 0 ? undefined : Math.min(...seqs);
}

export function createRemoteWriteSenders(options: RemoteWriteSendersOptions): RemoteWriteSenders {
  const { feed, settings, clock, logger } = options;
  const running = new Map<string, Running>();
  let keptAfter: number | undefined;
  let keptAtMs = Number.NEGATIVE_INFINITY;
  let told: string | undefined;

  const keepRows = (isNow = false): void => {
    if (!isNow && clock.monotonic() - keptAtMs < KEEP_EVERY_MS) return;
    keptAtMs = clock.monotonic();
    const seqs = [...running.values()].flatMap(({ queue }) => queue.position?.seq ?? []);
    // One that has no place yet is to get the newest.
    const after = seqs.length === 0 ? undefined : Math.min(...seqs);
    if (after === keptAfter) return;
    keptAfter = after;
    // A writer that is started again is told by the store itself.
    feed.keepAfter(after).catch(() => undefined);
  };

  const tell = (): void => {
    const sentences = [...running.values()].flatMap(({ queue, host }) => problemOf(queue, host, clock.now()) ?? []);
    const sentence = sentences.length === 0 ? undefined : sentences.join(' ');
    if (sentence === told) return;
    told = sentence;
    options.onProblem(sentence);
  };

  const start = ({ config, sendsBacklog }: Remote, { externalLabels, baseDir }: Surroundings, key: string): Running => {
    const name = nameOfRemote(config);
    const { queue_config: queueing } = config;
    const session = new HttpSession(httpSettings(config, baseDir), config.remote_timeout, MAX_SHARDS + 1);
    const post = remoteWritePost({
      url: config.url,
      session,
      headers: config.headers,
      timeoutMs: config.remote_timeout,
      userAgent: `Linewarden/${options.version}`,
      now: () => clock.now(),
    });
    const queue = new RemoteWriteQueue({
      name,
      maxShards: queueing.max_shards,
      maxSamplesPerSend: queueing.max_samples_per_send,
      capacity: queueing.capacity,
      batchSendDeadlineMs: queueing.batch_send_deadline,
      delivery: {
        minBackoffMs: queueing.min_backoff,
        maxBackoffMs: queueing.max_backoff,
        retryOn429: queueing.retry_on_http_429,
      },
      post,
      feed,
      labels: new LabelBook({ feed, externalLabels, rules: config.write_relabel_configs }),
      position: readPosition(settings, name),
      backlog: async (): Promise<readonly Span[]> => {
        return sendsBacklog ? [[(await options.oldestSampleMs()) - 1, clock.now()]] : [];
      },
      keep(position) {
        try {
          keepPosition(settings, name, position);
          options.onWritten(undefined);
        } catch (error) {
          // It is sent again after the next start.
          options.onWritten(error);
        }
      },
      now: () => clock.now(),
      random: Math.random,
      wait: pause,
      logger,
      onChange() {
        keepRows();
        tell();
      },
    });
    queue.start();
    const stopMetadata = sendMetadata({
      config: config.metadata_config,
      metadata: options.metadata,
      post,
      logger,
      name,
    });
    return {
      key,
      host: new URL(config.url).host,
      url: config.url,
      rate: new SentRate(),
      queue,
      async stop() {
        stopMetadata();
        await queue.stop();
        await session.close();
      },
    };
  };

  registerRemoteWriteMetrics(
    options.registry,
    () => [...running.values()].map(({ queue }) => queue),
    () => clock.now(),
  );
  return {
    async apply(remotes, surroundings) {
      const wanted = new Map(
        remotes.map((remote) => [nameOfRemote(remote.config), { remote, key: JSON.stringify([remote, surroundings]) }]),
      );
      for (const [name, one] of running) {
        if (wanted.get(name)?.key === one.key) continue;
        await one.stop();
        running.delete(name);
      }
      for (const [name, { remote, key }] of wanted) {
        if (!running.has(name)) running.set(name, start(remote, surroundings, key));
      }
      keepRows(true);
      tell();
      options.onChange();
    },
    status: () => [...running.values()].map(statusOf),
    tick() {
      for (const { rate, queue } of running.values()) rate.note(clock.monotonic(), queue.counts.sent);
      keepRows();
      tell();
    },
    async stop() {
      await Promise.all([...running.values()].map((one) => one.stop()));
    },
  };
}

function statusOf({ queue, host, url, rate }: Running): RemoteStatus {
  const { name, counts, lastSentMs, unsentFromMs, trouble, lastRefusal } = queue;
  return {
    name,
    host,
    url,
    sent: counts.sent,
    sentPerSecond: rate.perSecond,
    pending: counts.pending,
    refused: counts.refused,
    lastSentMs,
    unsentFromMs,
    failingSinceMs: trouble?.sinceMs,
    trouble: trouble?.sentence,
    refusal: lastRefusal,
  };
}

function problemOf(queue: RemoteWriteQueue, host: string, nowMs: number): string | undefined {
  const { name, trouble, lastRefusal } = queue;
  if (trouble !== undefined && nowMs - trouble.sinceMs >= TOLD_AFTER_MS) {
    return `Remote write ${JSON.stringify(name)}: ${host} ${trouble.sentence}. What is stored is sent when it takes it again.`;
  }
  if (lastRefusal !== undefined && nowMs - lastRefusal.atMs < REFUSAL_TOLD_MS) {
    return `Remote write ${JSON.stringify(name)}: ${host} refused samples (${lastRefusal.sentence}).`;
  }
  return undefined;
}
