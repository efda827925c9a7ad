import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ApiError } from '../../../electron/engine/api/http/prometheus/envelope.ts';
import type { QueryHandler } from '../../../electron/engine/api/http/prometheus/queries.ts';
import { shortcut } from '../../../electron/engine/api/http/shortcut.ts';
import { silentLogger } from '../../../electron/engine/telemetry/index.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const usual = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(418).end('the usual way');
};

async function serve(handler: QueryHandler, isAllowed = true): Promise<string> {
  server = createServer(usual);
  shortcut(server, {
    handlers: new Map([['/api/v1/query', handler]]),
    isAllowed: () => isAllowed,
    logger: silentLogger,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const echo: QueryHandler = (params) => Promise.resolve({ first: bytes(`"${params.get('query')}"`), rest: undefined });

it('answers a query with the headers that every answer has', async () => {
  const url = await serve(echo);
  const answer = await fetch(`${url}/api/v1/query?query=a%2Bb+c`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('"a+b c"');
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': '7',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
});

it.each([
  ['what is not allowed', '/api/v1/query?query=up', {}, false],
  ['another path', '/api/v1/query/?query=up', {}, true],
  ['a path written otherwise', '/api/v1/quer%79?query=up', {}, true],
  ['another method', '/api/v1/query?query=up', { method: 'DELETE' }, true],
  ['a request with a body', '/api/v1/query', { method: 'POST', body: 'query=up' }, true],
])('leaves %s to the usual way', async (_, path, init, isAllowed) => {
  const url = await serve(echo, isAllowed);
  expect((await fetch(`${url}${path}`, init)).status).toBe(418);
});

it('tells what is wrong with a query as the usual way does, and says nothing of a fault of its own', async () => {
  const url = await serve((params) =>
    Promise.reject(params.has('query') ? new ApiError('bad_data', 'it is bad') : new Error('secret')),
  );
  const bad = await fetch(`${url}/api/v1/query?query=x`);
  expect(bad.status).toBe(400);
  expect(await bad.json()).toEqual({ status: 'error', errorType: 'bad_data', error: 'it is bad' });
  const fault = await fetch(`${url}/api/v1/query`);
  expect(fault.status).toBe(500);
  expect(await fault.json()).toEqual({ status: 'error', errorType: 'internal', error: 'internal error' });
});

async function* rest(fails: boolean): AsyncGenerator<Uint8Array> {
  yield bytes(',2');
  if (fails) throw new Error('the reader ended');
  yield bytes(']');
}

it('sends a large answer in pieces, and breaks it off when the rest does not come', async () => {
  const url = await serve((params) => Promise.resolve({ first: bytes('[1'), rest: rest(params.has('fails')) }));
  expect(await (await fetch(`${url}/api/v1/query`)).text()).toBe('[1,2]');
  await expect(fetch(`${url}/api/v1/query?fails=1`).then((answer) => answer.text())).rejects.toThrow(TypeError);
});

it('cancels the query of a client that goes away', async () => {
  const asked = new AbortController();
  const cancelled = new Promise<void>((resolve) => {
    void serve((_params, signal) => {
      signal.addEventListener('abort', resolve);
      asked.abort();
      return new Promise(() => undefined);
    }).then((url) => fetch(`${url}/api/v1/query`, { signal: asked.signal }).catch(() => undefined));
  });
  await expect(cancelled).resolves.toBeUndefined();
});
