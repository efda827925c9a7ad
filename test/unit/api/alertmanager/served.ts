// Alertmanager's API over a real alert router and a state.db of its own, on a clock that stands.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fastify from 'fastify';
import { parse } from 'yaml';
import { hashToken, tokenBook } from '../../../../electron/engine/api/http/access.ts';
import { registerAlertmanagerApi } from '../../../../electron/engine/api/http/alertmanager/routes.ts';
import { bearerOf } from '../../../../electron/engine/api/http/guard.ts';
import { createAlertRouter, receiverSchemas, routingSchema } from '../../../../electron/engine/alerting/index.ts';
import { openState } from '../../../../electron/engine/store/state/index.ts';
import { silentLogger } from '../../../../electron/engine/telemetry/index.ts';

export const TOKENS = {
  admin: 'the-admin-token-here',
  read: 'the-read-token-here',
  write: 'the-write-token-here',
  alerts: 'the-alerts-token-here',
};
export const NOW_MS = Date.parse('2026-11-21T12:00:00Z');

export type Answer = { readonly status: number; readonly body: unknown; readonly type: string };

export async function serveAlertmanager(config: string) {
  const dir = mkdtempSync(path.join(tmpdir(), 'linewarden-alertmanager-'));
  const state = openState(dir);
  const now = { ms: NOW_MS };
  const router = createAlertRouter({
    routing: {
      config: routingSchema(receiverSchemas()).parse(parse(config)),
      text: config,
      file: undefined,
      templateFiles: [],
    },
    table: state.notifications,
    clock: { now: () => now.ms },
    logger: silentLogger,
    externalUrl: () => '',
    publish: () => true,
    deviceOf: () => undefined,
    suppressedBy: ({ labels }) => (labels.get('alertname') === 'InMaintenance' ? 'Maintenance: roof' : undefined),
    onChange: () => undefined,
    onWritten: () => undefined,
  });
  router.start();
  const app = fastify();
  await registerAlertmanagerApi(app, {
    api: { router, version: '1.2.3', startedAtMs: NOW_MS, now: () => now.ms },
    bearer: bearerOf(
      tokenBook(
        (['admin', 'read', 'write', 'alerts'] as const).map((scope) => ({
          name: scope,
          scope,
          sha256: hashToken(TOKENS[scope]),
        })),
      ),
    ),
    logger: silentLogger,
  });
  return {
    router,
    now,
    async ask(
      method: 'GET' | 'POST' | 'DELETE' | 'PUT',
      url: string,
      body?: unknown,
      who: keyof typeof TOKENS | 'nobody' = 'admin',
      type = 'application/json',
    ): Promise<Answer> {
      const response = await app.inject({
        method,
        url: `/api/v2${url}`,
        ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
        headers: {
          ...(who !== 'nobody' && { authorization: `Bearer ${TOKENS[who]}` }),
          ...(body !== undefined && { 'content-type': type }),
        },
      });
      return {
        status: response.statusCode,
        body: response.payload === '' ? undefined : (JSON.parse(response.payload) as unknown),
        type: response.headers['content-type'] ?? '',
      };
    },
    async stop() {
      await app.close();
      await router.stop();
      state.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
