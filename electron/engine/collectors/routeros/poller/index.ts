// Polls one router for as long as it runs: one connection, its own schedule, back-off, staleness and presence.
import type { CollectorState } from '../../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { type Clock, pause } from '../../../clock.ts';
import type { PresenceSink } from '../../../inventory/index.ts';
import type { ObservationHub } from '../../../observations/index.ts';
import type { MetricAppender } from '../../../store/metrics/index.ts';
import type { Logger } from '../../../telemetry/index.ts';
import { connectRouter, type RouterosConnection, routerosError, type Row } from '../client/index.ts';
import { type Collector, needsMet } from '../collectors/collector.ts';
import { collectors } from '../collectors/registry.ts';
import type { CollectorSwitches, RouterConfig } from '../config.ts';
import { type Fact, factList, packageFacts, type RouterFacts, routerboardFacts } from '../facts.ts';
import { PollRecorder, routerLabels } from './recorder.ts';
import { pingOver } from './ping.ts';
import { type CollectorOutcome, poll } from './poll.ts';
import { backoffMs, hashText, phaseMs, untilNextSlotMs } from './schedule.ts';
import { CollectorStates } from './states.ts';
import { type TrafficViewer, TrafficWatch } from './traffic.ts';
import { isEnabled, onlyObserves, Turns } from './turns.ts';

/** Times that tests shorten; the defaults are the product's. */
export type PollerTiming = {
  /** First polls are spread over this long. */
  readonly startSpreadMs?: number;
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
  readonly connectTimeoutMs?: number;
  readonly commandTimeoutMs?: number;
  /** All collectors of one poll together. */
  readonly budgetMs?: number;
};

