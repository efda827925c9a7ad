// The HTTP surface: UI, RPC socket, Prometheus's API, remote write, health and own metrics. Loopback unless told otherwise.
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { Push } from '../../collectors/push/index.ts';
import type { RemoteWriteReceiver } from '../../collectors/remote-write/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { RpcRouter } from '../rpc/index.ts';
import { type AlertmanagerApi, registerAlertmanagerApi } from './alertmanager/routes.ts';
import { hashToken, mayUse, refusalOf, tokenBook, type TokenEntry } from './access.ts';
import { bearerOf, requireScope } from './guard.ts';
import { type HealthCounts, registerHealth } from './health.ts';
import { type OwnMetricsApi, registerOwnMetrics } from './own-metrics.ts';
import { registerPush } from './push/index.ts';
import { EVERY_ANSWER, shortcut } from './shortcut.ts';
import { readTls, type TlsFiles, watchTls } from './tls.ts';
import { type FlowsApi, registerFlows } from './flows.ts';
import { queryHandlers } from './prometheus/queries.ts';
import { answerNotFound, answerUnreadable } from './prometheus/route.ts';
import { registerAdminApi, registerPrometheusApi } from './prometheus/routes.ts';
import type { PrometheusApi } from './prometheus/routes.ts';
import { registerRemoteWrite } from './remote-write.ts';
import { registerLinks } from './links.ts';
import { registerUi } from './ui-files.ts';
import { acceptUpgrades } from './upgrades.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_GRACE_MS = 1_000;
const MAX_PARAM = 512;

/**
 * What agents and scrapers ask with a key of their own, by whatever name they know this machine: a page that had itself
 * resolved to us (DNS rebinding) has no key.
 */
const KEYED = /^\/(?:metrics(?:\?|$)|api\/v1\/(?:clients|headends)\/)/;

export type HttpOptions = {
  readonly listen: { readonly host: string; readonly port: number };
  /** The admin token. */
  readonly token: string;
  /** Those of the config. */
  readonly tokens: readonly TokenEntry[];
  readonly allowedHosts: readonly string[];
  readonly tls?: TlsFiles | undefined;
  /** One sentence while a renewed certificate cannot be used. */
  readonly onTlsProblem?: (sentence: string | undefined) => void;
  /** The built UI; undefined serves none. */
  readonly rendererDir?: string | undefined;
  readonly router: RpcRouter;
  readonly prometheus: PrometheusApi;
  readonly flows?: FlowsApi | undefined;
  readonly alertmanager?: AlertmanagerApi | undefined;
  /** Absent: no remote write is taken. */
  readonly remoteWrite?: RemoteWriteReceiver | undefined;
  readonly ownMetrics: OwnMetricsApi;
  /** Absent: nobody may push. */
  readonly push?: Push | undefined;
  readonly healthCounts?: (() => Promise<HealthCounts>) | undefined;
  readonly logger: Logger;
  /** Reads the config again; rejects with what is wrong in it. */
  readonly reload: () => Promise<void>;
  /** Not ready while the engine cannot store or query: one sentence. */
  readonly notReady: () => string | undefined;
};

export type HttpServer = { readonly url: string; close(): Promise<void> };

