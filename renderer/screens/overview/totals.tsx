// What the whole network carries at the moment, and the time of day beside it.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatClock, formatValue } from '../../../shared/units/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useAtTime } from '../../app/data/clock.tsx';
import { networkTotals } from '../../panels/network.ts';

const PULL_MS = 5_000;

type Props = {
  readonly intervalMs: number;
  /** Of this host, where there is no router. */
  readonly hostSelector?: string;
};

export function Totals({ intervalMs, hostSelector }: Props): ReactNode {
  const engine = useEngine();
  const queries = networkTotals({ stepMs: PULL_MS, intervalMs }, hostSelector);
  const answer = useQuery({
    queryKey: ['instant', queries.in, queries.out],
    refetchInterval: PULL_MS,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const ask = async (query: string): Promise<number | null> =>
        (await engine.metrics.instant({ query }, { signal })).samples[0]?.value ?? null;
      const [into, out] = await Promise.all([ask(queries.in), ask(queries.out)]);
      return { into, out };
    },
  });
  return (
    <span className="lw-num lw-nowrap" data-testid="totals">
      <span aria-hidden>↓ </span>
      <span className="lw-sr">In </span>
      {formatValue(answer.data?.into, 'bps')}
      <span aria-hidden> ↑ </span>
      <span className="lw-sr">, out </span>
      {formatValue(answer.data?.out, 'bps')}
    </span>
  );
}

/** The engine's time of day: what is shown is of this minute. */
export function Now(): ReactNode {
  const text = useAtTime((nowMs) => formatClock(nowMs));
  return (
    <span className="lw-num" data-testid="time-of-day">
      {text}
    </span>
  );
}
