// The window's one connection: keeps it up, hands calls to the session of the moment, says how it stands.
import { createORPCClient } from '@orpc/client';
import type { EngineClient } from '../../../shared/contract/index.ts';
import { attemptsOf, backoffMs, initialState, nextState } from './machine.ts';
import type { ConnectionEvent, ConnectionState } from './machine.ts';
import { callOver, engineGone, unlessAborted } from './session.ts';
import type { Link, Session } from './session.ts';
import type { Transport } from './transport.ts';

const READY_WAIT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 45_000;

export class EngineConnection {
  /** Stays the same over reconnects. */
  readonly client: EngineClient;
  readonly #transport: Transport;
  readonly #listeners = new Set<() => void>();
  #state: ConnectionState = initialState(Date.now());
  #session: { session: Session; end: AbortController } | null = null;
  #waiting = Promise.withResolvers<Session>();
  #stop: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #clockSkewMs = 0;

  constructor(transport: Transport) {
    this.#transport = transport;
    const link: Link = {
      call: async (path, input, options) => {
        const session = this.#session?.session ?? (await this.#ready());
        return callOver(session, path, input, options, ANSWER_TIMEOUT_MS);
      },
    };
    this.client = createORPCClient<EngineClient>(link);
  }

  readonly state = (): ConnectionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The engine's clock: another machine's may differ from this one's. */
  readonly now = (): number => Date.now() + this.#clockSkewMs;

  /** A tick carries the engine's time; differences below two seconds are transit, not skew. */
  noteEngineTime(atMs: number): void {
    const skewMs = atMs - Date.now();
    this.#clockSkewMs = Math.abs(skewMs) < 2_000 ? 0 : skewMs;
  }

  start(): void {
    this.#stop();
    clearTimeout(this.#timer);
    this.#stop = this.#transport.connect({
      opened: (link) => this.#opened(link),
      closed: () => this.#closed(),
      restarting: (reason, retryAtMs) => this.#apply({ type: 'restarting', reason, retryAtMs }),
      refused: () => {
        this.#end();
        this.#apply({ type: 'refused', reason: 'bad-token' });
      },
    });
  }

  /** Asks for a token instead of connecting with none. */
  signOut(): void {
    this.#stop();
    this.#end();
    this.#apply({ type: 'refused', reason: 'no-token' });
  }

  signIn(): void {
    this.#apply({ type: 'signed-in' });
    this.start();
  }

  retryNow(): void {
    if (this.#state.phase !== 'lost') return;
    this.#apply({ type: 'retrying' });
    // A port comes by itself: the listener for it stays, only the shell is asked to make haste.
    if (this.#transport.retries) this.start();
    else this.#transport.hurry?.();
  }

  /** A call went unanswered: the line may be dead without having closed (a laptop that slept). */
  suspect(): void {
    if (this.#state.phase !== 'open' || !this.#transport.retries) return;
    this.#stop();
    this.#closed();
  }

  #opened(link: Link): void {
    this.#end();
    const end = new AbortController();
    const session: Session = { link, gone: end.signal };
    this.#session = { session, end };
    this.#apply({ type: 'opened' });
    this.#waiting.resolve(session);
  }

  #closed(): void {
    this.#end();
    if (this.#state.phase === 'signed-out') return;
    const retryInMs = this.#transport.retries ? backoffMs(attemptsOf(this.#state), Math.random()) : null;
    this.#apply({ type: 'closed', retryInMs });
    if (retryInMs !== null) this.#timer = setTimeout(() => this.retryNow(), retryInMs);
  }

  #end(): void {
    if (this.#session === null) return;
    this.#session.end.abort();
    this.#session = null;
    this.#waiting = Promise.withResolvers<Session>();
  }

  #ready(): Promise<Session> {
    return unlessAborted(this.#waiting.promise, AbortSignal.timeout(READY_WAIT_MS), engineGone);
  }

  #apply(event: ConnectionEvent): void {
    this.#state = nextState(this.#state, event, Date.now());
    for (const listener of this.#listeners) listener();
  }
}
