import { describe, expect, it } from 'vitest';
import type { RouterForm } from '../../../shared/contract/index.ts';
import { testRouterConnection } from '../../../electron/engine/collectors/routeros/index.ts';
import { certificate, router, ROUTER_SHA256, SECRET } from './support.ts';

const form = (port: number, more: Partial<RouterForm> = {}): RouterForm => ({
  name: 'core',
  address: '127.0.0.1',
  port,
  tls: 'off',
  pin: '',
  username: 'monitor',
  password: SECRET,
  intervalMs: 15_000,
  ...more,
});

describe('the connection test', () => {
  it('tells who answered', async () => {
    const { port } = await router({ identity: 'tower-3', uptimeSeconds: 90_061 });
    const result = await testRouterConnection(form(port));
    expect(result).toMatchObject({ ok: true, warnings: [] });
    expect(result.ok && result.facts).toEqual([
      { name: 'identity', value: 'tower-3' },
      { name: 'board', value: 'RB5009UG+S+' },
      { name: 'model', value: 'RB5009UG+S+' },
      { name: 'version', value: '7.15.3 (stable)' },
      { name: 'uptime', value: '1 d 1 h' },
      { name: 'serial', value: 'HF10923ABCD' },
      { name: 'architecture', value: 'arm64' },
      { name: 'firmware', value: '7.15.3' },
    ]);
  });

  it('works on a router that has no routerboard menu', async () => {
    const started = await router();
    started.faults.traps.set('/system/routerboard/print', { message: 'no such command prefix' });
    const result = await testRouterConnection(form(started.port));
    expect(result.ok && result.facts.map(({ name }) => name)).toEqual([
      'identity',
      'board',
      'model',
      'version',
      'uptime',
      'architecture',
    ]);
  });

  it('warns of a group that may do more than needed', async () => {
    const { port } = await router({ group: 'ops', policies: ['read', 'api', 'write', 'reboot'] });
    const result = await testRouterConnection(form(port));
    expect(result.ok && result.warnings).toEqual([
      'The user\'s group "ops" may do more than monitoring needs (write, reboot): "read" and "api" are enough.',
    ]);
  });

  it('warns of an unchecked certificate and shows the fingerprint to pin', async () => {
    const { port } = await router({ tls: certificate('router') });
    const insecure = await testRouterConnection(form(port, { tls: 'insecure' }));
    expect(insecure.ok && insecure.warnings[0]).toContain(ROUTER_SHA256);
    const pinned = await testRouterConnection(form(port, { tls: 'pin', pin: ROUTER_SHA256 }));
    expect(pinned).toMatchObject({ ok: true, warnings: [] });
    expect(pinned.ok && pinned.facts.at(-1)).toEqual({ name: 'certificate SHA-256', value: ROUTER_SHA256 });
  });

  it('gives every failure its own code, sentence and hint, and never the password', async () => {
    const started = await router({ tls: certificate('other-name') });
    const plain = await router();
    const offline = await router();
    await offline.setOffline(true);
    const results = await Promise.all([
      testRouterConnection(form(offline.port)),
      testRouterConnection(form(plain.port, { password: 'nearly-right' })),
      testRouterConnection(form(started.port, { tls: 'verify' })),
      testRouterConnection(form(started.port, { tls: 'pin', pin: ROUTER_SHA256 })),
      testRouterConnection(form(started.port, { tls: 'pin', pin: 'abc' })),
      testRouterConnection(form(8_728, { address: 'no-such-router.invalid' })),
    ]);
    expect(results.map((result) => (result.ok ? 'ok' : result.code))).toEqual([
      'LW_ROUTEROS_REFUSED',
      'LW_ROUTEROS_LOGIN_FAILED',
      'LW_ROUTEROS_TLS_SELF_SIGNED',
      'LW_ROUTEROS_TLS_PIN_CHANGED',
      'LW_ROUTEROS_TLS_FAILED',
      'LW_ROUTEROS_DNS',
    ]);
    for (const result of results) expect(result).toMatchObject({ message: /./, hint: /./ });
    expect(JSON.stringify(results)).not.toMatch(/nearly-right|monitor-secret/);
  });

  it('ends when it is cancelled', async () => {
    const started = await router();
    started.setHang(true);
    const abort = new AbortController();
    const result = testRouterConnection(form(started.port), abort.signal);
    setTimeout(() => abort.abort(), 50);
    expect(await result).toMatchObject({ ok: false, code: 'LW_ROUTEROS_CANCELLED' });
  });
});
