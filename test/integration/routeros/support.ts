// What the tests of the RouterOS client share: peers that end with the test, and a deadline on every promise.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach } from 'vitest';
import { type HostilePeer, type HostileScript, startHostile } from '../../lab/routeros/hostile.ts';
import { type RouterOptions, type SimulatedRouter, startRouter } from '../../lab/routeros/index.ts';
import { LinewardenError } from '../../../shared/model/errors.ts';
import {
  type ConnectOptions,
  connectRouter,
  type RouterosConnection,
} from '../../../electron/engine/collectors/routeros/client/index.ts';

const closing: (() => unknown)[] = [];
/** Called at the end of the running test, in reverse order. */
export const atEnd = (close: () => unknown): number => closing.push(close);
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export async function router(options: RouterOptions = {}): Promise<SimulatedRouter> {
  const started = await startRouter(options);
  atEnd(() => started.stop());
  return started;
}

export async function hostile(script: HostileScript): Promise<HostilePeer> {
  const started = await startHostile(script);
  atEnd(() => started.stop());
  return started;
}

export async function connected(port: number, options: Partial<ConnectOptions> = {}): Promise<RouterosConnection> {
  const connection = await connectTo(port, options);
  atEnd(() => connection.close());
  return connection;
}

export function certificate(name: 'router' | 'other-name' | 'expired'): { key: string; cert: string } {
  const read = (extension: string): string =>
    readFileSync(path.resolve(import.meta.dirname, `../../fixtures/tls/${name}.${extension}`), 'utf8');
  return { key: read('key'), cert: read('crt') };
}

/** openssl x509 -noout -fingerprint -sha256 -in test/fixtures/tls/router.crt */
export const ROUTER_SHA256 = '08ef8a341d99cfe6fabb04c8771940c89ec5eb73567f31ef0beed7191f72d22e';

export const SECRET = 'monitor-secret';

export const connectTo = (port: number, options: Partial<ConnectOptions> = {}): Promise<RouterosConnection> =>
  connectRouter({
    address: '127.0.0.1',
    port,
    tls: 'off',
    username: 'monitor',
    password: SECRET,
    connectTimeoutMs: 5_000,
    commandTimeoutMs: 5_000,
    ...options,
  });

/** The LinewardenError that a promise rejects with; anything else, or no rejection within 10 s, fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<LinewardenError> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('still pending')), 10_000);
  try {
    await Promise.race([promise, late]);
  } catch (error) {
    if (error instanceof LinewardenError) return error;
    throw error;
  } finally {
    clearTimeout(timer);
  }
  throw new Error('it resolved');
}

/** Polls a condition until it holds; throws after `timeoutMs`. */
export async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not reached within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
