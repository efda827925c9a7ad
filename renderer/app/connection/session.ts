// One live connection to the engine: calls through it fail with ENGINE_GONE once it ends, none hangs.
import { ORPCError } from '@orpc/client';
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';

export type Link = ClientLink<ClientContext>;

export type Session = {
  readonly link: Link;
  /** Aborted when the connection has ended. */
  readonly gone: AbortSignal;
};

export const engineGone = (): ORPCError<'ENGINE_GONE', undefined> =>
  new ORPCError('ENGINE_GONE', { message: 'The connection to the engine was lost.' });

export const engineSlow = (): ORPCError<'ENGINE_SLOW', undefined> =>
  new ORPCError('ENGINE_SLOW', { message: 'The engine did not answer in time.' });

/** Settles as `work` does, or rejects with `error()` as soon as the signal is aborted. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, error: () => Error): Promise<T> {
  // Whatever a lost call still answers is of no use, but must not be an unhandled rejection either.
  work.catch(() => {});
  if (signal.aborted) return Promise.reject(error());
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(error());
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

const isStream = (value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;

/** A stream whose next() rejects when the connection ends. */
function guarded(stream: AsyncIterator<unknown>, gone: AbortSignal): AsyncIterableIterator<unknown> {
  return {
    next: () => unlessAborted(stream.next(), gone, engineGone),
    return: async (value?: unknown) => {
      if (!gone.aborted) await stream.return?.(value);
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** One call over a session, bounded in time up to its answer (a stream may last for ever after that). */
export async function callOver(
  session: Session,
  path: readonly string[],
  input: unknown,
  options: ClientOptions<ClientContext>,
  timeoutMs: number,
): Promise<unknown> {
  const late = AbortSignal.timeout(timeoutMs);
  const call = session.link.call(path, input, options);
  const answer = await unlessAborted(unlessAborted(call, session.gone, engineGone), late, engineSlow);
  return isStream(answer) ? guarded(answer, session.gone) : answer;
}
