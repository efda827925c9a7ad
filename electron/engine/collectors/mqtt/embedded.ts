// A broker for a network that has none: edges publish under their own id, and get their PUBACK once it is stored.
import type { Server, Socket } from 'node:net';
import type { AuthenticateError, Client } from 'aedes';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { pause } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { BrokerAccount } from './account.ts';
import { loadAccounts, mayRead } from './accounts.ts';
import type { Identity } from './accounts.ts';
import { readConfigured } from './endpoint.ts';
import { FrameGuard } from './frame-guard.ts';
import type { Intake } from './intake.ts';
import type { BrokerSection } from './section.ts';
import type { Topics } from './topics.ts';

const HEADER_BYTES = 64 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
/** Guessing passwords takes this long each. */
const REFUSED_AFTER_MS = 1_000;
const MAX_QOS2_UNDER_WAY = 100;
/** CONNACK code of MQTT 3.1.1. */
const BAD_LOGIN = 4;

export type EmbeddedBroker = {
  readonly address: string;
  readonly port: number;
  clients(): number;
  /** Why a client was refused or lost last. */
  lastError(): { readonly code: string; readonly message: string; readonly atMs: number } | undefined;
  stop(): Promise<void>;
};

export type EmbeddedBrokerOptions = {
  readonly section: BrokerSection;
  readonly baseDir: string;
  readonly topics: Topics;
  readonly account: BrokerAccount;
  readonly intake: Intake;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

const addressOf = (client: Client): string | undefined =>
  (client.conn as Socket).remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '');

/** Rejects with LW_MQTT_PORT_IN_USE, LW_MQTT_LISTEN, LW_MQTT_FILE or LW_MQTT_CERTIFICATE. */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { section, baseDir, topics, account, intake, clock, logger } = options;
  const accounts = await loadAccounts(section, baseDir);
  const identities = new WeakMap<Client, Identity>();
  const stopping = new AbortController();
  let lastError: ReturnType<EmbeddedBroker['lastError']>;
  const told = (code: string, message: string): void => {
    lastError = { code, message, atMs: clock.now() };
  };

  const { Aedes } = await import('aedes');
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxClientsIdLength: 256,
    maxInflightInbound: MAX_QOS2_UNDER_WAY,
    preConnect(_client, packet, callback) {
      // Nothing is kept for who is away, so that no client can fill the memory; and no will, which would be a sign of life of the dead.
      packet.clean = true;
      delete packet.will;
      // Nobody can push out a client of another account by taking its id.
      if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
      callback(null, true);
    },
    authenticate(client, username, password, done) {
      const identity = accounts.login(username, password);
      if (identity !== undefined) {
        identities.set(client, identity);
        done(null, true);
        return;
      }
      const who = username === undefined ? 'without a user name' : `as ${JSON.stringify(username.slice(0, 128))}`;
      told('LW_MQTT_LOGIN', `A login ${who} from ${addressOf(client) ?? 'somewhere'} was refused.`);
      logger.warn({ address: addressOf(client) }, 'a login to the MQTT broker was refused');
      const error: AuthenticateError = Object.assign(new Error('login refused'), { returnCode: BAD_LOGIN });
      void pause(REFUSED_AFTER_MS, stopping.signal).then(() => done(error, null));
    },
    authorizePublish(client, packet, callback) {
      if (client === null) {
        callback(null);
        return;
      }
      const identity = identities.get(client);
      const match = topics.match(packet.topic);
      const isOwn = identity?.edgeId === '*' || (match !== undefined && match.edgeId === identity?.edgeId);
      if (identity === undefined || !isOwn || packet.topic.startsWith('$')) {
        account.came(match?.kind ?? 'other', clock.now());
        account.refuse('claim', 1);
        const what = `${JSON.stringify(identity?.username ?? '')} may not publish to ${JSON.stringify(packet.topic.slice(0, 256))}`;
        told('LW_MQTT_FORBIDDEN', `The account ${what}; it is disconnected.`);
        callback(new Error('not allowed to publish there'));
        return;
      }
      // It comes from the edge itself at this moment; kept copies are not what this broker is for.
      packet.retain = false;
      if (match === undefined) {
        account.came('other', clock.now());
        callback(null);
        return;
      }
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      // The PUBACK is sent after this, and so after the commit.
      void intake.take({ match, payload, isRetained: false, address: addressOf(client) }).then(() => callback(null));
    },
    authorizeSubscribe(client, subscription, callback) {
      const identity = identities.get(client);
      // Null is answered as "refused"; the connection stays.
      callback(
        null,
        identity !== undefined && mayRead(identity, subscription.topic, topics.isWord) ? subscription : null,
      );
    },
  });
  broker.on('clientError', (_client, error) => logger.debug({ err: error }, 'an MQTT client was lost'));
  broker.on('connectionError', (_client, error) => logger.debug({ err: error }, 'an MQTT connection was refused'));
  (broker as NodeJS.EventEmitter).on('error', (error) => logger.error({ err: error }, 'the MQTT broker failed'));

  const accept = (socket: Socket): void => {
    socket.setNoDelay(true);
    const client = broker.handle(socket);
    guardSizes(client, socket, options.maxMessageBytes + HEADER_BYTES, () =>
      told('LW_MQTT_TOO_LARGE', `A client at ${addressOf(client) ?? 'somewhere'} sent a message that is too large.`),
    );
  };

  const closeBroker = (): Promise<void> => new Promise((resolve) => broker.close(() => resolve()));
  let server: Server;
  try {
    server = await listening(section, baseDir, accept);
  } catch (error) {
    await closeBroker();
    throw error;
  }
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : section.listen.port;
  const { host } = section.listen;
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    clients: () => broker.connectedClients,
    lastError: () => lastError,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await closeBroker();
      await closed;
    },
  };
}

