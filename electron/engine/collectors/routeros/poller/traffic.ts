// What interfaces carry at this second, for as long as somebody looks: monitor-traffic over the connection that polls.
import { LinewardenError } from '../../../../../shared/model/errors.ts';
import { type Clock, pause } from '../../../clock.ts';
import { TargetSession } from '../../../ingest/index.ts';
import type { MetricAppender } from '../../../store/metrics/index.ts';
import type { RouterosConnection, Row } from '../client/index.ts';
import { SampleWriter } from '../samples.ts';
import { parseNumber } from '../values.ts';

export type TrafficRate = { readonly name: string; readonly rxBps: number; readonly txBps: number };

export type TrafficSecond = {
  readonly atMs: number;
  /** Seen from the router. Interfaces that it does not have are left out. */
  readonly rates: readonly TrafficRate[];
  /** Why there are none just now. */
  readonly problem: string | null;
};

export type TrafficViewer = {
  readonly tell: (second: TrafficSecond) => void;
  /** The router is not polled any more, or polled anew: nothing else comes. */
  readonly ended: () => void;
};

/** Of one router, whoever looks: its own CPU answers each second. */
export const MAX_WATCHED_INTERFACES = 32;

const EVERY_MS = 1_000;
const TIMEOUT_MS = 3_000;
/** After a refusal: another answer does not come each second. */
const REFUSED_MS = 10_000;

type Watcher = { readonly names: readonly string[]; readonly viewer: TrafficViewer };

export type TrafficOptions = {
  readonly connection: () => RouterosConnection | undefined;
  readonly appender: MetricAppender;
  /** Labels of every series of the router. */
  readonly labels: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
};

export class TrafficWatch {
  readonly #options: TrafficOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #writer: SampleWriter;
  readonly #session: TargetSession;
  #stop: AbortController | undefined;
  #isClosed = false;
  #lastMs = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#writer = new SampleWriter(options.appender, options.labels);
    this.#session = new TargetSession(options.appender, { duplicates: 'last' });
  }

  /** Tells each second until the returned function is called; the last to leave ends the asking. */
  watch(names: readonly string[], viewer: TrafficViewer): () => void {
    const watcher = { names, viewer };
    if (this.#isClosed) {
      viewer.ended();
      return () => {};
    }
    this.#watchers.add(watcher);
    if (this.#stop === undefined) {
      this.#stop = new AbortController();
      this.#run(this.#stop.signal).catch(this.#options.onError);
    }
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#end();
    };
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.#end();
    for (const { viewer } of this.#watchers) viewer.ended();
    this.#watchers.clear();
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      let waitMs = EVERY_MS;
      try {
        const rates = await this.#read(signal);
        if (signal.aborted) break;
        this.#tell({ atMs: clock.now(), rates, problem: null });
        await this.#store(rates);
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof LinewardenError)) throw error;
        this.#tell({ atMs: clock.now(), rates: [], problem: error.message });
        if (error.code !== 'LW_ROUTEROS_CLOSED' && error.code !== 'LW_ROUTEROS_TIMEOUT') waitMs = REFUSED_MS;
      }
      await pause(Math.max(100, waitMs - (clock.monotonic() - startedMs)), signal);
    }
    // A second loop may have begun meanwhile: its series go on.
    if (this.#stop === undefined) await this.#session.end(this.#timeMs());
  }

  async #read(signal: AbortSignal): Promise<TrafficRate[]> {
    const connection = this.#options.connection();
    if (connection === undefined || !connection.isOpen) {
      throw new LinewardenError('LW_ROUTEROS_CLOSED', 'There is no connection to the router just now.');
    }
    const names = [...new Set([...this.#watchers].flatMap((watcher) => watcher.names))].slice(
      0,
      MAX_WATCHED_INTERFACES,
    );
    // A name with a comma in it cannot be in a list.
    const inList = names.filter((name) => !name.includes(','));
    const alone = names.filter((name) => name.includes(','));
    const rates = inList.length === 0 ? [] : await this.#together(connection, inList, signal);
    for (const name of alone) rates.push(...(await this.#one(connection, name, signal)));
    return rates;
  }

  /** One command for all; where the router refuses because one of them is gone, one for each. */
  async #together(
    connection: RouterosConnection,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<TrafficRate[]> {
    try {
      const rows = await monitorTraffic(connection, names.join(','), signal);
      return rows.flatMap((row, i) =>
        rateOf(row, row.get('name') ?? (rows.length === names.length ? names[i] : undefined)),
      );
    } catch (error) {
      if (!isTrap(error) || names.length === 1) throw error;
      const rates: TrafficRate[] = [];
      for (const name of names) rates.push(...(await this.#one(connection, name, signal)));
      return rates;
    }
  }

  async #one(connection: RouterosConnection, name: string, signal: AbortSignal): Promise<TrafficRate[]> {
    try {
      return (await monitorTraffic(connection, name, signal)).flatMap((row) => rateOf(row, name));
    } catch (error) {
      if (isTrap(error)) return [];
      throw error;
    }
  }

  #tell(second: TrafficSecond): void {
    for (const { names, viewer } of this.#watchers) {
      try {
        viewer.tell({ ...second, rates: second.rates.filter(({ name }) => names.includes(name)) });
      } catch (error) {
        this.#options.onError(error);
      }
    }
  }

  async #store(rates: readonly TrafficRate[]): Promise<void> {
    const batch = this.#session.begin(this.#timeMs());
    for (const { name, rxBps, txBps } of rates) {
      const labels = { name };
      batch.add(this.#writer.ref({ name: 'linewarden_routeros_interface_rx_bits_per_second', labels }), rxBps);
      batch.add(this.#writer.ref({ name: 'linewarden_routeros_interface_tx_bits_per_second', labels }), txBps);
    }
    try {
      await batch.commit();
    } catch (error) {
      // The store's trouble does not end what is shown.
      this.#options.onError(error);
    }
  }

  /** A mark and a sample of a series must not share a time. A clock that was set back is followed. */
  #timeMs(): number {
    const nowMs = this.#options.clock.now();
    const behindMs = this.#lastMs - nowMs;
    this.#lastMs = behindMs >= 0 && behindMs < EVERY_MS ? this.#lastMs + 1 : nowMs;
    return this.#lastMs;
  }
}

const isTrap = (error: unknown): boolean => error instanceof LinewardenError && error.code === 'LW_ROUTEROS_TRAP';

async function monitorTraffic(
  connection: RouterosConnection,
  interfaces: string,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const words = ['/interface/monitor-traffic', `=interface=${interfaces}`, '=once='];
  return (await connection.run(words, { timeoutMs: TIMEOUT_MS, signal })).rows;
}

function rateOf(row: Row, name: string | undefined): TrafficRate[] {
  const rxBps = parseNumber(row.get('rx-bits-per-second'));
  const txBps = parseNumber(row.get('tx-bits-per-second'));
  return name === undefined || rxBps === undefined || txBps === undefined ? [] : [{ name, rxBps, txBps }];
}
