// Keeps the flow thread running and brings its totals into the store, to presence and to the screens.
import type { FlowExporter } from '../../../../shared/contract/index.ts';
import { type Clock, pause } from '../../clock.ts';
import { TargetSession } from '../../ingest/index.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import type { ClosedConversations } from '../../store/flows/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { readReceiveErrors } from './kernel-drops.ts';
import type { LiveMessage } from './live/index.ts';
import type {
  BoundSocket,
  Endpoint,
  ExporterTotals,
  FlowThreadSettings,
  FlushMessage,
  InterfaceSpeeds,
  WaitingSender,
} from './messages.ts';
import { RECEIVE_BUFFER_BYTES } from './receive-buffer.ts';
import { DEFAULT_MAX_CONVERSATIONS, DEFAULT_MAX_PORTS, DEFAULT_TEMPLATE_WAIT_MS } from './section.ts';
import { FlowSeries, type ExporterIdentity } from './series.ts';
import { runFlowThread, type ThreadRun } from './thread-run.ts';

export type FlowCollectorOptions = {
  readonly listen: readonly Endpoint[];
  readonly flushIntervalMs: number;
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The device behind an exporter's address; empty edgeId or customerId: no such label. */
  readonly resolveExporter: (address: string) => ExporterIdentity | undefined;
  /** See the `netflow` section: max_ports, template_wait, sampling. */
  readonly maxPortsPerExporter?: number;
  readonly maxConversations?: number;
  /** A minute of conversations is over; whoever takes it owns its buffers. */
  readonly onClosed?: (closed: ClosedConversations) => void;
  readonly templateWaitMs?: number;
  readonly sampling?: Readonly<Record<string, number>>;
  /** Addresses and networks whose flows are stored; empty: everybody. */
  readonly allowed?: readonly string[];
  /** Where templates are kept over a restart. */
  readonly keptFile?: string | undefined;
  /** What an exporter's options records call its interfaces and applications, at first and where it changes. */
  readonly onNames?: (address: string, names: NonNullable<ExporterTotals['names']>, atMs: number) => void;
  /** After each flush, when the exporters' state is another. */
  readonly onReport?: (report: FlowReport) => void;
  /** Replaceable in tests, to bring a thread down. */
  readonly runThread?: typeof runFlowThread;
};

/** The receiver and all who send to it, as of the last flush; counts are since the thread's start. */
export type FlowReport = {
  readonly atMs: number;
  readonly sockets: readonly BoundSocket[];
  /** Datagrams of any socket that the system dropped for want of room, since the collector's start; undefined: not told. */
  readonly receiveDrops: number | undefined;
  readonly exporters: readonly ExporterTotals[];
  readonly waiting: readonly WaitingSender[];
  readonly notAllowed: FlushMessage['notAllowed'];
  readonly restarts: number;
};

export type FlowCollector = {
  /** Closes the sockets and commits the last totals. */
  stop(): Promise<void>;
  /** As of the last flush; counts are since the thread's start. */
  exporters(): FlowExporter[];
  /** Senders whose packets could not be read yet, as of the last flush. */
  waiting(): readonly WaitingSender[];
  report(): FlowReport;
  /** The last minute each second, for as long as somebody listens; returns what ends it. */
  watchLive(listener: (message: LiveMessage) => void): () => void;
  /** What the exporters' interfaces can carry: records beyond are not counted. */
  setSpeeds(speeds: InterfaceSpeeds): void;
  /** With the ports that were really bound. */
  readonly listening: { host: string; port: number }[];
  /** Calls back once for each exporter: at once for those known already, then at the first flush of a new one. */
  onExporter(callback: (address: string) => void): void;
};

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;
/** A thread that misses this many checks in a row is stuck; one alone may be the machine's sleep. */
const MAX_MISSED_CHECKS = 3;
const MIN_CHECK_MS = 10_000;

/** Resolves once all sockets are bound; rejects with LW_NETFLOW_PORT_IN_USE and the like. */
export async function startFlowCollector(options: FlowCollectorOptions): Promise<FlowCollector> {
  const collector = new Collector(options);
  await collector.start();
  return collector;
}

