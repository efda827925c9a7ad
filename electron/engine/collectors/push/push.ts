// The push API without its HTTP: clients and their keys, headends' tokens, what is held of both, and the scrape of it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Clock } from '../../clock.ts';
import type { MadeKey } from '../../keys/index.ts';
import type { MetricAppender } from '../../store/metrics/index.ts';
import type { Logger, OwnMetric, Registry } from '../../telemetry/index.ts';
import { type ClientRows, type PushClient, PushClients, type SampleClient } from './clients.ts';
import { CHECK_IN, FIELDS, MANAGER, type ManagerCounts, type SenderKind } from './families.ts';
import { createJwtVerifier, type JwtVerifier } from './jwt.ts';
import { type JoinDevice, type LastReport, PushReceiver } from './receiver.ts';
import { type Held, type HeldRows, PushRegistry } from './registry.ts';
import type { PushSection } from './section.ts';

const SCRAPE_MS = 15_000;
const FLUSH_MS = 1_000;

export type PushOptions = {
  readonly section: PushSection;
  readonly baseDir: string;
  readonly appender: MetricAppender;
  readonly rows: ClientRows & HeldRows;
  readonly device: JoinDevice;
  /** Whether the inventory still has the device. */
  readonly isDevice: (id: string) => boolean;
  /** Its sender may no longer send. */
  readonly forgetDevice: (id: string) => void;
  readonly telemetry: (deviceId: string, atMs: number) => void;
  /** How many sites there are, headends' places aside. */
  readonly sites: () => readonly string[];
  readonly registry: Pick<Registry, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
  readonly onWritten: (error: unknown) => void;
};

export type PushStatus = {
  readonly clients: readonly (PushClient & {
    readonly lastCheckInMs: number | null;
    readonly deviceId: string | null;
  })[];
  readonly headends: readonly {
    readonly id: string;
    readonly name: string;
    readonly region: string;
    readonly datacenter: string;
    readonly provisioned: boolean;
    readonly sample: boolean;
    readonly lastCheckInMs: number | null;
    readonly deviceId: string | null;
  }[];
  readonly jwt: { readonly algorithm: string; readonly audience: string } | null;
  readonly acceptsNewHeadends: boolean;
};

/** What HTTP counts. */
export type HttpCounts = { readonly requests: number; readonly authAttempts: number };

/** Those of the sample network that push. */
export type PushSample = {
  readonly clients: readonly SampleClient[];
  readonly headends: PushSection['headends'];
  readonly headendSecret: string;
};

export type Push = {
  /** Throws LW_PUSH_JWT_KEY, LW_PUSH_KEY_FILE. */
  apply(section: PushSection, baseDir: string): void;
  readonly receiver: PushReceiver;
  /** Lets the sample network's senders in; without any, they and their series end. */
  setSample(sample: PushSample | undefined): void;
  status(): PushStatus;
  addClient(form: { readonly id: string; readonly name?: string; readonly type?: string }): MadeKey;
  rotateKey(id: string, overlapMs: number): MadeKey;
  revokeKey(id: string, keyId: string): void;
  /** Its keys end, and so do its series and its device. */
  removeClient(id: string): void;
  /** Ends the series of whoever this device is. */
  removeDevice(deviceId: string): void;
  /** The sender that a device is; undefined for others. */
  reportOf(deviceId: string): (LastReport & { readonly kind: SenderKind }) | undefined;
  counts(): { readonly clients: number; readonly headends: number };
  /** For /metrics: what is held, and the manager's own. */
  metrics(): OwnMetric[];
  countHttp(counts: () => HttpCounts): void;
  stop(): Promise<void>;
};

const NO_HTTP = (): HttpCounts => ({ requests: 0, authAttempts: 0 });

