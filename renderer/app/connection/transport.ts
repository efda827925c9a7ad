// The two ways to the engine: a MessagePort that Electron's preload hands over, or a WebSocket of the page's host.
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { CHANNELS, PAGE_READY } from '../../../shared/model/shell-channels.ts';
import { engineStatusSchema } from '../../../shared/model/shell-messages.ts';
import { BAD_TOKEN_CLOSE } from './machine.ts';
import type { Link } from './session.ts';
import { desktopShell } from './shell.ts';

export type TransportEvents = {
  readonly opened: (link: Link) => void;
  readonly closed: () => void;
  readonly refused: () => void;
  /** The engine will be started again at this time (Unix ms), for this reason. */
  readonly restarting: (reason: string, retryAtMs: number) => void;
};

export type Transport = {
  /** False where the other side comes back by itself (a new port) and the page only waits. */
  readonly retries: boolean;
  /** Starts one attempt; the returned function ends it without an event. */
  connect(events: TransportEvents): () => void;
  /** Asks the other side not to wait any longer, where it is the one that retries. */
  readonly hurry?: () => void;
};

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** True in the desktop app, where the preload answers with a port. */
export const isDesktop = (): boolean => window.location.protocol === 'app:' || /\bElectron\//.test(navigator.userAgent);

/**
 * Listens first, then asks: the preload answers {type: 'linewarden:port'} with the port, and again after every
 * restart of the engine. A port that is replaced or closed ends its session.
 */
export function portTransport(): Transport {
  return {
    retries: false,
    hurry: () => void desktopShell()?.retryEngine(),
    connect(events) {
      let current: MessagePort | null = null;
      const onStatus = (told: unknown): void => {
        const status = engineStatusSchema.safeParse(told).data;
        if (status?.state !== 'restarting') return;
        current?.close();
        current = null;
        events.closed();
        events.restarting(`${status.reason} ${status.hint}`.trim(), status.nextAttemptAtMs);
      };
      const onMessage = (event: MessageEvent): void => {
        if (event.source !== window || event.origin !== window.origin) return;
        const data: unknown = event.data;
        if (typeof data !== 'object' || data === null || !('type' in data)) return;
        if (data.type === CHANNELS.engine && 'status' in data) onStatus(data.status);
        if (data.type !== CHANNELS.port) return;
        const port = event.ports[0];
        if (port === undefined) return;
        current?.close();
        current = port;
        port.addEventListener('close', () => {
          if (current !== port) return;
          current = null;
          events.closed();
        });
        port.start();
        events.opened(new PortLink({ port }));
      };
      window.addEventListener('message', onMessage);
      window.postMessage({ type: PAGE_READY }, window.origin);
      return () => {
        window.removeEventListener('message', onMessage);
        current?.close();
        current = null;
      };
    },
  };
}

/** The first message is the token; after {"ok":true} the socket speaks oRPC. Close code 4401: the token is bad. */
export function socketTransport(url: string, token: () => string | null): Transport {
  return {
    retries: true,
    connect(events) {
      const given = token();
      let ended = false;
      const socket = new WebSocket(url);
      const end = (report?: () => void): void => {
        if (ended) return;
        ended = true;
        clearTimeout(timer);
        socket.close();
        report?.();
      };
      const timer = setTimeout(() => end(events.closed), HANDSHAKE_TIMEOUT_MS);
      const onFirst = (event: MessageEvent): void => {
        clearTimeout(timer);
        socket.removeEventListener('message', onFirst);
        if (event.data === '{"ok":true}' || isOk(event.data))
          events.opened(new SocketLink({ websocket: lenient(socket) }));
        else end(events.closed);
      };
      socket.addEventListener('open', () => socket.send(JSON.stringify({ token: given ?? '' })));
      socket.addEventListener('message', onFirst);
      socket.addEventListener('close', (event) => end(event.code === BAD_TOKEN_CLOSE ? events.refused : events.closed));
      return () => end();
    },
  };
}

/**
 * What is still sent when the socket has closed (the end of a stream that nobody hears) is dropped: every call of the
 * session has failed already, and a second failure would have nobody to catch it.
 */
const lenient = (
  socket: WebSocket,
): Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> => ({
  addEventListener: socket.addEventListener.bind(socket),
  removeEventListener: socket.removeEventListener.bind(socket),
  readyState: WebSocket.OPEN,
  send: (data) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data);
  },
});

function isOk(data: unknown): boolean {
  try {
    const parsed: unknown = typeof data === 'string' ? JSON.parse(data) : null;
    return typeof parsed === 'object' && parsed !== null && 'ok' in parsed && parsed.ok === true;
  } catch {
    return false;
  }
}

export const socketUrl = (): string =>
  `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/rpc`;
