// Asks a cluster's query API: bounded in time and size, its answer parsed once.
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { HttpSession } from '../http-client/index.ts';
import { whyNoAnswer } from '../remote-write-sender/index.ts';
import type { CancelSignal } from '../store/metrics/index.ts';

const MAX_BYTES = 64 * 1024 ** 2;
const MAX_QUOTED = 200;

const point = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());

const dataSchema = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric, value: point })) }),
  z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric, values: z.array(point) })) }),
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: point }),
]);

export type RemoteData = z.infer<typeof dataSchema>;

const envelope = z.object({
  status: z.string(),
  data: z.unknown().optional(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
});

export type RemoteAnswer<T> = {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
};

/** No answer: the cluster is away. Its sentence goes on after the cluster's name. */
export class ClusterAway extends LinewardenError {
  constructor(message: string) {
    super('LW_REMOTE_STORAGE_AWAY', message);
  }
}

/** An answer that is none: this query it cannot answer. */
export class ClusterRefused extends LinewardenError {
  constructor(message: string) {
    super('LW_REMOTE_STORAGE_REFUSED', message);
  }
}

export class ClusterClient {
  readonly #session: HttpSession;
  readonly #urlOf: (path: string) => string;
  readonly #timeoutMs: number;

  constructor(options: { session: HttpSession; urlOf: (path: string) => string; timeoutMs: number }) {
    this.#session = options.session;
    this.#urlOf = options.urlOf;
    this.#timeoutMs = options.timeoutMs;
  }

  async query(path: string, params: URLSearchParams, signal?: CancelSignal): Promise<RemoteAnswer<RemoteData>> {
    const answer = await this.#ask(path, params, signal);
    const data = dataSchema.safeParse(answer.data);
    if (!data.success) throw new ClusterRefused('answers in a form that is not understood');
    return { ...answer, data: data.data };
  }

  async list<T>(path: string, params: URLSearchParams, schema: z.ZodType<T>): Promise<readonly T[]> {
    const { data } = await this.#ask(path, params);
    const list = z.array(schema).safeParse(data);
    if (!list.success) throw new ClusterRefused('answers in a form that is not understood');
    return list.data;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #ask(path: string, params: URLSearchParams, cancel?: CancelSignal): Promise<RemoteAnswer<unknown>> {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    cancel?.addEventListener('abort', abort);
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(this.#timeoutMs)]);
    let status: number;
    let text: string;
    try {
      if (cancel?.aborted === true) stop.abort();
      const body = Buffer.from(params.toString(), 'utf8');
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
      const response = await this.#session.post(this.#urlOf(path), body, headers, signal);
      status = response.statusCode;
      text = await readBody(response.body as AsyncIterable<Buffer>);
    } catch (error) {
      if (error instanceof ClusterRefused) throw error;
      throw new ClusterAway(whyNoAnswer(error));
    } finally {
      cancel?.removeEventListener('abort', abort);
    }
    const parsed = parseEnvelope(text);
    // What an overloaded cluster, or one that is not there behind its proxy, answers.
    const isAway = status === 401 || status === 403 || status === 429 || (status >= 500 && parsed?.status !== 'error');
    if (isAway) throw new ClusterAway(`answers ${status}`);
    if (parsed?.status !== 'success') throw new ClusterRefused(oneLine(parsed?.error ?? `answers ${status}`));
    return { data: parsed.data, warnings: parsed.warnings ?? [], infos: parsed.infos ?? [] };
  }
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new ClusterRefused(`answers with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseEnvelope(text: string): z.infer<typeof envelope> | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  const line = text.replaceAll(/[\0-\x1f\x7f]+/g, ' ').trim();
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line;
}
