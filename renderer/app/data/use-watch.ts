// Keeps a device watched while a page shows it: the engine polls it faster for as long as the stream is open.
import { createContext, useCallback, useState } from 'react';
import type { EngineClient } from '../../../shared/contract/index.ts';
import { useStream } from '../connection/context.tsx';

/** The interval in force of the device that the page is about, ms; its graphs ask for rates by it. */
export const WatchedInterval = createContext<number | undefined>(undefined);

/** The interval in force, ms, once the engine has told it. */
export function useWatch(deviceId: string | undefined): number | undefined {
  const [told, setTold] = useState<{ readonly deviceId: string | undefined; readonly intervalMs: number }>();
  const open = useCallback(
    (client: EngineClient, signal: AbortSignal) => client.devices.watch({ id: deviceId ?? '' }, { signal }),
    [deviceId],
  );
  useStream(deviceId === undefined ? null : open, ({ intervalMs }) => {
    if (told?.deviceId !== deviceId || told?.intervalMs !== intervalMs) setTold({ deviceId, intervalMs });
  });
  return told?.deviceId === deviceId && told !== undefined && told.intervalMs > 0 ? told.intervalMs : undefined;
}
