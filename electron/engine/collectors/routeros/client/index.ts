// A client of the RouterOS API: one logged-in connection that carries many commands at once.
import type { LinewardenError } from '../../../../../shared/model/errors.ts';
import { type CommandOptions, type CommandReply, Exchange } from './exchange.ts';
import { login } from './login.ts';
import type { ConnectOptions } from './options.ts';
import type { Row } from './reply.ts';
import { openTransport } from './transport.ts';

export type { CommandOptions, CommandReply } from './exchange.ts';
export type { ConnectOptions, Endpoint, TlsMode } from './options.ts';
export type { Row } from './reply.ts';
export { cancelledError, type RouterosCode, routerosError, timeoutError } from './errors.ts';
export { openTransport } from './transport.ts';
export { describeEndpoint, normalizePin } from './options.ts';

export type PrintOptions = CommandOptions & {
  /** Only these properties: it spares the router's CPU. */
  readonly proplist?: readonly string[];
  /** Arguments without a value, such as `stats` and `detail`. */
  readonly flags?: readonly string[];
  readonly arguments?: Readonly<Record<string, string>>;
  /** Query words without their "?", such as `name=read`. */
  readonly queries?: readonly string[];
};

export interface RouterosConnection {
  /** Rows of `<menu>/print`; an empty list when there are none. */
  print(menu: string, options?: PrintOptions): Promise<readonly Row[]>;
  /** Any command: `['/interface/ethernet/monitor', '=once=', '=numbers=ether1']`. */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandReply>;
  close(): void;
  /** Resolves (never rejects) with the reason once the session has ended. */
  readonly closed: Promise<LinewardenError>;
  readonly isOpen: boolean;
  /** SHA-256 of the router's certificate, hex; '' without one. */
  readonly certificateSha256: string;
  /** The router's address as connected, '' when unknown. */
  readonly remoteAddress: string;
  /** Replies that nobody waited for (late or unknown tags). */
  readonly ignoredReplies: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Connects and logs in. Rejects with an LW_ROUTEROS_* error that never contains the password. */
export async function connectRouter(options: ConnectOptions): Promise<RouterosConnection> {
  const { address, port, tls, signal, connectTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const endpoint = { address, port, tls };
  const { socket, certificateSha256 } = await openTransport(endpoint, connectTimeoutMs, signal);
  const exchange = new Exchange(socket, endpoint, options.onAnswer, options.password);
  try {
    await login(exchange, endpoint, options, { timeoutMs: connectTimeoutMs, signal });
  } catch (error) {
    exchange.close();
    throw error;
  }
  const { commandTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const run = (words: readonly string[], command: CommandOptions = {}): Promise<CommandReply> =>
    exchange.run(words, { timeoutMs: command.timeoutMs ?? commandTimeoutMs, signal: command.signal });
  return {
    run,
    async print(menu, print = {}) {
      const words = [`${menu}/print`];
      for (const flag of print.flags ?? []) words.push(`=${flag}=`);
      for (const [name, value] of Object.entries(print.arguments ?? {})) words.push(`=${name}=${value}`);
      if (print.proplist !== undefined) words.push(`=.proplist=${print.proplist.join(',')}`);
      for (const query of print.queries ?? []) words.push(`?${query}`);
      return (await run(words, print)).rows;
    },
    close: () => exchange.close(),
    closed: exchange.closed,
    get isOpen() {
      return exchange.isOpen;
    },
    certificateSha256,
    remoteAddress: socket.remoteAddress ?? '',
    get ignoredReplies() {
      return exchange.ignoredReplies;
    },
  };
}