/** The parser would wait for whatever size is announced. */
function guardSizes(client: Client, socket: Socket, maxBytes: number, onTooLarge: () => void): void {
  const { _parser: parser } = client as unknown as { readonly _parser: { parse(bytes: Buffer): number } };
  const parse = parser.parse.bind(parser);
  const guard = new FrameGuard(maxBytes);
  parser.parse = (bytes) => {
    if (guard.pass(bytes)) return parse(bytes);
    onTooLarge();
    socket.destroy();
    return 0;
  };
}

async function listening(section: BrokerSection, baseDir: string, accept: (socket: Socket) => void): Promise<Server> {
  const { listen, tls, max_connections: maxConnections } = section;
  let server: Server;
  if (tls === undefined) {
    const { createServer } = await import('node:net');
    server = createServer(accept);
  } else {
    const [cert, key] = await Promise.all([
      readConfigured(baseDir, tls.cert_file, 'certificate'),
      readConfigured(baseDir, tls.key_file, 'key'),
    ]);
    const { createServer } = await import('node:tls');
    try {
      server = createServer({ cert, key, handshakeTimeout: CONNECT_TIMEOUT_MS }, accept);
    } catch (error) {
      throw new LinewardenError('LW_MQTT_CERTIFICATE', 'The certificate or key of mqtt.broker cannot be used.', {
        hint: 'Check that both are PEM and belong together.',
        cause: error,
      });
    }
  }
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const place = `${listen.host}:${listen.port}`;
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        new LinewardenError(
          isTaken ? 'LW_MQTT_PORT_IN_USE' : 'LW_MQTT_LISTEN',
          `MQTT cannot be received on ${place}: ${isTaken ? 'the port is taken by another program' : (error.code ?? 'unknown error')}.`,
          { hint: 'Choose another address or port for mqtt.broker.listen.', cause: error },
        ),
      );
    });
    server.listen(listen.port, listen.host, () => {
      server.removeAllListeners('error');
      server.on('error', () => {
        // A connection that could not be accepted; the next one may.
      });
      resolve();
    });
  });
  return server;
}
