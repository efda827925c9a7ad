// Alertmanager's API v2, so that whatever speaks to an Alertmanager (Prometheus, amtool, Karma, Grafana) speaks to us.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AlertRouter,
  isResolvedAt,
  matchesAll,
  type Silence,
  type SilenceState,
  silenceState,
} from '../../../alerting/index.ts';
import { Labels } from '../../../../../shared/model/labels.ts';
import type { Logger } from '../../../telemetry/index.ts';
import type { BearerOf } from '../guard.ts';
import { requireScope } from '../guard.ts';
import { MAX_BODY_BYTES, readAlerts, readSilence } from './bodies.ts';
import { configText } from './config-text.ts';
import { answerFailures, Malformed, Refused } from './failure.ts';
import { type AlertFilter, alertFilter, filterMatchers } from './params.ts';
import { encodeAlert, encodeGroup, encodeSilence, type KnownAlert, knownAlert } from './shapes.ts';

export type AlertmanagerApi = {
  readonly router: Pick<
    AlertRouter,
    'alert' | 'alerts' | 'status' | 'routes' | 'groups' | 'put' | 'silences' | 'routing'
  >;
  /** The program's own. */
  readonly version: string;
  readonly startedAtMs: number;
  readonly now: () => number;
};

/** Whose API this is: clients choose by it what they ask for. */
const LIKE_ALERTMANAGER = '0.28.0';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const paramsOf = ({ url }: FastifyRequest): URLSearchParams => {
  const query = url.indexOf('?');
  return new URLSearchParams(query < 0 ? '' : url.slice(query + 1));
};

export async function registerAlertmanagerApi(
  app: FastifyInstance,
  options: { readonly api: AlertmanagerApi; readonly bearer: BearerOf; readonly logger: Logger },
): Promise<void> {
  const { api, bearer, logger } = options;
  await app.register(
    async (v2) => {
      answerFailures(v2, logger);
      v2.removeContentTypeParser(['text/plain', 'application/x-www-form-urlencoded']);
      v2.addContentTypeParser('*', (request, _body, done) =>
        done(
          new Malformed(
            415,
            `unsupported media type ${JSON.stringify(request.headers['content-type'] ?? '')}, only [application/json] are allowed`,
          ),
        ),
      );
      const mayRead = { onRequest: requireScope(bearer, 'read', 'alerts') };
      const mayWrite = { onRequest: requireScope(bearer, 'write', 'alerts') };

      v2.get('/status', mayRead, () => statusOf(api));
      v2.get('/receivers', mayRead, () => api.router.routing.config.receivers.map(({ name }) => ({ name })));
      v2.get('/alerts', mayRead, (request) => listAlerts(api, alertFilter(paramsOf(request))));
      v2.get('/alerts/groups', mayRead, (request) => listGroups(api, alertFilter(paramsOf(request))));
      v2.post('/alerts', { ...mayWrite, bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
        const { alerts, refused } = readAlerts(request.body);
        const wrong = [...refused, ...(alerts.length > 0 ? api.router.put(alerts) : [])];
        if (wrong.length > 0) throw new Refused(400, wrong.slice(0, MAX_TOLD).join('; '));
        return reply.send();
      });

      const { silences } = api.router;
      v2.get('/silences', mayRead, (request) => listSilences(api, paramsOf(request)));
      v2.post('/silences', mayWrite, (request) => ({ silenceID: silences.set(readSilence(request.body)) }));
      v2.get('/silence/:id', mayRead, (request, reply) => {
        const silence = silences.get(idOf(request));
        if (silence === undefined) return reply.code(404).send();
        return encodeSilence(silence, silenceState(silence, api.now()));
      });
      v2.delete('/silence/:id', mayWrite, (request, reply) => {
        const id = idOf(request);
        const known = silences.get(id);
        // To end what has ended is no mistake: two may have pressed the same button.
        if (known === undefined || silenceState(known, api.now()) !== 'expired') silences.expire(id);
        return reply.send();
      });

      for (const [url, methods] of Object.entries(METHODS)) {
        v2.route({
          method: (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => !methods.includes(method)),
          url,
          ...mayRead,
          handler: (request, reply) => notAllowed(request, reply, methods),
        });
      }
    },
    { prefix: '/api/v2' },
  );
}