export type RouterPollerOptions = {
  readonly device: RouterConfig;
  readonly password: () => Promise<string>;
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  /** Takes what the router tells of its network. */
  readonly observe?: ObservationHub['publish'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  readonly timing?: PollerTiming;
};

export type ConnectionState = {
  readonly state: 'connecting' | 'connected' | 'waiting' | 'stopped';
  /** Failures in a row. */
  readonly failures: number;
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | null;
};

export interface RouterPoller {
  /** Ends the connection and the router's series. */
  stop(): Promise<void>;
  status(): CollectorState[];
  connection(): ConnectionState;
  facts(): Fact[];
  /** Ends a wait before the next attempt: whoever changed something wants to see it now. */
  retryNow(): void;
  /** What is read from now on, and how often; the connection stays. */
  setCollectors(switches: CollectorSwitches): void;
  /** Seconds that a packet from the router took; undefined: no answer. Rejects while there is no connection, or when it refuses. */
  ping(address: string, signal: AbortSignal): Promise<number | undefined>;
  /** What these interfaces carry, each second until the returned function is called. */
  watchTraffic(names: readonly string[], viewer: TrafficViewer): () => void;
}

const defaultBackoff = { minMs: 5_000, maxMs: 300_000 };
const MIN_BUDGET_MS = 10_000;
const MAX_BUDGET_MS = 60_000;
/** Where polls follow each other more quickly than this, what is read seldom may hold one up. */
const MIN_SELDOM_MS = 5_000;

/** Starts at once and returns; it goes on by itself through every failure until stop() or the signal. */
export function startRouterPoller(options: RouterPollerOptions): RouterPoller {
  const poller = new Poller(options);
  const ended = poller.run();
  return {
    stop: () => {
      poller.abort();
      return ended;
    },
    status: () => poller.states.list(),
    connection: () => poller.connection,
    facts: () => factList(poller.facts),
    retryNow: () => poller.retryNow(),
    setCollectors: (switches) => poller.setCollectors(switches),
    ping: (address, signal) => poller.ping(address, signal),
    watchTraffic: (names, viewer) => poller.traffic.watch(names, viewer),
  };
}

class Poller {
  readonly states: CollectorStates;
  readonly traffic: TrafficWatch;
  facts: RouterFacts = {};
  connection: ConnectionState = { state: 'connecting', failures: 0, lastError: null };
  readonly #options: RouterPollerOptions;
  readonly #stop = new AbortController();
  readonly #recorder: PollRecorder;
  #switches: CollectorSwitches;
  #read: readonly Collector[];
  #turns: Turns;
  #waiting: AbortController | undefined;
  #open: RouterosConnection | undefined;

  constructor(options: RouterPollerOptions) {
    this.#options = options;
    const { device } = options;
    this.#switches = device.collectors;
    this.#read = this.#toRead();
    this.#turns = this.#newTurns();
    this.states = new CollectorStates(collectors, device.collectors, device.intervalMs, device.observe);
    this.#recorder = new PollRecorder(options.appender, device, this.states);
    this.traffic = new TrafficWatch({
      connection: () => this.#open,
      appender: options.appender,
      labels: routerLabels(device),
      clock: options.clock,
      onError: (error) => options.logger.warn({ device: device.id, err: error }, 'live traffic could not be read'),
    });
  }

  abort(): void {
    this.#stop.abort();
    this.traffic.close();
  }

  retryNow(): void {
    if (this.#waiting === undefined) return;
    this.connection = { ...this.connection, failures: 0 };
    this.#waiting.abort();
  }

  setCollectors(switches: CollectorSwitches): void {
    this.#switches = switches;
    this.#read = this.#toRead();
    this.#turns = this.#newTurns(this.#turns);
    this.states.change(switches);
    for (const collector of collectors) if (!isEnabled(collector, switches)) this.#recorder.forget(collector);
  }

  async ping(address: string, signal: AbortSignal): Promise<number | undefined> {
    if (this.#open === undefined) {
      throw routerosError('LW_ROUTEROS_CLOSED', 'There is no connection to the router just now.', '', undefined);
    }
    return pingOver(this.#open, address, signal);
  }

  async run(): Promise<void> {
    const { device, signal, logger, timing = {} } = this.#options;
    const onAbort = (): void => this.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) this.abort();
    const spreadMs = Math.min(timing.startSpreadMs ?? 1_000, device.intervalMs);
    await pause(spreadMs === 0 ? 0 : hashText(device.id) % spreadMs, this.#stop.signal);
    while (!this.#stop.signal.aborted) {
      try {
        await this.#session();
      } catch (error) {
        this.#failed(error);
      }
      await this.#endSeries();
      if (this.#stop.signal.aborted) break;
      const waitMs = backoffMs(this.connection.failures, timing.backoff ?? defaultBackoff);
      logger.debug({ device: device.id, waitMs }, 'next attempt');
      this.#waiting = new AbortController();
      await pause(waitMs, AbortSignal.any([this.#waiting.signal, this.#stop.signal]));
      this.#waiting = undefined;
    }
    signal?.removeEventListener('abort', onAbort);
    this.connection = { ...this.connection, state: 'stopped' };
  }

  #newTurns(before?: Turns): Turns {
    return new Turns(this.#read, this.#switches, this.#options.device.intervalMs, before);
  }

  #toRead(): Collector[] {
    return collectors.filter((collector) => isEnabled(collector, this.#switches) || this.#onlyObserves(collector));
  }

  #onlyObserves(collector: Collector): boolean {
    return onlyObserves(collector, this.#switches, this.#options.device.observe ?? true);
  }

  /** From connect to disconnect; always ends by throwing, or because of stop(). */
  async #session(): Promise<void> {
    const { device, password, presence, clock, timing = {} } = this.#options;
    this.connection = { ...this.connection, state: 'connecting' };
    const connection = await connectRouter({
      ...device,
      password: await password(),
      signal: this.#stop.signal,
      onAnswer: () => presence.seen(device.id, clock.now()),
      ...(timing.connectTimeoutMs !== undefined && { connectTimeoutMs: timing.connectTimeoutMs }),
      ...(timing.commandTimeoutMs !== undefined && { commandTimeoutMs: timing.commandTimeoutMs }),
    });
    try {
      this.connection = { ...this.connection, state: 'connected' };
      this.#open = connection;
      this.#turns = this.#newTurns();
      await this.#learnBoard(connection);
      // One for the whole session: races against `closed` itself would pile up for as long as it lasts.
      const lost = new AbortController();
      void connection.closed.then((error) => lost.abort(error));
      const wake = AbortSignal.any([lost.signal, this.#stop.signal]);
      while (!wake.aborted) {
        const startedMs = clock.now();
        await this.#pollOnce(connection);
        await pause(this.#untilNextPollMs(startedMs), wake);
      }
      if (lost.signal.aborted) throw lost.signal.reason;
    } finally {
      this.#open = undefined;
      connection.close();
    }
  }

  #untilNextPollMs(startedMs: number): number {
    const { clock, device } = this.#options;
    const { id, intervalMs } = device;
    const nowMs = clock.now();
    const waitMs = untilNextSlotMs(nowMs, intervalMs, phaseMs(id, intervalMs));
    // A slot right after a poll that has just begun (the first one, or a timer that fired early) is left out.
    const tooSoon = nowMs >= startedMs && nowMs + waitMs - startedMs < intervalMs / 2;
    return tooSoon ? waitMs + intervalMs : waitMs;
  }

  /** Board and packages change only with a restart, so once a connection is enough. A router without them says so. */
  async #learnBoard(connection: RouterosConnection): Promise<void> {
    const read = async (menu: string, toFacts: (rows: readonly Row[]) => RouterFacts): Promise<void> => {
      try {
        this.#learn(toFacts(await connection.print(menu, { signal: this.#stop.signal })));
      } catch (error) {
        const told = error instanceof LinewardenError && error.code !== 'LW_ROUTEROS_TIMEOUT';
        if (!told || !connection.isOpen) throw error;
      }
    };
    await read('/system/routerboard', ([row]) => routerboardFacts(row));
    await read('/system/package', packageFacts);
    const [resource] = await connection.print('/system/resource', { proplist: ['version'], signal: this.#stop.signal });
    const version = resource?.get('version');
    if (version !== undefined) this.#learn({ version });
  }

  #learn(facts: RouterFacts): void {
    this.facts = { ...this.facts, ...facts };
  }

  async #pollOnce(connection: RouterosConnection): Promise<void> {
    const { device, clock, observe, timing = {} } = this.#options;
    const pollMs = clock.monotonic();
    const due = this.#turns.due(pollMs).filter((collector) => {
      const met = needsMet(collector.needs, this.facts);
      if (!met) this.states.passedOver(collector);
      return met;
    });
    const budgetMs = timing.budgetMs ?? Math.min(MAX_BUDGET_MS, Math.max(MIN_BUDGET_MS, 2 * device.intervalMs));
    const timestampMs = clock.now();
    const told = await poll({
      connection,
      due,
      facts: () => this.facts,
      settings: { addressLists: device.addressLists ?? [] },
      learn: (facts) => this.#learn(facts),
      observe: (observation) => observe?.(device.id, clock.now(), observation),
      clock,
      budgetMs,
      seldomMs: Math.min(budgetMs, Math.max(MIN_SELDOM_MS, 0.9 * device.intervalMs)),
      isSeldom: (collector) => this.#turns.isSeldom(collector),
      expectedMs: (collector) => this.states.expectedMs(collector),
      commandTimeoutMs: Math.min(timing.commandTimeoutMs ?? MIN_BUDGET_MS, budgetMs),
      signal: this.#stop.signal,
    });
    if (this.#stop.signal.aborted) return;
    if (!connection.isOpen) throw await connection.closed;
    const outcomes = told.map((outcome) =>
      this.#onlyObserves(outcome.collector) ? { ...outcome, samples: [] } : outcome,
    );
    for (const outcome of outcomes) {
      const { collector, error, isAbsent } = outcome;
      this.states.record(outcome, clock.now());
      this.#turns.ran(collector, pollMs, isAbsent ? 'absent' : error === undefined ? 'good' : 'failed');
    }
    await this.#append(timestampMs, outcomes);
    this.#judge(outcomes);
  }

  async #append(timestampMs: number, outcomes: readonly CollectorOutcome[]): Promise<void> {
    const { device, presence, logger } = this.#options;
    try {
      const telemetryMs = await this.#recorder.append(timestampMs, outcomes);
      if (telemetryMs !== undefined) presence.telemetry(device.id, telemetryMs);
    } catch (error) {
      // The store's trouble is not the router's: it is not reported as its failure.
      logger.warn({ device: device.id, err: error }, 'a poll could not be stored');
    }
  }

  /** One collector's failure is its own; a poll without any answer ends the session, one without any success is told. */
  #judge(outcomes: readonly CollectorOutcome[]): void {
    const { device, presence, clock } = this.#options;
    const [first] = outcomes;
    const failure = first?.error;
    if (failure === undefined || outcomes.some(({ error }) => error === undefined)) {
      this.connection = { state: 'connected', failures: 0, lastError: null };
      return;
    }
    if (outcomes.every(({ error }) => error?.code === 'LW_ROUTEROS_TIMEOUT')) throw failure;
    const { code, message } = failure;
    this.connection = { state: 'connected', failures: 0, lastError: { code, message, atMs: clock.now() } };
    presence.failed(device.id, clock.now(), { code, message });
  }

  #failed(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const { device, presence, clock, logger } = this.#options;
    const known =
      error instanceof LinewardenError
        ? error
        : routerosError('LW_ROUTEROS_FAILED', 'Polling the router failed unexpectedly.', '', error);
    if (known !== error) logger.error({ device: device.id, err: error }, 'polling failed unexpectedly');
    const { code, message } = known;
    const repeated = this.connection.lastError?.code === code;
    const atMs = clock.now();
    this.connection = { state: 'waiting', failures: this.connection.failures + 1, lastError: { code, message, atMs } };
    presence.failed(device.id, atMs, { code, message });
    if (repeated) logger.debug({ device: device.id, code }, message);
    else logger.warn({ device: device.id, code }, message);
  }

  async #endSeries(): Promise<void> {
    const { device, clock, logger } = this.#options;
    try {
      await this.#recorder.end(clock.now());
    } catch (error) {
      logger.warn({ device: device.id, err: error }, 'the end of the series could not be stored');
    }
  }
}
