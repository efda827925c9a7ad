// Fetches one target's body over HTTP: negotiated format, credentials from their file, bounded in time and size.
import type { Buffer } from 'node:buffer';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { HttpSession } from '../../http-client/index.ts';
import { BodyMemory } from './body-memory.ts';
import type { ExpositionFormat } from './exposition/index.ts';
import { notMetrics, requestFailure, statusFailure, tooLarge } from './failures.ts';
import type { TargetConfig } from './target.ts';

export type ScrapeAnswer = {
  /** Valid until `release` is called, which whoever gets the answer does once it is read. */
  readonly body: Buffer;
  readonly format: ExpositionFormat;
  release(): void;
};

/** What a target only says that it will send is no reason for more. */
const MAX_EXPECTED_BYTES = 8 * 1024 ** 2;

/** OpenMetrics first, then the older text format, as Prometheus asks for them. */
const ACCEPT = [
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6',
  'application/openmetrics-text;version=0.0.1;q=0.5',
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4',
  'text/plain;version=0.0.4;q=0.3',
  '*/*;q=0.2',
].join(',');

/** One target's HTTP client with its kept-alive connection. */
export class ScrapeClient {
  readonly #target: TargetConfig;
  readonly #userAgent: string;
  /** `host:port`, all that errors tell of the URL: its parameters may hold keys. */
  readonly host: string;
  readonly #session: HttpSession;
  /** Of the last answer. */
  #bodyBytes = 0;

  constructor(target: TargetConfig, userAgent = 'Linewarden') {
    this.#target = target;
    this.#session = new HttpSession(target.http, target.timeoutMs);
    this.#userAgent = userAgent;
    this.host = URL.canParse(target.url) ? new URL(target.url).host : target.url;
  }

  /**
   * The target's answer, once it is whole and looks like metrics. `onAnswer` is called when the target has answered at all.
   * Rejects with a LinewardenError LW_SCRAPE_*; settles within the target's timeout, or when the signal aborts.
   */
  async fetch(signal: AbortSignal, onAnswer: () => void): Promise<ScrapeAnswer> {
    const { timeoutMs } = this.#target;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await this.#fetch(AbortSignal.any([signal, deadline]), onAnswer);
    } catch (error) {
      // An abort may surface as any error of the stream that it tore down.
      const aborted: unknown = deadline.aborted && !(error instanceof LinewardenError) ? deadline.reason : error;
      throw requestFailure(aborted, this.host, timeoutMs);
    }
  }

  async #fetch(signal: AbortSignal, onAnswer: () => void): Promise<ScrapeAnswer> {
    const { url, compression, timeoutMs, bodyLimitBytes } = this.#target;
    const headers: Record<string, string> = {
      accept: ACCEPT,
      'accept-encoding': compression ? 'gzip' : 'identity',
      'user-agent': this.#userAgent,
      'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1000),
    };
    const response = await this.#session.get(url, headers, signal);
    onAnswer();
    if (response.statusCode !== 200) {
      await response.body.dump({ limit: 64 * 1024, signal });
      throw statusFailure(this.host, response.statusCode);
    }
    // Growing step by step would leave half-sized pieces behind.
    const told = Number(response.headers['content-length'] ?? 0);
    const memory = new BodyMemory(Math.min(Math.max(this.#bodyBytes, told || 0), bodyLimitBytes, MAX_EXPECTED_BYTES));
    try {
      await readBody(response, memory, bodyLimitBytes, signal, this.host);
      const { body } = memory;
      this.#bodyBytes = body.length;
      const format = formatOf(response.headers['content-type'], body, this.host);
      return { body, format, release: () => memory.release() };
    } catch (error) {
      memory.release();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

async function readBody(
  response: Dispatcher.ResponseData,
  memory: BodyMemory,
  limitBytes: number,
  signal: AbortSignal,
  host: string,
): Promise<void> {
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limitBytes) throw tooLarge(host, limitBytes);
      memory.add(chunk);
    }
  };
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') await pipeline(response.body, collect, { signal });
  else if (encoding === 'gzip') {
    const { createGunzip } = await import('node:zlib');
    await pipeline(response.body, createGunzip(), collect, { signal });
  } else {
    response.body.destroy();
    throw notMetrics(host, `an encoding that was not asked for (${String(encoding).slice(0, 40)})`);
  }
}

/** By content type; a missing or crude one counts as text, unless the body is plainly a page. */
function formatOf(header: string | string[] | undefined, body: Buffer, host: string): ExpositionFormat {
  const text = Array.isArray(header) ? header[0] : header;
  const type = text?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/openmetrics-text') return 'openmetrics';
  if (type === 'application/json') throw notMetrics(host, 'JSON');
  if (type === 'application/vnd.google.protobuf') throw notMetrics(host, 'protocol buffers');
  if (/^\s*</.test(body.toString('latin1', 0, 256))) throw notMetrics(host, 'a web page (HTML or XML)');
  return 'prometheus-text';
}
