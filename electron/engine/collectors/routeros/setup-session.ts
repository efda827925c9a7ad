// A short connection to a router that is being set up: its certificate before anything is trusted, then what it says of its setup.
import type { RouterForm } from '../../../../shared/contract/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import { connectRouter, openTransport, type RouterosConnection, type Row } from './client/index.ts';
import { tlsMode } from './connection-test.ts';

const CONNECT_TIMEOUT_MS = 8_000;
const COMMAND_TIMEOUT_MS = 5_000;
/** More rows than a router that is being set up has; the rest says nothing new. */
const MAX_ROWS = 1_000;

/** SHA-256 of the certificate that answers, 64 hex digits; '' without one. Nothing is sent but the handshake. */
export async function certificateOf(form: RouterForm, signal?: AbortSignal): Promise<string> {
  const endpoint = { address: form.address, port: form.port, tls: 'insecure' } as const;
  const { socket, certificateSha256 } = await openTransport(endpoint, CONNECT_TIMEOUT_MS, signal);
  socket.destroy();
  return certificateSha256;
}

/** Logs in; rejects with an LW_ROUTEROS_* error. Whoever opens it closes it. */
export async function openSetupSession(form: RouterForm, signal?: AbortSignal): Promise<SetupSession> {
  const connection = await connectRouter({
    address: form.address,
    port: form.port,
    tls: tlsMode(form),
    username: form.username,
    password: form.password,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    signal,
  });
  return new SetupSession(connection, signal);
}

export class SetupSession {
  readonly #connection: RouterosConnection;
  readonly #signal: AbortSignal | undefined;

  constructor(connection: RouterosConnection, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#signal = signal;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  async rows(menu: string, proplist: readonly string[], queries: readonly string[] = []): Promise<readonly Row[]> {
    const rows = await this.#connection.print(menu, { proplist, queries, signal: this.#signal });
    return rows.slice(0, MAX_ROWS);
  }

  /** Undefined where the router refuses or does not know the menu; rejects when the connection is lost. */
  async rowsIfAllowed(
    menu: string,
    proplist: readonly string[],
    queries: readonly string[] = [],
  ): Promise<readonly Row[] | undefined> {
    try {
      return await this.rows(menu, proplist, queries);
    } catch (error) {
      if (error instanceof LinewardenError && this.#connection.isOpen && this.#signal?.aborted !== true)
        return undefined;
      throw error;
    }
  }

  close(): void {
    this.#connection.close();
  }
}
