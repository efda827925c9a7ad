// The engine's time for components, in steps, so that "6 min ago" moves without anything being pulled.
import { useEffect, useState } from 'react';
import { useConnection } from '../connection/context.tsx';

/** Unix ms, renewed every `everyMs` (5 s unless told). */
export function useNow(everyMs = 5_000): number {
  const connection = useConnection();
  const [now, setNow] = useState(connection.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(connection.now()), everyMs);
    return () => clearInterval(timer);
  }, [connection, everyMs]);
  return now;
}
