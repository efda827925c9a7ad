// Reads one broker for as long as it is wanted: connects, asks for the topics, acknowledges what is stored, and tries again.
import { Transform } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { IClientOptions, IConnackPacket, IPublishPacket, MqttClient } from 'mqtt';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { pause } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { BrokerAccount } from './account.ts';
import { Acks, Settled, sumOf } from './acks.ts';
import { endpointOf, passwordOf, streamOpener } from './endpoint.ts';
import { connackFailure, connectionFailure } from './failures.ts';
import type { Intake } from './intake.ts';
import { OversizedCutter } from './oversized.ts';
import type { ConnectSection } from './section.ts';
import type { Topics } from './topics.ts';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
const CONNECT_TIMEOUT_MS = 15_000;
/** Headers around a payload: topic and properties. */
const HEADER_BYTES = 128 * 1024;
/** As good as a connection that worked: the next attempt comes at once. */
const STABLE_MS = 10_000;

export type BrokerState = {
  readonly name: string;
  readonly address: string;
  readonly isConnected: boolean;
  /** Since when it is so, Unix ms. */
  readonly sinceMs: number;
  readonly version: string;
  readonly inFlight: number;
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | undefined;
};

export type BrokerClient = { state(): BrokerState; stop(): Promise<void> };

export type BrokerClientOptions = {
  readonly section: ConnectSection;
  readonly baseDir: string;
  readonly clientId: string;
  readonly topics: Topics;
  readonly account: BrokerAccount;
  readonly intake: Intake;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onChange: () => void;
};

type Version = 4 | 5;
type Ended = { readonly wasConnected: boolean; readonly refusal: number | undefined; readonly error: unknown };

