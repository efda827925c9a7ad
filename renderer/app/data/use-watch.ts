// Keeps a device watched while a page shows it: the engine polls it faster for as long as the stream is open.
import { useCallback } from 'react';
import type { EngineClient } from '../../../shared/contract/index.ts';
import { useStream } from '../connection/context.tsx';

const ignore = (): void => {};

export function useWatch(deviceId: string | undefined): void {
  const open = useCallback(
    (client: EngineClient, signal: AbortSignal) => client.devices.watch({ id: deviceId ?? '' }, { signal }),
    [deviceId],
  );
  useStream(deviceId === undefined ? null : open, ignore);
}
