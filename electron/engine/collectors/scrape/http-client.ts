// Fetches one target's body over HTTP: negotiated format, credentials from their file, bounded in time and size.
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Agent, Dispatcher } from 'undici';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { BodyMemory } from './body-memory.ts';
import type { ExpositionFormat } from './exposition/index.ts';
import { notMetrics, requestFailure, statusFailure, tooLarge } from './failures.ts';
import type { TargetAuth, TargetConfig } from './target.ts';

export type ScrapeAnswer = {
  /** Valid until `release` is called, which whoever gets the answer does once it is read. */
  readonly body: Buffer;
  readonly format: ExpositionFormat;
  release(): void;
};

/** Half a megabyte of code, which an engine without targets does without. */
const undici = () => import('undici');

const MAX_REDIRECTIONS = 10;
const MAX_SECRET_BYTES = 64 * 1024;
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

async function readConfiguredFile(file: string, what: string): Promise<string> {
  try {
    const text = await readFile(file, { encoding: 'utf8', signal: AbortSignal.timeout(5_000) });
    if (text.length > MAX_SECRET_BYTES && what !== 'authority') throw new RangeError('too long');
    return text;
  } catch (error) {
    throw new LinewardenError('LW_SCRAPE_FILE', `The ${what} file ${file} cannot be read.`, {
      hint: 'Check the path (relative to the config file) and its permissions.',
      cause: error,
    });
  }
}

async function authorizationHeader(auth: TargetAuth): Promise<string> {
  const secret = (await readConfiguredFile(auth.file, 'credentials')).trim();
  if (auth.kind === 'token') return `${auth.type} ${secret}`;
  return `Basic ${Buffer.from(`${auth.username}:${secret}`, 'utf8').toString('base64')}`;
}

/** One target's HTTP client with its kept-alive connection. */
export class ScrapeClient {
  readonly #target: TargetConfig;
  readonly #userAgent: string;
  /** `host:port`, all that errors tell of the URL: its parameters may hold keys. */
  readonly host: string;
  #agent: Promise<Agent> | undefined;
  /** Of the last answer. */
  #bodyBytes = 0;

  constructor(target: TargetConfig, userAgent = 'Linewarden') {
    this.#target = target;
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
    const { url, auth, timeoutMs, bodyLimitBytes } = this.#target;
    const headers: Record<string, string> = {
      accept: ACCEPT,
      'accept-encoding': 'gzip',
      'user-agent': this.#userAgent,
      'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1000),
    };
    if (auth !== undefined) headers['authorization'] = await authorizationHeader(auth);
    const agent = await this.#connected();
    const { interceptors, request } = await undici();
    const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS }));
    const response = await request(url, { dispatcher, headers, signal, headersTimeout: 0, bodyTimeout: 0 });
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

  #connected(): Promise<Agent> {
    this.#agent ??= this.#connect().catch((error: unknown) => {
      // A CA file that cannot be read now may be there next time.
      this.#agent = undefined;
      throw error;
    });
    return this.#agent;
  }

  async #connect(): Promise<Agent> {
    const { tls, timeoutMs } = this.#target;
    const ca = tls.caFile === undefined ? undefined : await readConfiguredFile(tls.caFile, 'authority');
    const { Agent: HttpAgent } = await undici();
    return new HttpAgent({
      connections: 1,
      pipelining: 1,
      // Longer than most intervals, so that the connection is reused; shorter than most servers' patience with idle ones.
      keepAliveTimeout: 60_000,
      connect: {
        timeout: timeoutMs,
        rejectUnauthorized: !tls.insecureSkipVerify,
        ...(ca === undefined ? {} : { ca }),
        ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
      },
    });
  }

  async close(): Promise<void> {
    const agent = await this.#agent?.catch(() => undefined);
    this.#agent = undefined;
    await agent?.destroy();
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
