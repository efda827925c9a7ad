// A query's answer on its way to the client: bytes as the reader thread made them, squeezed where that pays.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { JsonAnswer } from '../../../store/metrics/index.ts';

/** What fits into few packets is not worth the work. */
const MIN_GZIP_BYTES = 32 * 1024;
/** The fastest: numbers shrink to about a fifth, and higher levels gain little. */
const GZIP = { level: 1 };

const gzip = promisify(zlib.gzip);

export type Payload = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer | Readable };

const SMALL = { 'Content-Type': 'application/json; charset=utf-8' };
const PLAIN = { ...SMALL, Vary: 'Accept-Encoding' };
const SQUEEZED = { ...PLAIN, 'Content-Encoding': 'gzip' };

/** A body that is JSON already. */
export class EncodedJson {
  readonly #answer: JsonAnswer;
  readonly #acceptsGzip: boolean;

  /** `acceptEncoding`: the client's header. */
  constructor(answer: JsonAnswer, acceptEncoding: string | undefined) {
    this.#answer = answer;
    this.#acceptsGzip = acceptsGzip(acceptEncoding);
  }

  /** The body with the headers that tell what it is; at once, unless it is to be squeezed first. */
  payload(): Payload | Promise<Payload> {
    const { first, rest } = this.#answer;
    const isLarge = rest !== undefined || first.length >= MIN_GZIP_BYTES;
    if (!isLarge || !this.#acceptsGzip) {
      return { headers: isLarge ? PLAIN : SMALL, body: rest === undefined ? bufferOf(first) : this.#stream() };
    }
    // In the thread pool, not on the event loop.
    if (rest === undefined) return gzip(first, GZIP).then((body) => ({ headers: SQUEEZED, body }));
    const squeeze = zlib.createGzip(GZIP);
    // A client that goes away, or a reader that ends, ends both; the reply learns of it by the stream.
    pipeline(this.#stream(), squeeze).catch(() => undefined);
    return { headers: SQUEEZED, body: squeeze };
  }

  #stream(): Readable {
    return Readable.from(this.#pieces(), { objectMode: false });
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    yield bufferOf(this.#answer.first);
    for await (const piece of this.#answer.rest ?? []) yield bufferOf(piece);
  }
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** RFC 9110, section 12.5.3: listed, or meant by *, and not with a weight of 0. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || acceptEncoding === 'identity') return false;
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(coding, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}
