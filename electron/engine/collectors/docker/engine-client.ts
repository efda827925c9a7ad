// The engine's HTTP API over a Unix socket, a named pipe or TCP: bounded in time and size, read and never changed.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Agent } from 'undici';
import type { z } from 'zod';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { engineFailure, notAnEngine, statusFailure } from './failures.ts';
import type { DockerEngine } from './section.ts';

const undici = () => import('undici');

/** A thousand containers with their labels are some megabytes. */
const MAX_ANSWER_BYTES = 32 * 1024 ** 2;
const MAX_LINE_BYTES = 1024 ** 2;
const CONNECT_TIMEOUT_MS = 5_000;
/** Stats are asked of so many containers at once. */
const CONNECTIONS = 8;

export class EngineClient {
  readonly #engine: DockerEngine;
  readonly #baseDir: string;
  readonly #origin: string;
  #agent: Promise<Agent> | undefined;

  /** `baseDir` is what the files of `tls` are relative to. */
  constructor(engine: DockerEngine, baseDir: string) {
    this.#engine = engine;
    this.#baseDir = baseDir;
    this.#origin = socketPathOf(engine.address) === undefined ? originOf(engine) : 'http://engine';
  }

  /** Rejects with LW_DOCKER_*. `undefined` for what the engine does not know (404): a container that has just gone. */
  async get<T extends z.ZodType>(url: string, schema: T, signal: AbortSignal): Promise<z.output<T> | undefined> {
    const { address } = this.#engine;
    try {
      const { request } = await undici();
      const dispatcher = await this.#connected();
      const response = await request(`${this.#origin}${url}`, {
        dispatcher,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      if (response.statusCode !== 200) {
        await response.body.dump({ limit: 64 * 1024, signal });
        if (response.statusCode === 404) return undefined;
        throw statusFailure(address, response.statusCode, url.split('?')[0] ?? '');
      }
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of response.body as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > MAX_ANSWER_BYTES) throw notAnEngine(address, 'its answer is too large');
        pieces.push(piece);
      }
      return read(schema, Buffer.concat(pieces).toString('utf8'), address);
    } catch (error) {
      throw engineFailure(signal.aborted && !(error instanceof LinewardenError) ? signal.reason : error, address);
    }
  }

  /** One answer after the other, a line each, until the engine or the signal ends it. Lines that cannot be read are left out. */
  async *lines<T extends z.ZodType>(url: string, schema: T, signal: AbortSignal): AsyncGenerator<z.output<T>> {
    const { address } = this.#engine;
    const { request } = await undici();
    const dispatcher = await this.#connected();
    const response = await request(`${this.#origin}${url}`, { dispatcher, signal, headersTimeout: 0, bodyTimeout: 0 });
    if (response.statusCode !== 200) {
      await response.body.dump({ limit: 64 * 1024, signal });
      throw statusFailure(address, response.statusCode, url.split('?')[0] ?? '');
    }
    let rest = '';
    response.body.setEncoding('utf8');
    for await (const piece of response.body as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_BYTES) throw notAnEngine(address, 'an event is too long');
      for (const line of lines) {
        const parsed = schema.safeParse(jsonOf(line));
        if (parsed.success) yield parsed.data;
      }
    }
  }

  async close(): Promise<void> {
    const agent = await this.#agent?.catch(() => undefined);
    this.#agent = undefined;
    await agent?.destroy();
  }

  #connected(): Promise<Agent> {
    this.#agent ??= this.#connect().catch((error: unknown) => {
      // A file that cannot be read now may be there next time.
      this.#agent = undefined;
      throw error;
    });
    return this.#agent;
  }

  async #connect(): Promise<Agent> {
    const { Agent: HttpAgent } = await undici();
    const { tls, address } = this.#engine;
    const socketPath = socketPathOf(address);
    const [ca, cert, key] = await Promise.all(
      [tls?.ca_file, tls?.cert_file, tls?.key_file].map((file) => this.#file(file)),
    );
    return new HttpAgent({
      // One more for the stream of events.
      connections: CONNECTIONS + 1,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        ...(socketPath !== undefined && { socketPath }),
        ...(ca !== undefined && { ca }),
        ...(cert !== undefined && key !== undefined && { cert, key }),
        ...(tls?.insecure_skip_verify === true && { rejectUnauthorized: false }),
      },
    });
  }

  async #file(file: string | undefined): Promise<string | undefined> {
    if (file === undefined) return undefined;
    try {
      return await readFile(path.resolve(this.#baseDir, file), {
        encoding: 'utf8',
        signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS),
      });
    } catch (error) {
      throw new LinewardenError('LW_DOCKER_FILE', `The file ${file} of docker's tls cannot be read.`, {
        hint: 'Check the path (relative to the config file) and its permissions.',
        cause: error,
      });
    }
  }
}

/** `unix:///var/run/docker.sock` -> the path; `npipe:////./pipe/docker_engine` -> `//./pipe/docker_engine`. */
export function socketPathOf(address: string): string | undefined {
  if (address.startsWith('unix://')) return address.slice('unix://'.length);
  return address.startsWith('npipe://') ? address.slice('npipe://'.length) : undefined;
}

function originOf({ address, tls }: DockerEngine): string {
  const scheme = tls !== undefined || address.startsWith('https:') ? 'https' : 'http';
  return `${scheme}://${address.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '')}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read<T extends z.ZodType>(schema: T, text: string, address: string): z.output<T> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notAnEngine(address, issue === undefined ? 'no JSON' : `${issue.path.join('.')}: ${issue.message}`);
}