export function startBrokerClient(options: BrokerClientOptions): BrokerClient {
  const { section, baseDir, clientId, topics, account, intake, clock, logger } = options;
  const { host, port } = endpointOf(section.url);
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const stopping = new AbortController();
  const { signal } = stopping;
  const settled = new Settled(2 * section.max_in_flight);
  let version: Version = section.version === '3.1.1' ? 4 : 5;
  let acks: Acks | undefined;
  let isConnected = false;
  let sinceMs = clock.now();
  let lastError: BrokerState['lastError'];

  const setConnected = (now: boolean): void => {
    if (isConnected === now) return;
    isConnected = now;
    sinceMs = clock.now();
    options.onChange();
  };

  const failed = (error: LinewardenError): void => {
    const isNew = lastError?.message !== error.message;
    lastError = { code: error.code, message: error.message, atMs: clock.now() };
    if (isNew) logger.warn({ broker: account.name, code: error.code }, error.message);
    options.onChange();
  };

  const clientOptions = (password: string | undefined): IClientOptions => ({
    protocolVersion: version,
    protocolId: 'MQTT',
    clientId,
    clean: section.clean,
    keepalive: Math.round(section.keepalive / 1_000),
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Attempts are made here, each with the files as they are then.
    reconnectPeriod: 0,
    resubscribe: false,
    ...(section.username !== undefined && { username: section.username }),
    ...(password !== undefined && { password }),
    ...(version === 5 && {
      properties: {
        receiveMaximum: section.max_in_flight,
        maximumPacketSize: options.maxMessageBytes + HEADER_BYTES,
        ...(!section.clean && {
          sessionExpiryInterval: Math.min(Math.round(section.session_expiry / 1_000), 0xffff_fffe),
        }),
      },
    }),
  });

  /** The library reads what the cutter lets through. */
  const guarded = (open: () => Duplex, cutter: OversizedCutter): Duplex => {
    const stream = open();
    const filter = new Transform({
      transform(chunk: Buffer, _encoding, callback) {
        const passed = cutter.pass(chunk);
        if (passed !== undefined) {
          callback(null, Buffer.concat(passed));
          return;
        }
        stream.destroy(
          new LinewardenError('LW_MQTT_TOO_LARGE', `The broker ${address} sends packets that are too large.`, {
            hint: 'Raise max_message_size in the mqtt section of linewarden.yml.',
          }),
        );
        callback();
      },
    });
    const pipe = stream.pipe.bind(stream);
    stream.pipe = (to, how) => pipe(filter).pipe(to, how);
    return stream;
  };

  /** Messages come one by one; the next is asked for at once, and the PUBACK follows when this one is stored. */
  const receive = (client: MqttClient, mark: Buffer): void => {
    const { stream } = client;
    const own = new Acks({
      most: section.max_in_flight,
      settled,
      send(bytes) {
        // Those of a connection that has ended come again.
        if (client.stream === stream && !stream.destroyed && stream.writable) stream.write(bytes);
      },
    });
    acks = own;
    client.handleMessage = (packet: IPublishPacket, callback) => {
      const { topic, qos, messageId = 0, retain, dup } = packet;
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      const id = qos > 0 ? messageId : 0;
      const sum = id > 0 ? sumOf(topic, payload) : 0;
      // An error keeps the library from acknowledging by itself, and means nothing else to it.
      const next = (): void => callback(id > 0 ? new Error('acknowledged once it is stored') : undefined);
      const done = own.arrived({ id, bytes: payload.length, sum }, next);
      const match = topics.match(topic);
      if (match === undefined) {
        account.came('other', clock.now());
        done();
      } else if (dup && settled.has(id, sum)) {
        account.duplicates++;
        done();
      } else {
        void intake.take({ match, payload, isRetained: retain, isCut: payload.equals(mark) }).then(done);
      }
    };
  };

  const subscribe = (client: MqttClient): void => {
    // Without retained messages where the broker can leave them out (MQTT 5).
    const request = Object.fromEntries(topics.filters.map((filter) => [filter, { qos: 1 as const, rh: 1 }]));
    client.subscribe(request, (error, granted) => {
      const refused = (granted ?? []).filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
      if (error === null && refused.length === 0) return;
      // Closed meanwhile: that is told already.
      if (refused.length === 0 && !client.connected) return;
      failed(
        new LinewardenError('LW_MQTT_SUBSCRIBE', `The broker ${address} refuses the topics ${refused.join(', ')}.`, {
          hint: 'Give this user the right to read them.',
        }),
      );
    });
  };

  /** One connection from its beginning to its end; rejects with what kept it from beginning. */
  const connectOnce = async (): Promise<Ended> => {
    const [password, open, { MqttClient: Client }] = await Promise.all([
      passwordOf(section, baseDir),
      streamOpener(section, baseDir),
      import('mqtt'),
    ]);
    if (signal.aborted) return { wasConnected: false, refusal: undefined, error: undefined };
    return new Promise((resolve) => {
      const cutter = new OversizedCutter(options.maxMessageBytes + HEADER_BYTES);
      const client = new Client(() => guarded(open, cutter), clientOptions(password));
      let wasConnected = false;
      let refusal: number | undefined;
      let error: unknown;
      const stop = (): void => {
        client.end(true);
      };
      signal.addEventListener('abort', stop, { once: true });
      receive(client, cutter.mark);
      client.on('connect', (connack: IConnackPacket) => {
        wasConnected = true;
        refusal = undefined;
        lastError = undefined;
        logger.info({ broker: account.name, session: connack.sessionPresent }, 'a broker is connected');
        setConnected(true);
        subscribe(client);
      });
      client.on('error', (cause) => {
        const { code } = cause as { code?: unknown };
        if (typeof code === 'number') refusal = code;
        error ??= cause;
        if (!wasConnected) client.end(true);
      });
      client.once('close', () => {
        signal.removeEventListener('abort', stop);
        client.end(true);
        resolve({ wasConnected, refusal, error });
      });
    });
  };

  const run = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      let isOtherVersion = false;
      try {
        const { wasConnected, refusal, error } = await connectOnce();
        if (signal.aborted) break;
        isOtherVersion = section.version === 'auto' && !wasConnected && isVersionTrouble(refusal, error);
        if (isOtherVersion) version = version === 5 ? 4 : 5;
        if (wasConnected && clock.monotonic() - startedMs > STABLE_MS) retryMs = FIRST_RETRY_MS;
        if (refusal !== undefined) failed(connackFailure(address, refusal));
        else failed(connectionFailure(address, error ?? { code: 'ECONNRESET' }));
      } catch (error) {
        failed(connectionFailure(address, error));
      }
      setConnected(false);
      // The older version is tried right after the newer one.
      if (isOtherVersion && version === 4) continue;
      await pause(retryMs * (0.75 + Math.random() / 2), signal);
      retryMs = Math.min(2 * retryMs, MAX_RETRY_MS);
    }
    setConnected(false);
  };

  const running = run();
  return {
    state: () => ({
      name: account.name,
      address,
      isConnected,
      sinceMs,
      version: version === 5 ? '5' : '3.1.1',
      inFlight: acks?.inFlight ?? 0,
      lastError,
    }),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** A broker that knows only the other version says so, or hangs up without a word. */
function isVersionTrouble(refusal: number | undefined, error: unknown): boolean {
  if (refusal !== undefined) return refusal === 1 || refusal === 132;
  if (error instanceof LinewardenError) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  return code === undefined || code === 'ECONNRESET' || code === 'EPIPE';
}
