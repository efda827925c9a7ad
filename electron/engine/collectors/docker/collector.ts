// Asks one container engine: which containers run, what they use, and what happens to them.
import { readlink } from 'node:fs/promises';
import type { CollectorState } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { type Clock, pause } from '../../clock.ts';
import { TargetSession } from '../../ingest/index.ts';
import type { ScrapeBatch } from '../../ingest/index.ts';
import type { PresenceSink } from '../../inventory/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { containersSchema, infoSchema, inspectSchema, statsSchema, versionSchema } from './answers.ts';
import type { ContainerInspect, ContainerRow, ContainerStats, EngineInfo } from './answers.ts';
import { EngineClient, socketPathOf } from './engine-client.ts';
import { followEvents } from './events.ts';
import type { ContainerEvent } from './events.ts';
import { inspectSamples, machineSamples, statsSamples } from './samples.ts';
import type { Emit } from './samples.ts';
import type { DockerEngine } from './section.ts';
import { engineSeries } from './series.ts';
import type { EngineSeries } from './series.ts';

export type DockerCollectorOptions = {
  readonly engine: DockerEngine;
  readonly baseDir: string;
  readonly deviceId: string;
  readonly appender: MetricAppender;
  readonly presence: PresenceSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What happened to a container, for the time axes. */
  readonly onEvent: (event: ContainerEvent) => void;
};

export type DockerCollector = {
  stop(): Promise<void>;
  status(): CollectorState;
  facts(): { name: string; value: string }[];
};

const MAX_CONTAINERS = 1_000;
const AT_ONCE = 8;
const MIN_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 60_000;
/** Limits and health seldom change without an event. */
const INSPECT_EVERY_MS = 60_000;
/** From this API on stats come at once; before, the engine measures for a second. */
const ONE_SHOT_SINCE = 1.41;

export function startDockerCollector(options: DockerCollectorOptions): DockerCollector {
  return new RunningEngine(options);
}

class RunningEngine implements DockerCollector {
  readonly #options: DockerCollectorOptions;
  readonly #client: EngineClient;
  readonly #session: TargetSession;
  readonly #series: EngineSeries;
  readonly #stopping = new AbortController();
  readonly #inspected = new Map<string, { readonly answer: ContainerInspect; readonly atMs: number }>();
  readonly #outOfMemory = new Map<string, number>();
  readonly #deviceNames = new Map<string, string>();
  readonly #loop: Promise<void>;
  #info: EngineInfo = {};
  #statsQuery: string | undefined;
  #containers = 0;
  #lastSuccessMs: number | null = null;
  #lastDurationMs: number | null = null;
  #lastError: CollectorState['lastError'] = null;
  #events: Promise<void> | undefined;

  constructor(options: DockerCollectorOptions) {
    this.#options = options;
    const { engine, appender, baseDir } = options;
    this.#client = new EngineClient(engine, baseDir);
    this.#session = new TargetSession(appender);
    this.#series = engineSeries(appender, engine.name, engine.labels);
    this.#loop = this.#run();
  }

  status(): CollectorState {
    return {
      name: 'docker',
      enabled: true,
      intervalMs: this.#options.engine.interval,
      lastSuccessMs: this.#lastSuccessMs,
      lastDurationMs: this.#lastDurationMs,
      lastError: this.#lastError,
    };
  }

  facts(): { name: string; value: string }[] {
    const { ServerVersion: version, OperatingSystem: system } = this.#info;
    return [
      { name: 'model', value: system ?? '' },
      { name: 'version', value: version ?? '' },
      { name: 'containers', value: this.#lastSuccessMs === null ? '' : String(this.#containers) },
    ].filter(({ value }) => value !== '');
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#client.close();
    await this.#events;
    try {
      await this.#session.end(this.#options.clock.now());
    } catch (error) {
      this.#options.logger.warn({ err: error }, "the end of an engine's series was not stored");
    }
  }

  async #run(): Promise<void> {
    const { clock, engine, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#poll();
      } catch (error) {
        const expected = error instanceof LinewardenError;
        const code = expected ? error.code : 'LW_DOCKER_NOT_STORED';
        const message = expected ? error.message : 'What the engine told was not stored.';
        if (this.#lastError?.code !== code) logger.error({ err: error, engine: engine.name }, message);
        this.#lastError = { code, message, atMs: clock.now() };
      }
      const nextMs = (Math.floor(clock.now() / engine.interval) + 1) * engine.interval;
      await pause(nextMs - clock.now(), signal);
    }
  }