export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const bearer = bearerOf(
    tokenBook([{ name: 'admin', scope: 'admin', sha256: hashToken(options.token) }, ...options.tokens]),
  );
  const isAdminToken = (token: string): boolean => bearer(`Bearer ${token}`)?.scope === 'admin';
  const allowedNames = ['localhost', hostname(), options.listen.host, ...options.allowedHosts].map((name) =>
    name.toLowerCase(),
  );
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // Ids of clients in URLs.
    routerOptions: { maxParamLength: MAX_PARAM },
    ...(options.tls && { https: readTls(options.tls) }),
  }) as unknown as FastifyInstance;

  // Hooks of each request call back: a promise each would cost a query of a millisecond a tenth of it.
  app.addHook('onRequest', (request, reply, done) => {
    const { host } = request.headers;
    const names = KEYED.test(request.url) && host !== undefined ? [nameOf(host), ...allowedNames] : allowedNames;
    const refusal = refusalOf(request.headers, names);
    if (refusal === undefined) done();
    else reply.code(refusal.status).send({ error: refusal.error });
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(EVERY_ANSWER);
    done();
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );

  shortcut(app.server, {
    handlers: queryHandlers(options.prometheus.queries),
    isAllowed: ({ headers }) => {
      if (refusalOf(headers, allowedNames) !== undefined) return false;
      const known = bearer(headers.authorization);
      return known !== undefined && mayUse(known, 'read');
    },
    logger: options.logger,
  });
  const closeSockets = acceptUpgrades(app.server, {
    router: options.router,
    refusal: (headers) => refusalOf(headers, allowedNames),
    tokenIsRight: isAdminToken,
    maxPayloadBytes: BODY_LIMIT_BYTES,
  });

  app.setNotFoundHandler(answerNotFound);
  app.setErrorHandler(answerUnreadable);
  registerHealth(app, { notReady: options.notReady, counts: options.healthCounts ?? (() => Promise.resolve({})) });
  await app.register(async (scraped) => registerOwnMetrics(scraped, { api: options.ownMetrics, bearer }));
  // A page of another site has been refused before; there is nothing that one of our own would need CORS for.
  app.options('/*', async (_request, reply) => reply.code(204).header('Allow', 'GET, POST, OPTIONS').send());
  await app.register(async (readable) => {
    readable.addHook('onRequest', requireScope(bearer, 'read'));
    registerPrometheusApi(readable, options.prometheus);
    if (options.flows !== undefined) registerFlows(readable, options.flows);
  });
  await app.register(async (administered) => {
    administered.addHook('onRequest', requireScope(bearer, 'admin'));
    registerAdminApi(administered, options.prometheus);
    registerReload(administered, options.reload);
  });
  const { alertmanager } = options;
  if (alertmanager !== undefined) {
    await registerAlertmanagerApi(app, { api: alertmanager, bearer, logger: options.logger });
  }
  const { remoteWrite } = options;
  if (remoteWrite !== undefined) {
    await app.register(async (writable) => {
      writable.addHook('onRequest', requireScope(bearer, 'write'));
      registerRemoteWrite(writable, { receiver: remoteWrite, bearer, logger: options.logger });
    });
  }
  const { push } = options;
  if (push !== undefined) {
    countRequests(app, push);
    await app.register(async (pushable) => registerPush(pushable, { push, logger: options.logger }));
  }
  if (options.rendererDir !== undefined) {
    registerLinks(app);
    registerUi(app, options.rendererDir);
  }

  try {
    await app.listen(options.listen);
  } catch (error) {
    throw listenError(error, options.listen);
  }
  const tlsWatch =
    options.tls &&
    watchTls(options.tls, {
      renewed: (pair) => (app.server as unknown as HttpsServer).setSecureContext(pair),
      onProblem: (sentence) => options.onTlsProblem?.(sentence),
    });
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.listen.port;
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host;
  return {
    url: `${options.tls ? 'https' : 'http'}://${host}:${port}`,
    async close() {
      closeSockets();
      tlsWatch?.stop();
      const closed = app.close();
      // A peer that keeps its end open must not keep the engine from ending.
      const cut = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

const nameOf = (host: string): string => host.replace(/:\d*$/, '').toLowerCase();

/** All requests, those past the framework too. */
function countRequests(app: FastifyInstance, push: Push): void {
  let requests = 0;
  let authAttempts = 0;
  app.server.on('request', ({ headers }: { readonly headers: { readonly authorization?: string | undefined } }) => {
    requests++;
    if (headers.authorization !== undefined) authAttempts++;
  });
  push.countHttp(() => ({ requests, authAttempts }));
}

function registerReload(app: FastifyInstance, reload: () => Promise<void>): void {
  app.route({
    method: ['POST', 'PUT'],
    url: '/-/reload',
    handler: async (_request, reply) => {
      reply.type('text/plain');
      try {
        await reload();
        return reply.send('');
      } catch (error) {
        if (!(error instanceof LinewardenError)) throw error;
        return reply.code(500).send(`failed to reload config: ${error.message}\n`);
      }
    },
  });
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const at = `${host}:${port}`;
  if (code === 'EADDRINUSE') {
    return new LinewardenError('LW_HTTP_PORT_IN_USE', `${at} is in use by another program`, {
      hint: 'Choose another with --listen HOST:PORT.',
    });
  }
  if (code === 'EACCES') {
    return new LinewardenError('LW_HTTP_PORT_DENIED', `this user may not listen on ${at}`, {
      hint: 'Ports below 1024 need more rights; choose one above.',
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new LinewardenError('LW_HTTP_NO_SUCH_ADDRESS', `this machine has no address ${host} to listen on`);
  }
  return error;
}
