import { gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { acceptsGzip, EncodedJson } from '../../../electron/engine/api/http/prometheus/query-answer.ts';
import type { JsonAnswer } from '../../../electron/engine/store/metrics/index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SMALL = '{"status":"success"}';
const LARGE = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => i));

async function* piecesOf(texts: readonly string[], fail: boolean): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
  if (fail) throw new Error('the reader ended');
}

const answer = (first: string, rest?: readonly string[], fail = false): JsonAnswer => ({
  first: bytes(first),
  rest: rest && piecesOf(rest, fail),
});

async function get(what: JsonAnswer, acceptEncoding?: string) {
  const app = fastify();
  app.get('/', async (request, reply) => {
    const { headers, body } = await new EncodedJson(what, request.headers['accept-encoding']).payload();
    return reply.headers(headers).send(body);
  });
  const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
  return app.inject({ url: '/', headers });
}

describe("a query's answer", () => {
  it('is sent as the reader made it, with its type and length', async () => {
    const reply = await get(answer(SMALL));
    expect(reply.body).toBe(SMALL);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'content-length': '20' });
  });

  it('is sent piece after piece when it is large', async () => {
    expect((await get(answer('[1', [',2', ',3]']))).body).toBe('[1,2,3]');
  });

  it.each([
    ['in one piece', answer(LARGE)],
    ['in pieces', answer(LARGE.slice(0, 50_000), [LARGE.slice(50_000, 60_000), LARGE.slice(60_000)])],
  ])('is squeezed %s where the client takes it', async (_, what) => {
    const reply = await get(what, 'gzip');
    expect(reply.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(reply.rawPayload.length).toBeLessThan(LARGE.length / 2);
    expect(gunzipSync(reply.rawPayload).toString()).toBe(LARGE);
  });

  it('is not squeezed when it is small, or when nobody asked', async () => {
    expect((await get(answer(SMALL), 'gzip')).headers).not.toHaveProperty('content-encoding');
    const plain = await get(answer(LARGE), 'identity');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.body).toBe(LARGE);
  });

  it.each([undefined, 'gzip'])('breaks off when the rest does not come: %s', async (acceptEncoding) => {
    // Whole JSON would be taken for the whole answer.
    await expect(get(answer(LARGE, [',1'], true), acceptEncoding)).rejects.toThrow(
      'response destroyed before completion',
    );
  });

  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['gzip;q=0', false],
    ['*', true],
    ['gzip; q=0, *', false],
    ['identity', false],
  ])('knows whether %s takes gzip', (header, takes) => {
    expect(acceptsGzip(header)).toBe(takes);
  });
});