/** Of very many things that are wrong with one request, so many are told. */
const MAX_TOLD = 100;

const METHODS: Readonly<Record<string, readonly string[]>> = {
  '/status': ['GET'],
  '/receivers': ['GET'],
  '/alerts': ['GET', 'POST'],
  '/alerts/groups': ['GET'],
  '/silences': ['GET', 'POST'],
  '/silence/:id': ['DELETE', 'GET'],
};

const notAllowed = (request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): FastifyReply =>
  reply
    .code(405)
    .header('Allow', methods.join(','))
    .send({ code: 405, message: `method ${request.method} is not allowed, but [${methods.join(',')}] are` });

function idOf(request: FastifyRequest): string {
  const { id } = request.params as { readonly id: string };
  if (!UUID.test(id)) {
    throw new Malformed(422, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`, 601);
  }
  return id.toLowerCase();
}

const statusOf = ({ router, version, startedAtMs }: AlertmanagerApi): object => ({
  cluster: { peers: [], status: 'disabled' },
  config: { original: configText(router.routing.config) },
  uptime: new Date(startedAtMs).toISOString(),
  versionInfo: {
    branch: '',
    buildDate: '',
    buildUser: '',
    goVersion: '',
    revision: `linewarden-${version}`,
    version: LIKE_ALERTMANAGER,
  },
});

function isWanted({ alert, status }: KnownAlert, filter: AlertFilter): boolean {
  const { state, silencedBy, inhibitedBy, mutedBy, suppressedBy } = status;
  if (state === 'active' && !filter.active) return false;
  if (state === 'unprocessed' && !filter.unprocessed) return false;
  if (silencedBy.length > 0 && !filter.silenced) return false;
  if (inhibitedBy.length > 0 && !filter.inhibited) return false;
  if ((mutedBy.length > 0 || suppressedBy !== undefined) && !filter.muted) return false;
  return matchesAll(filter.matchers, alert.labels);
}

function listAlerts({ router, now }: AlertmanagerApi, filter: AlertFilter): object[] {
  const atMs = now();
  return router
    .alerts()
    .filter((alert) => !isResolvedAt(alert, atMs))
    .map((alert) => knownAlert(router, alert))
    .filter((known) => known.receivers.some(filter.isReceiver) && isWanted(known, filter))
    .toSorted((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1))
    .map(encodeAlert);
}

function listGroups({ router, now }: AlertmanagerApi, filter: AlertFilter): object[] {
  const atMs = now();
  return router
    .groups()
    .filter(({ route }) => filter.isReceiver(route.receiver))
    .toSorted((a, b) => Labels.compare(a.labels, b.labels) || (a.route.receiver < b.route.receiver ? -1 : 1))
    .flatMap((group) => {
      const alerts = group.alerts
        .filter((alert) => !isResolvedAt(alert, atMs))
        .map((alert) => knownAlert(router, alert))
        .filter((known) => isWanted(known, filter))
        .toSorted((a, b) => Labels.compare(a.alert.labels, b.alert.labels));
      return alerts.length === 0 ? [] : [encodeGroup(group, alerts)];
    });
}

const RANK: Readonly<Record<SilenceState, number>> = { active: 1, pending: 2, expired: 3 };

/** Active ones first, the one that ends soonest at their head; expired ones last, the latest at their head. */
function listSilences({ router, now }: AlertmanagerApi, params: URLSearchParams): object[] {
  const matchers = filterMatchers(params);
  const atMs = now();
  const matchesFilter = (silence: Silence): boolean => {
    const values = Labels.fromPairs(silence.matchers.map(({ name, value }) => [name, value] as const));
    return matchesAll(matchers, values);
  };
  return router.silences
    .list()
    .filter(matchesFilter)
    .map((silence) => ({ silence, state: silenceState(silence, atMs) }))
    .toSorted((a, b) => {
      if (a.state !== b.state) return RANK[a.state] - RANK[b.state];
      if (a.state === 'pending') return a.silence.startsAtMs - b.silence.startsAtMs;
      const sooner = a.silence.endsAtMs - b.silence.endsAtMs;
      return a.state === 'active' ? sooner : -sooner;
    })
    .map(({ silence, state }) => encodeSilence(silence, state));
}
