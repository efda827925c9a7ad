// Posts JSON to a receiver: the one HTTP client of them all, bounded in time, in redirections and in what it reads.
import { Buffer } from 'node:buffer';
import type { Agent, Dispatcher } from 'undici';
import { DeliveryError } from '../../delivery/queue.ts';
import type { HttpConfig, TlsConfig } from './config.ts';
import { connectionFailure, quoted, secretsOfUrl } from './failure.ts';
import { readReceiverFile, valueOrFile } from './file.ts';

export type Post = {
  /** http or https; it may be secret, errors tell its host only. */
  readonly url: string;
  readonly body: unknown;
  readonly http: HttpConfig;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
};

export type Answer = { readonly contentType: string; readonly text: string; readonly host: string };

const MAX_REDIRECTIONS = 5;
const MAX_ANSWER_BYTES = 65_536;

/** Half a megabyte of code, which is needed seldom. */
const undici = () => import('undici');

/** The answer to a status of 2xx. Rejects with DeliveryError: 5xx, 429 and what fails on the way can be tried again. */
export async function postJson(post: Post): Promise<Answer> {
  const url = addressOf(post.url);
  const { timeoutMs = 0 } = post;
  const signal = timeoutMs > 0 ? AbortSignal.any([post.signal, AbortSignal.timeout(timeoutMs)]) : post.signal;
  const { authorization, secrets } = await credentials(post.http);
  const { Agent: HttpAgent } = await undici();
  const agent = new HttpAgent({ connect: await tlsOptions(post.http.tls_config), pipelining: 0 });
  try {
    return await follow(agent, url, { ...post, signal }, authorization, [...secrets, ...secretsOfUrl(post.url)]);
  } catch (error) {
    throw connectionFailure(signal.aborted && !(error instanceof DeliveryError) ? signal.reason : error, url.host);
  } finally {
    void agent.destroy();
  }
}

/** Throws DeliveryError. */
export function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DeliveryError('The address is no http or https URL.', { isRetryable: false });
  }
  return url;
}

async function follow(
  agent: Agent,
  first: URL,
  { body, http, signal }: Post,
  authorization: string | undefined,
  secrets: readonly string[],
): Promise<Answer> {
  let url = first;
  const { request } = await undici();
  for (let redirections = 0; ; redirections++) {
    const isOwn = url.origin === first.origin;
    const userInfo = isOwn && url.username !== '' ? basic(decoded(url.username), decoded(url.password)) : undefined;
    const response = await request(bare(url), {
      dispatcher: agent,
      method: 'POST',
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Linewarden',
        ...((authorization ?? userInfo) !== undefined && isOwn && { authorization: authorization ?? userInfo }),
      },
      body: JSON.stringify(body),
    });
    const text = await readText(response, signal);
    const { statusCode: status } = response;
    if (status >= 200 && status < 300) {
      return { contentType: header(response, 'content-type'), text, host: url.host };
    }
    // Others ask for the new address by GET, which would tell nobody anything.
    const location = header(response, 'location');
    const isFollowed = (status === 307 || status === 308) && http.follow_redirects && redirections < MAX_REDIRECTIONS;
    if (!isFollowed || !URL.canParse(location, url.href)) throw refusal(status, url.host, text, secrets);
    url = addressOf(new URL(location, url.href).href);
  }
}

function refusal(status: number, host: string, text: string, secrets: readonly string[]): DeliveryError {
  const said = quoted(text, secrets);
  const hint = status >= 300 && status < 400 ? '; enter the address that it leads to' : '';
  return new DeliveryError(`${host} answered ${status}${said === '' ? '' : `: ${said}`}${hint}.`, {
    isRetryable: status >= 500 || status === 429,
  });
}

async function readText(response: Dispatcher.ResponseData, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      response.body.destroy();
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function header(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

function bare(url: URL): URL {
  const without = new URL(url);
  without.username = '';
  without.password = '';
  return without;
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function credentials(
  http: HttpConfig,
): Promise<{ readonly authorization?: string; readonly secrets: readonly string[] }> {
  const { basic_auth: user, authorization: auth } = http;
  if (user !== undefined) {
    const username = (await valueOrFile(user.username, user.username_file)) ?? '';
    const password = (await valueOrFile(user.password, user.password_file)) ?? '';
    const authorization = basic(username, password);
    return { authorization, secrets: [password, authorization.slice('Basic '.length)] };
  }
  const token =
    auth === undefined
      ? await valueOrFile(http.bearer_token, http.bearer_token_file)
      : await valueOrFile(auth.credentials, auth.credentials_file);
  if (token === undefined) return { secrets: [] };
  return { authorization: `${auth?.type ?? 'Bearer'} ${token}`, secrets: [token] };
}

const textOrFile = (text: string | undefined, file: string | undefined) =>
  file === undefined ? text : readReceiverFile(file);

/** As node:tls takes them. */
export async function tlsOptions(tls: TlsConfig | undefined) {
  if (tls === undefined) return {};
  const [ca, cert, key] = await Promise.all([
    textOrFile(tls.ca, tls.ca_file),
    textOrFile(tls.cert, tls.cert_file),
    textOrFile(tls.key, tls.key_file),
  ]);
  return {
    rejectUnauthorized: !tls.insecure_skip_verify,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(tls.server_name !== undefined && { servername: tls.server_name }),
    ...(tls.min_version !== undefined && { minVersion: tls.min_version }),
    ...(tls.max_version !== undefined && { maxVersion: tls.max_version }),
  };
}