  async #poll(): Promise<void> {
    const { clock, presence, deviceId, engine, logger } = this.#options;
    const timestampMs = clock.now();
    const startedMs = clock.monotonic();
    let batch = this.#session.begin(timestampMs);
    let failure: LinewardenError | undefined;
    try {
      const timeoutMs = Math.min(Math.max(engine.interval, MIN_TIMEOUT_MS), MAX_TIMEOUT_MS);
      await this.#read(batch, AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)]));
    } catch (error) {
      // Being stopped says nothing about the engine.
      if (this.#stopping.signal.aborted) return;
      if (!(error instanceof LinewardenError)) throw error;
      failure = error;
      batch = this.#session.begin(timestampMs);
    }
    const durationMs = clock.monotonic() - startedMs;
    batch.addReport(this.#series.ref('up', undefined), failure === undefined ? 1 : 0);
    batch.addReport(this.#series.ref('scrape_duration_seconds', undefined), durationMs / 1_000);
    this.#lastDurationMs = durationMs;
    if (failure !== undefined) {
      const message = `${failure.message} ${failure.hint}`.trim();
      presence.failed(deviceId, clock.now(), { code: failure.code, message });
      if (this.#lastError?.code !== failure.code)
        logger.warn({ engine: engine.name, code: failure.code }, failure.message);
      this.#lastError = { code: failure.code, message, atMs: clock.now() };
    }
    await batch.commit();
    if (failure !== undefined) return;
    this.#lastSuccessMs = clock.now();
    this.#lastError = null;
    presence.seen(deviceId, clock.now());
    presence.telemetry(deviceId, timestampMs);
    const engineMs = Date.parse(this.#info.SystemTime ?? '') || undefined;
    this.#events ??= followEvents(this.#client, clock, this.#stopping.signal, engineMs, (event) =>
      this.#happened(event),
    );
  }

  async #read(batch: ScrapeBatch, signal: AbortSignal): Promise<void> {
    if (this.#statsQuery === undefined) {
      const version = await this.#client.get('/version', versionSchema, signal);
      this.#statsQuery =
        Number(version?.ApiVersion ?? 0) >= ONE_SHOT_SINCE ? 'stream=false&one-shot=true' : 'stream=false';
    }
    this.#info = (await this.#client.get('/info', infoSchema, signal)) ?? {};
    const all = (await this.#client.get('/containers/json', containersSchema, signal)) ?? [];
    const running = all.slice(0, MAX_CONTAINERS);
    this.#containers = all.length;
    const emitOwn: Emit = (name, value, labels) => {
      if (value !== undefined) batch.add(this.#series.ref(name, labels), value);
    };
    machineSamples(this.#info, emitOwn);
    await eachOf(running, AT_ONCE, (container) => this.#readContainer(container, batch, signal));
    const ids = new Set(running.map(({ Id: id }) => id));
    this.#series.keep(ids);
    for (const id of this.#inspected.keys()) if (!ids.has(id)) this.#inspected.delete(id);
    for (const id of this.#outOfMemory.keys()) if (!ids.has(id)) this.#outOfMemory.delete(id);
  }

  async #readContainer(container: ContainerRow, batch: ScrapeBatch, signal: AbortSignal): Promise<void> {
    const { Id: id } = container;
    const [stats, inspected] = await Promise.all([
      this.#client.get(`/containers/${id}/stats?${this.#statsQuery}`, statsSchema, signal),
      this.#inspect(id, signal),
    ]);
    // It has gone between the list and the question.
    if (stats === undefined || inspected === undefined) return;
    await this.#nameDevices(stats);
    const emit: Emit = (name, value, labels) => {
      if (value !== undefined && name !== '') batch.add(this.#series.containerRef(container, name, labels), value);
    };
    emit('container_last_seen', Math.floor(this.#options.clock.now() / 1_000));
    emit('container_oom_events_total', this.#outOfMemory.get(id) ?? 0);
    statsSamples(stats, emit, (device) => this.#deviceNames.get(device) ?? device);
    inspectSamples(inspected, emit);
  }

  async #inspect(id: string, signal: AbortSignal): Promise<ContainerInspect | undefined> {
    const known = this.#inspected.get(id);
    const nowMs = this.#options.clock.now();
    if (known !== undefined && nowMs - known.atMs < INSPECT_EVERY_MS) return known.answer;
    const answer = await this.#client.get(`/containers/${id}/json`, inspectSchema, signal);
    if (answer !== undefined) this.#inspected.set(id, { answer, atMs: nowMs });
    return answer;
  }

  /** "8:0" is /dev/sda on the machine of the engine; only of our own can it be looked up. */
  async #nameDevices({ blkio_stats: block }: ContainerStats): Promise<void> {
    if (process.platform !== 'linux' || socketPathOf(this.#options.engine.address) === undefined) return;
    for (const { major, minor } of (block?.io_service_bytes_recursive ?? []).slice(0, 128)) {
      const device = `${major}:${minor}`;
      if (this.#deviceNames.has(device) || this.#deviceNames.size >= 256) continue;
      const link = await readlink(`/sys/dev/block/${device}`).catch(() => undefined);
      this.#deviceNames.set(device, link === undefined ? device : `/dev/${link.split('/').at(-1)}`);
    }
  }

  #happened(event: ContainerEvent): void {
    this.#inspected.delete(event.id);
    if (event.action === 'oom') this.#outOfMemory.set(event.id, (this.#outOfMemory.get(event.id) ?? 0) + 1);
    this.#options.onEvent(event);
  }
}

/** At most so many under way at once; rejects with the first failure, once all that began have ended. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined && failures.length === 0; item = items[next++]) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
