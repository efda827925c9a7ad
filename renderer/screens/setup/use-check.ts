// A check that can be run, cancelled and forgotten: its answer belongs to what it was asked with.
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

export type Check<Answer> = {
  readonly isRunning: boolean;
  readonly answer: Answer | undefined;
  readonly error: unknown;
  readonly run: () => void;
  readonly cancel: () => void;
};

export function useCheck<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  onAnswer?: (answer: Answer) => void,
): Check<Answer> {
  const running = useRef<AbortController>(null);
  const asking = useMutation({
    mutationFn: () => {
      running.current?.abort();
      running.current = new AbortController();
      return ask(running.current.signal);
    },
    ...(onAnswer && { onSuccess: onAnswer }),
  });
  // A page that is left waits for nothing.
  useEffect(() => () => running.current?.abort(), []);
  return {
    isRunning: asking.isPending,
    answer: asking.data,
    error: asking.error,
    run: () => asking.mutate(),
    cancel: () => {
      running.current?.abort();
      asking.reset();
    },
  };
}
