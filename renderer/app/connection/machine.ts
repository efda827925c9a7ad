// What the window knows of its connection, as a pure function of what happened.
export type ConnectionState =
  | { readonly phase: 'connecting'; readonly sinceMs: number; readonly attempt: number }
  | { readonly phase: 'open'; readonly sinceMs: number }
  | {
      readonly phase: 'lost';
      readonly sinceMs: number;
      readonly attempt: number;
      /** When the next attempt is due; null where the other side has to come back by itself. */
      readonly retryAtMs: number | null;
      readonly wasOpen: boolean;
      /** Why, where the other side said so; '' otherwise. */
      readonly reason: string;
    }
  | { readonly phase: 'signed-out'; readonly sinceMs: number; readonly reason: 'no-token' | 'bad-token' };

export type ConnectionEvent =
  /** Signed in, and the engine has ticked. */
  | { readonly type: 'opened' }
  | { readonly type: 'closed'; readonly retryInMs: number | null }
  /** The shell says that it will start the engine again, and why it must. */
  | { readonly type: 'restarting'; readonly reason: string; readonly retryAtMs: number }
  | { readonly type: 'refused'; readonly reason: 'no-token' | 'bad-token' }
  | { readonly type: 'retrying' }
  | { readonly type: 'signed-in' };

/** The close code of a WebSocket whose token was not accepted. */
export const BAD_TOKEN_CLOSE = 4401;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** 0.5, 1, 2, 4, 8, 15 s, each shortened by up to a fifth so that many windows do not knock at once; `random` is 0..1. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (1 - 0.2 * random));
}

export const initialState = (nowMs: number): ConnectionState => ({ phase: 'connecting', sinceMs: nowMs, attempt: 0 });

export function nextState(state: ConnectionState, event: ConnectionEvent, nowMs: number): ConnectionState {
  switch (event.type) {
    case 'opened':
      return { phase: 'open', sinceMs: nowMs };
    case 'closed': {
      // A socket that closes after a refusal says nothing new.
      if (state.phase === 'signed-out') return state;
      const retryAtMs = event.retryInMs === null ? null : nowMs + event.retryInMs;
      if (state.phase === 'lost') return { ...state, attempt: state.attempt + 1, retryAtMs };
      return lost(state, retryAtMs, '', nowMs);
    }
    case 'restarting': {
      if (state.phase === 'lost') return { ...state, reason: event.reason, retryAtMs: event.retryAtMs };
      return lost(state, event.retryAtMs, event.reason, nowMs);
    }
    case 'refused':
      return { phase: 'signed-out', sinceMs: nowMs, reason: event.reason };
    case 'retrying':
      return state.phase === 'lost' ? { ...state, retryAtMs: null } : state;
    case 'signed-in':
      return { phase: 'connecting', sinceMs: nowMs, attempt: 0 };
  }
}

function lost(state: ConnectionState, retryAtMs: number | null, reason: string, nowMs: number): ConnectionState {
  const wasOpen = state.phase === 'open';
  return { phase: 'lost', sinceMs: wasOpen ? nowMs : state.sinceMs, attempt: 1, retryAtMs, wasOpen, reason };
}

/** Attempts since the last good connection, for the back-off. */
export const attemptsOf = (state: ConnectionState): number => ('attempt' in state ? state.attempt : 0);
