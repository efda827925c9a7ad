// The window's one connection: keeps it up, hands calls to the session of the moment, says how it stands.
import { createORPCClient } from '@orpc/client';
import type { EngineClient, Tick } from '../../../shared/contract/index.ts';
import { attemptsOf, backoffMs, initialState, nextState } from './machine.ts';
import type { ConnectionEvent, ConnectionState } from './machine.ts';
import { callOver, engineGone, unlessAborted } from './session.ts';
import type { Link, Session } from './session.ts';
import { TICKS_FOR_SKEW, skewOf } from './skew.ts';
import type { Transport } from './transport.ts';

const READY_WAIT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 45_000;
const STREAM_RESTART_MS = 2_000;
const LOOK_MS = 1_000;
/** The engine ticks each second: as many looks in a row without one, and it is frozen or the line is dead. */
const SILENT_LOOKS = 10;

export class EngineConnection {
  /** Stays the same over reconnects. */
  readonly client: EngineClient;
  readonly #transport: Transport;
  readonly #listeners = new Set<() => void>();
  readonly #tickListeners = new Set<(tick: Tick) => void>();
  #state: ConnectionState = initialState(Date.now());
  #session: { session: Session; end: AbortController } | null = null;
  #waiting = Promise.withResolvers<Session>();
  #stop: () => void = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  /** Looks, not a span of time: a page that slept has heard nothing either. */
  #silentLooks = 0;
  #clockSkewMs = 0;
  #clockOffsetsMs: readonly number[] = [];

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

  /** Hears each tick of the engine, over reconnects; the returned function ends it. */
  readonly onTick = (listener: (tick: Tick) => void): (() => void) => {
    this.#tickListeners.add(listener);
    return () => this.#tickListeners.delete(listener);
  };

  /** The engine's clock: another machine's may differ from this one's. It stands while the engine is lost. */
  readonly now = (): number => {
    const state = this.#state;
    return (state.phase === 'lost' && state.wasOpen ? state.sinceMs : Date.now()) + this.#clockSkewMs;
  };

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

  /** Signed in; that the engine runs is known by its first tick. */
  #opened(link: Link): void {
    this.#end();
    const end = new AbortController();
    const session: Session = { link, gone: end.signal };
    this.#session = { session, end };
    this.#silentLooks = 0;
    this.#watchdog = setInterval(() => this.#look(), LOOK_MS);
    void this.#followTicks(session);
    this.#waiting.resolve(session);
  }

  async #followTicks(session: Session): Promise<void> {
    try {
      for await (const tick of await this.client.system.ticks()) {
        if (session.gone.aborted) return;
        this.#ticked(tick);
      }
    } catch {
      // Asked for again below; where the engine is gone for good, the watchdog says so.
    }
    if (!session.gone.aborted) setTimeout(() => void this.#followTicks(session), STREAM_RESTART_MS);
  }

  #ticked(tick: Tick): void {
    this.#silentLooks = 0;
    this.#clockOffsetsMs = [...this.#clockOffsetsMs, tick.atMs - Date.now()].slice(-TICKS_FOR_SKEW);
    this.#clockSkewMs = skewOf(this.#clockOffsetsMs);
    if (this.#state.phase !== 'open') this.#apply({ type: 'opened' });
    for (const listener of this.#tickListeners) listener(tick);
  }

  #look(): void {
    if (++this.#silentLooks !== SILENT_LOOKS) return;
    if (this.#transport.retries) {
      this.#stop();
      this.#closed();
    } else {
      // Who handed the port over starts the engine again; should this one wake up, its ticks are heard.
      this.#apply({ type: 'closed', retryInMs: null });
    }
  }

  #closed(): void {
    this.#end();
    if (this.#state.phase === 'signed-out') return;
    const retryInMs = this.#transport.retries ? backoffMs(attemptsOf(this.#state), Math.random()) : null;
    this.#apply({ type: 'closed', retryInMs });
    if (retryInMs !== null) this.#timer = setTimeout(() => this.retryNow(), retryInMs);
  }

  #end(): void {
    clearInterval(this.#watchdog);
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
