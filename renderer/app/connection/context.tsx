// The connection for components: the client, the state, the engine's clock, streams that outlive reconnects.
import { createContext, useContext, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { EngineClient } from '../../../shared/contract/index.ts';
import type { EngineConnection } from './connection.ts';
import type { ConnectionState } from './machine.ts';

export const ConnectionContext = createContext<EngineConnection | null>(null);

export function useConnection(): EngineConnection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('ConnectionContext is missing');
  return connection;
}

export const useEngine = (): EngineClient => useConnection().client;

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.state);
}

const RESTART_MS = 2_000;

export type OpenStream<T> = (client: EngineClient, signal: AbortSignal) => Promise<AsyncIterable<T>>;

/**
 * Follows a stream as long as the component is shown and the connection is up, opening it again when it ends.
 * `open` must be stable (a constant, or useCallback): another one closes the stream and opens its own; null opens none.
 */
export function useStream<T>(open: OpenStream<T> | null, onItem: (item: T) => void): void {
  const connection = useConnection();
  const up = useConnectionState().phase === 'open';
  const handle = useRef(onItem);
  useLayoutEffect(() => {
    handle.current = onItem;
  });
  useEffect(() => {
    if (!up || open === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = async (): Promise<void> => {
      try {
        const stream = await open(connection.client, stop.signal);
        for await (const item of stream) handle.current(item);
      } catch {
        // A stream that breaks is opened again below; what it missed is pulled.
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void follow(), RESTART_MS);
    };
    void follow();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [connection, up, open]);
}