class Collector implements FlowCollector {
  readonly listening: { host: string; port: number }[] = [];
  readonly #options: FlowCollectorOptions;
  readonly #session: TargetSession;
  readonly #series: FlowSeries;
  readonly #callbacks: ((address: string) => void)[] = [];
  readonly #stopping = new AbortController();
  #settings: FlowThreadSettings;
  #run: ThreadRun | undefined;
  #supervision: Promise<void> = Promise.resolve();
  #restarts = 0;
  #latest: readonly ExporterTotals[] = [];
  #waiting: readonly WaitingSender[] = [];
  #lastPacketMs = new Map<string, number>();
  /** Devices heard since the last committed append. */
  #heard = new Set<string>();
  #appending: Promise<void> | undefined;
  #next: FlushMessage | undefined;
  #appendFailed = false;
  #flushed = false;
  #speeds: InterfaceSpeeds = new Map();
  readonly #liveListeners = new Set<(message: LiveMessage) => void>();
  #flushedMs = 0;
  /** Told once. */
  #isKeptInVain = false;
  #notAllowed: FlushMessage['notAllowed'] = [];
  #receiveErrors: { readonly atStart: number; latest: number } | undefined;

  constructor(options: FlowCollectorOptions) {
    this.#options = options;
    this.#session = new TargetSession(options.appender);
    this.#series = new FlowSeries(options.appender);
    this.#settings = {
      listen: options.listen,
      flushIntervalMs: options.flushIntervalMs,
      maxPortsPerExporter: options.maxPortsPerExporter ?? DEFAULT_MAX_PORTS,
      maxConversations: options.maxConversations ?? DEFAULT_MAX_CONVERSATIONS,
      templateWaitMs: options.templateWaitMs ?? DEFAULT_TEMPLATE_WAIT_MS,
      sampling: options.sampling ?? {},
      allowed: options.allowed ?? [],
      keptFile: options.keptFile,
    };
  }

  async start(): Promise<void> {
    this.#run = await this.#startThread();
    for (const { host, port, receiveBufferBytes } of this.#run.sockets) {
      this.listening.push({ host, port });
      if (receiveBufferBytes < RECEIVE_BUFFER_BYTES) {
        this.#options.logger.warn(
          { host, port, receiveBufferBytes, wantedBytes: RECEIVE_BUFFER_BYTES },
          `flow bursts may be lost: the system gives a small receive buffer; sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES} allows more`,
        );
      }
    }
    // A restart must come back to the same ports, also where the system chose them.
    this.#settings = { ...this.#settings, listen: this.listening };
    this.#supervision = this.#supervise();
  }

  exporters(): FlowExporter[] {
    return this.#latest.map((totals) => ({
      address: totals.address,
      versions: totals.versions.map(({ version }) => version),
      packets: sum(totals.versions.map(({ packets }) => packets)),
      flows: sum(totals.rows?.flows ?? []),
      lost: sum(totals.lost.map(([, count]) => count)),
      dropped: sum(totals.dropped.map(([, count]) => count)),
      templates: totals.templates,
      fields: totals.fields,
      samplingRatio: totals.samplingRatio,
      lastPacketMs: totals.lastPacketMs,
    }));
  }

  waiting(): readonly WaitingSender[] {
    return this.#waiting;
  }

  report(): FlowReport {
    const errors = this.#receiveErrors;
    return {
      atMs: this.#flushedMs,
      sockets: this.#run?.sockets ?? [],
      receiveDrops: errors === undefined ? undefined : errors.latest - errors.atStart,
      exporters: this.#latest,
      waiting: this.#waiting,
      notAllowed: this.#notAllowed,
      restarts: this.#restarts,
    };
  }

  watchLive(listener: (message: LiveMessage) => void): () => void {
    this.#liveListeners.add(listener);
    if (this.#liveListeners.size === 1) this.#run?.tell({ kind: 'watch', isWatched: true });
    return () => {
      if (!this.#liveListeners.delete(listener) || this.#liveListeners.size > 0) return;
      this.#run?.tell({ kind: 'watch', isWatched: false });
    };
  }

  setSpeeds(speeds: InterfaceSpeeds): void {
    this.#speeds = speeds;
    this.#run?.tell({ kind: 'speeds', speeds });
  }

  onExporter(callback: (address: string) => void): void {
    this.#callbacks.push(callback);
    for (const { address } of this.#latest) callback(address);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run?.stop();
    await this.#supervision;
    while (this.#appending !== undefined) await this.#appending;
  }

  async #startThread(): Promise<ThreadRun> {
    this.#series.threadStarted();
    const start = this.#options.runThread ?? runFlowThread;
    const run = await start(this.#settings, {
      onFlush: (message) => this.#onFlush(message),
      onLive: (message) => {
        for (const listener of this.#liveListeners) listener(message);
      },
      onClosed: (closed) => this.#options.onClosed?.(closed),
      onNotKept: (reason) => {
        if (!this.#isKeptInVain)
          this.#options.logger.warn({ reason }, 'templates of flows cannot be kept for the next start');
        this.#isKeptInVain = true;
      },
      onFault: (stack) =>
        this.#options.logger.error({ stack }, 'a flow packet could not be handled; it is counted as dropped'),
    });
    if (this.#speeds.size > 0) run.tell({ kind: 'speeds', speeds: this.#speeds });
    if (this.#liveListeners.size > 0) run.tell({ kind: 'watch', isWatched: true });
    return run;
  }

  /** Starts the thread anew, with growing pauses, whenever it ends by itself or is stuck. */
  async #supervise(): Promise<void> {
    const { clock, logger } = this.#options;
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.#stopping.signal.aborted) {
      const run = this.#run;
      if (run !== undefined) {
        const startedMs = clock.monotonic();
        const watchdog = this.#watch(run);
        const reason = await run.ended;
        clearInterval(watchdog);
        this.#run = undefined;
        if (this.#stopping.signal.aborted) return;
        if (clock.monotonic() - startedMs >= HEALTHY_AFTER_MS) backoffMs = FIRST_BACKOFF_MS;
        logger.error({ reason, backoffMs }, 'the flow thread ended; it is started again');
      }
      await pause(backoffMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      this.#restarts++;
      try {
        const started = await this.#startThread();
        this.#run = started;
        if (this.#stopping.signal.aborted) await started.stop();
      } catch (error) {
        logger.error(
          { error: error instanceof Error ? error.message : String(error) },
          'the flow thread did not start',
        );
      }
    }
  }

  #watch(run: ThreadRun): NodeJS.Timeout {
    let missed = 0;
    this.#flushed = false;
    const checkMs = Math.max(this.#options.flushIntervalMs * 2, MIN_CHECK_MS);
    return setInterval(() => {
      missed = this.#flushed ? 0 : missed + 1;
      this.#flushed = false;
      if (missed < MAX_MISSED_CHECKS) return;
      missed = 0;
      this.#options.logger.error({ checkMs }, 'the flow thread does not answer; it is ended');
      void run.kill();
    }, checkMs);
  }

  #onFlush(message: FlushMessage): void {
    this.#flushed = true;
    const known = new Set(this.#latest.map(({ address }) => address));
    this.#latest = message.exporters;
    this.#waiting = message.waiting;
    this.#notAllowed = message.notAllowed;
    this.#flushedMs = message.atMs;
    const lastPacketMs = new Map<string, number>();
    for (const { address, lastPacketMs: atMs } of message.exporters) {
      // The device is made first, so that what follows finds it.
      if (!known.has(address)) for (const callback of this.#callbacks) callback(address);
      lastPacketMs.set(address, atMs);
      if (this.#lastPacketMs.get(address) === atMs) continue;
      const deviceId = this.#options.resolveExporter(address)?.deviceId;
      if (deviceId === undefined) continue;
      this.#heard.add(deviceId);
      this.#options.presence.seen(deviceId, atMs);
    }
    this.#lastPacketMs = lastPacketMs;
    // After the devices are made: names belong to one.
    for (const { address, names } of message.exporters) {
      if (names !== undefined) this.#options.onNames?.(address, names, message.atMs);
    }
    this.#options.onReport?.(this.report());
    // Totals are cumulative: while the store is slow, only the newest flush has to wait.
    this.#next = message;
    this.#appending ??= this.#appendAll();
  }

  async #appendAll(): Promise<void> {
    for (let message = this.#next; message !== undefined; message = this.#next) {
      this.#next = undefined;
      const heard = this.#heard;
      this.#heard = new Set();
      try {
        await this.#append(message);
        for (const deviceId of heard) this.#options.presence.telemetry(deviceId, message.atMs);
        this.#appendFailed = false;
      } catch (error) {
        for (const deviceId of heard) this.#heard.add(deviceId);
        if (!this.#appendFailed) {
          this.#options.logger.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'flow totals could not be stored; the next flush tries again',
          );
        }
        this.#appendFailed = true;
      }
    }
    this.#appending = undefined;
  }

  async #append(message: FlushMessage): Promise<void> {
    const receiveErrors = await readReceiveErrors();
    if (receiveErrors !== undefined) {
      this.#receiveErrors ??= { atStart: receiveErrors, latest: receiveErrors };
      this.#receiveErrors.latest = receiveErrors;
    }
    const batch = this.#session.begin(message.atMs);
    const identities = new Map(
      message.exporters.map(({ address }) => [address, this.#options.resolveExporter(address)] as const),
    );
    const zeros = this.#series.fill(batch, message, identities);
    this.#series.fillCollector(batch, this.#run?.sockets ?? [], receiveErrors, this.#restarts);
    // In this order: a series' zero is older than its first value.
    await Promise.all([...(zeros === undefined ? [] : [this.#options.appender.append(zeros)]), batch.commit()]);
  }
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
