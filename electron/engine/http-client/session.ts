// One server's kept-alive HTTP connection, with its login and TLS.
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { Agent, Dispatcher } from 'undici';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { HttpAuth, HttpSettings, Secret } from './settings.ts';

/** Half a megabyte of code, which an engine that asks nobody does without. */
const undici = () => import('undici');

const MAX_REDIRECTIONS = 10;
const MAX_SECRET_BYTES = 64 * 1024;
const MAX_PEM_BYTES = 16 * 1024 ** 2;

async function readConfiguredFile(file: string, what: string, maxBytes: number): Promise<string> {
  try {
    const text = await readFile(file, { encoding: 'utf8', signal: AbortSignal.timeout(5_000) });
    if (text.length > maxBytes) throw new RangeError('too long');
    return text;
  } catch (error) {
    throw new LinewardenError('LW_HTTP_CLIENT_FILE', `The ${what} file ${file} cannot be read.`, {
      hint: 'Check the path (relative to the config file) and its permissions.',
      cause: error,
    });
  }
}

const readPem = async (file: string | undefined, what: string): Promise<string | undefined> =>
  file === undefined ? undefined : readConfiguredFile(file, what, MAX_PEM_BYTES);

const readSecret = async (secret: Secret): Promise<string> =>
  'text' in secret ? secret.text : (await readConfiguredFile(secret.file, 'credentials', MAX_SECRET_BYTES)).trim();

async function authorizationHeader(auth: HttpAuth): Promise<string> {
  const secret = await readSecret(auth.secret);
  if (auth.kind === 'token') return `${auth.type} ${secret}`;
  return `Basic ${Buffer.from(`${auth.username}:${secret}`, 'utf8').toString('base64')}`;
}

export class HttpSession {
  readonly #settings: HttpSettings;
  readonly #connectTimeoutMs: number;
  readonly #connections: number;
  #agent: Promise<Agent> | undefined;

  /** `connections`: requests that may be under way at once. */
  constructor(settings: HttpSettings, connectTimeoutMs: number, connections = 1) {
    this.#settings = settings;
    this.#connections = connections;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** A GET whose body is still to be read or dumped. The signal bounds it in time. */
  async get(
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { auth, followRedirects } = this.#settings;
    const login = auth === undefined ? {} : { authorization: await authorizationHeader(auth) };
    const agent = await this.#connected();
    const { interceptors, request } = await undici();
    const dispatcher = followRedirects
      ? agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS }))
      : agent;
    return request(url, { dispatcher, headers: { ...headers, ...login }, signal, headersTimeout: 0, bodyTimeout: 0 });
  }

  /** A POST whose answer's body is still to be read or dumped. The signal bounds it in time. No redirection is followed. */
  async post(
    url: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { auth } = this.#settings;
    const login = auth === undefined ? {} : { authorization: await authorizationHeader(auth) };
    const dispatcher = await this.#connected();
    const { request } = await undici();
    return request(url, {
      dispatcher,
      method: 'POST',
      body,
      headers: { ...headers, ...login },
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
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
    const { tls } = this.#settings;
    const [ca, cert, key] = [
      await readPem(tls.caFile, 'authority'),
      await readPem(tls.certFile, 'certificate'),
      await readPem(tls.keyFile, 'private key'),
    ];
    const { Agent: HttpAgent } = await undici();
    return new HttpAgent({
      connections: this.#connections,
      pipelining: 1,
      // Longer than most intervals, so that the connection is reused; shorter than most servers' patience with idle ones.
      keepAliveTimeout: 60_000,
      connect: {
        timeout: this.#connectTimeoutMs,
        rejectUnauthorized: !tls.insecureSkipVerify,
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
        ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
        ...(tls.minVersion === undefined ? {} : { minVersion: tls.minVersion }),
        ...(tls.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }),
      },
    });
  }

  async close(): Promise<void> {
    const agent = await this.#agent?.catch(() => undefined);
    this.#agent = undefined;
    await agent?.destroy();
  }
}
