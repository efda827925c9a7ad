// Adding found devices: how far each is, told by the engine as it goes; leaving the screen ends what is under way.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AddProgress, FoundDevice } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import type { Failure } from '../../../app/data/failure.ts';
import { useRefreshFound } from './use-found.ts';

/** 'waiting' until the engine says more. */
export type Progress = AddProgress | { readonly id: string; readonly state: 'waiting' };
export type Addition = { readonly entry: FoundDevice; readonly progress: Progress };

export type Adding = {
  readonly additions: ReadonlyMap<string, Addition>;
  readonly isRunning: boolean;
  /** The whole of it failed: the engine went away, or the profile. */
  readonly failure: Failure | null;
  readonly start: (entries: readonly FoundDevice[], profileId: string) => void;
  readonly cancel: () => void;
  readonly clear: () => void;
};

const NONE: ReadonlyMap<string, Addition> = new Map();

export function useAdding(): Adding {
  const engine = useEngine();
  const refresh = useRefreshFound();
  const [additions, setAdditions] = useState(NONE);
  const [running, setRunning] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const under = useRef(new Set<AbortController>());
  const cancel = useCallback(() => {
    for (const one of under.current) one.abort();
  }, []);
  useEffect(() => cancel, [cancel]);

  const note = (entry: FoundDevice, progress: Progress): void =>
    setAdditions((before) => new Map(before).set(entry.id, { entry, progress }));

  const run = async (entries: readonly FoundDevice[], profileId: string): Promise<void> => {
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const controller = new AbortController();
    under.current.add(controller);
    setRunning((count) => count + 1);
    setFailure(null);
    for (const entry of entries) note(entry, { id: entry.id, state: 'waiting' });
    try {
      const { signal } = controller;
      for await (const progress of await engine.discovery.add({ ids: [...byId.keys()], profileId }, { signal })) {
        const entry = byId.get(progress.id);
        if (entry !== undefined) note(entry, progress);
      }
    } catch (error) {
      if (!controller.signal.aborted) setFailure(failureOf(error));
    } finally {
      under.current.delete(controller);
      setRunning((count) => count - 1);
      // What had not ended is not known to have been added.
      setAdditions(
        (before) =>
          new Map(
            [...before].filter(
              ([
                id,
                {
                  progress: { state },
                },
              ]) => !byId.has(id) || isOver(state),
            ),
          ),
      );
      refresh();
    }
  };

  return {
    additions,
    isRunning: running > 0,
    failure,
    start: (entries, profileId) => void run(entries, profileId),
    cancel,
    clear: () => {
      setAdditions(NONE);
      setFailure(null);
    },
  };
}

const isOver = (state: Progress['state']): boolean => state === 'added' || state === 'failed';