export function createPush(options: PushOptions): Push {
  const { clock, logger, appender, rows, onChange } = options;
  const clients = new PushClients(rows);
  const held = new PushRegistry({ appender, rows, nowMs: clock.now() });
  let section = options.section;
  let jwt: JwtVerifier | undefined;
  let sample: (PushSample & { readonly jwt: JwtVerifier }) | undefined;
  let http = NO_HTTP;
  let flushTimer: NodeJS.Timeout | undefined;
  let flushedMs = Number.NEGATIVE_INFINITY;

  const flush = (all = false): void => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    flushedMs = clock.monotonic();
    try {
      held.flush(all);
      options.onWritten(undefined);
    } catch (error) {
      logger.warn({ err: error }, 'what was pushed could not be kept for the next start');
      options.onWritten(error);
    }
  };

  const isConfigHeadend = (id: string): boolean => section.headends.some((headend) => headend.id === id);
  const isSampleHeadend = (id: string): boolean =>
    sample !== undefined && sample.headends.some((headend) => headend.id === id) && !isConfigHeadend(id);

  const receiver = new PushReceiver({
    clients,
    registry: held,
    section: () =>
      sample === undefined ? section : { ...section, headends: [...section.headends, ...sample.headends] },
    jwt: (id) => (isSampleHeadend(id) ? sample?.jwt : jwt),
    device: options.device,
    onStored(deviceId, atMs) {
      if (deviceId !== undefined) options.telemetry(deviceId, atMs);
      // At once, unless so many come that they are better written together.
      if (clock.monotonic() - flushedMs >= FLUSH_MS) flush();
      else flushTimer ??= setTimeout(() => flush(), FLUSH_MS).unref();
    },
    clock,
    logger,
  });
  receiver.accounts.register(options.registry, (kind) => held.count(kind));

  const sites = (): number => {
    const places = held
      .all()
      .flatMap(({ kind, labels: { region = '', datacenter = '' } }) =>
        kind === 'headend' && region + datacenter !== '' ? [`${region}/${datacenter}`] : [],
      );
    // Where nothing is told apart, this is the one site.
    return Math.max(1, new Set([...options.sites(), ...places]).size);
  };
  const managerCounts = (): ManagerCounts => ({
    sites: sites(),
    clients: clients.size,
    httpRequests: http().requests,
    authAttempts: http().authAttempts,
  });

  const isUsed = (): boolean =>
    clients.size > 0 || jwt !== undefined || sample !== undefined || section.headends.length > 0;

  const remove = (kind: SenderKind, id: string): void => {
    receiver.forget(kind, id);
    if (held.remove(kind, id)) void scrape();
  };

  /** A client that lost its key, or a device that was removed by hand, is no longer held. */
  const dropGone = (): void => {
    for (const { kind, id, deviceId } of held.all()) {
      const isKeyless = kind === 'client' && clients.get(id) === undefined;
      if (isKeyless || (deviceId !== undefined && !options.isDevice(deviceId))) held.remove(kind, id);
    }
  };

  let running: Promise<unknown> | undefined;
  // What an end by force left behind of those who may no longer send is dropped once.
  let wasUsed = held.all().length > 0;
  const scrape = (): Promise<unknown> => {
    if (!isUsed() && !wasUsed) return Promise.resolve();
    wasUsed = isUsed();
    // A store that is paused must not pile up scrapes.
    running ??= (async () => {
      try {
        dropGone();
        await held.scrape(clock.now(), managerCounts());
      } catch (error) {
        logger.warn({ err: error }, 'what was pushed could not be stored anew');
      } finally {
        running = undefined;
      }
    })();
    return running;
  };

  const apply = (next: PushSection, baseDir: string): void => {
    const verifier = next.jwt && createJwtVerifier(jwtOptions(next.jwt, baseDir));
    clients.provide(next, baseDir);
    section = next;
    jwt = verifier;
  };
  apply(options.section, options.baseDir);
  const timer = setInterval(() => void scrape(), SCRAPE_MS);

  const heldOf = (deviceId: string): Held | undefined => held.all().find((one) => one.deviceId === deviceId);
  const changed = <T>(value: T): T => {
    onChange();
    return value;
  };

  return {
    apply,
    receiver,
    setSample(next) {
      const before = sample;
      sample = next && {
        ...next,
        jwt: createJwtVerifier({
          algorithm: 'HS256',
          audience: 'linewarden',
          key: Buffer.from(next.headendSecret),
          keyName: 'the sample network',
        }),
      };
      clients.setSample(next?.clients ?? []);
      for (const { id } of before?.clients ?? []) if (clients.get(id) === undefined) remove('client', id);
      for (const { id } of before?.headends ?? []) {
        if (!isConfigHeadend(id)) remove('headend', id);
      }
      onChange();
    },
    status() {
      const contactOf = (kind: SenderKind, id: string) => {
        const known = held.get(kind, id);
        return { lastCheckInMs: known?.checkInMs ?? null, deviceId: known?.deviceId ?? null };
      };
      const sampled = sample?.headends.filter(({ id }) => isSampleHeadend(id)) ?? [];
      const named = [...section.headends, ...sampled].map(({ id, name = id, region = '', datacenter = '' }) => {
        const contact = contactOf('headend', id);
        return { id, name, region, datacenter, provisioned: true, sample: isSampleHeadend(id), ...contact };
      });
      const names = new Set(named.map(({ id }) => id));
      const found = held.all().flatMap(({ kind, id, labels }) => {
        if (kind !== 'headend' || names.has(id)) return [];
        const contact = contactOf(kind, id);
        return [
          { id, name: labels['name'] ?? id, region: '', datacenter: '', provisioned: false, sample: false, ...contact },
        ];
      });
      return {
        clients: clients.list().map((client) => ({ ...client, ...contactOf('client', client.id) })),
        headends: [...named, ...found],
        jwt: section.jwt === undefined ? null : { algorithm: section.jwt.algorithm, audience: section.jwt.audience },
        acceptsNewHeadends: section.accept_new_headends,
      };
    },
    addClient: (form) => changed(clients.add(form, clock.now())),
    rotateKey: (id, overlapMs) => changed(clients.rotate(id, overlapMs, clock.now())),
    revokeKey: (id, keyId) => changed(clients.revoke(id, keyId)),
    removeClient(id) {
      clients.remove(id);
      const deviceId = held.get('client', id)?.deviceId;
      remove('client', id);
      if (deviceId !== undefined) options.forgetDevice(deviceId);
      changed(undefined);
    },
    removeDevice(deviceId) {
      const one = heldOf(deviceId);
      if (one !== undefined) remove(one.kind, one.id);
    },
    reportOf(deviceId) {
      const one = heldOf(deviceId);
      if (one === undefined) return undefined;
      const last = receiver.lastReport(one.kind, one.id);
      return { kind: one.kind, ...(last ?? { atMs: one.checkInMs, samples: 0, warning: null }) };
    },
    counts: () => ({ clients: held.count('client'), headends: held.count('headend') }),
    metrics: () => (isUsed() ? metricsOf(held.all(), managerCounts()) : []),
    countHttp(counts) {
      http = counts;
    },
    async stop() {
      clearInterval(timer);
      await running;
      flush(true);
    },
  };
}

