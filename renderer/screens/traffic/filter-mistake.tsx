// A filter of the address that cannot be read: said in the place of an answer, with the way out of it.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { failureOf } from '../../app/data/failure.ts';
import type { Traffic } from './use-traffic.ts';

export const isMistake = (error: unknown): boolean => failureOf(error).code === 'LW_FLOWS_FILTER';

export function FilterMistake({ traffic, error }: { readonly traffic: Traffic; readonly error: unknown }): ReactNode {
  const { message, hint } = failureOf(error);
  return (
    <div className="lw-traffic-none" data-testid="filter-mistake">
      <h2>This filter cannot be read</h2>
      <p className="lw-dim">
        {message} {hint}
      </p>
      <Button onClick={() => traffic.change({ filter: undefined, trail: undefined })}>Show all traffic</Button>
    </div>
  );
}