function jwtOptions(jwt: NonNullable<PushSection['jwt']>, baseDir: string): Parameters<typeof createJwtVerifier>[0] {
  const file = path.resolve(baseDir, jwt.key_file);
  try {
    return { algorithm: jwt.algorithm, audience: jwt.audience, key: readFileSync(file), keyName: file };
  } catch (error) {
    throw new LinewardenError('LW_PUSH_JWT_KEY', `${file}: the key of headends' tokens cannot be read`, {
      hint: 'Check the path (relative to the config file) and its permissions.',
      cause: error,
    });
  }
}

/** Family by family, as an exposition wants them. */
function metricsOf(all: readonly Held[], counts: ManagerCounts): OwnMetric[] {
  const families = (['client', 'headend'] as const).flatMap((kind): OwnMetric[] => {
    const senders = all.filter((one) => one.kind === kind);
    const values = FIELDS[kind].map(({ key, metric, help }): OwnMetric => ({
      name: metric,
      help,
      type: 'gauge',
      value: () =>
        senders.flatMap(({ labels, known }) => {
          const value = known.values[key];
          return value === undefined ? [] : [{ labels, value }];
        }),
    }));
    const { metric: name, help } = CHECK_IN[kind];
    const checkIn = senders.map(({ labels, checkInMs }) => ({ labels, value: checkInMs / 1_000 }));
    return [...values, { name, help, type: 'gauge', value: () => checkIn }];
  });
  const manager = MANAGER.map(({ metric: name, help, type, value }): OwnMetric => ({
    name,
    help,
    type,
    value: () => value(counts),
  }));
  return [...families, ...manager];
}
