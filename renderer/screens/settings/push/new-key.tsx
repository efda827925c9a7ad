// Makes a new key beside those that hold, and says how long these stay valid.
import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { failureOf } from '../../../app/data/failure.ts';
import { usePushChange } from './use-push.ts';
import { OVERLAPS, USUAL_OVERLAP } from './words.ts';

type Props = {
  /** "key" or "token". */
  readonly what: string;
  readonly hasOthers: boolean;
  /** Whether it is what the place is for. */
  readonly isMain?: boolean;
  readonly make: (overlapMs: number) => Promise<{ key: string }>;
  readonly onMade: (key: string) => void;
};

export function NewKey({ what, hasOthers, isMain = true, make, onMade }: Props): ReactNode {
  const [overlap, setOverlap] = useState(USUAL_OVERLAP);
  const rotate = usePushChange(make, ({ key }) => onMade(key));
  return (
    <>
      <div className="lw-row" style={{ alignItems: 'flex-end' }}>
        {hasOthers && (
          <Select
            label={`The present ${what}s`}
            data={[...OVERLAPS]}
            value={overlap}
            allowDeselect={false}
            style={{ width: 200 }}
            onChange={(value) => value !== null && setOverlap(value)}
          />
        )}
        <Button
          variant={isMain ? 'filled' : 'default'}
          loading={rotate.isPending}
          onClick={() => rotate.mutate(hasOthers ? Number(overlap) : 0)}
          data-testid="new-key"
        >
          Make a new {what}
        </Button>
      </div>
      {rotate.isError && <p role="alert">{failureOf(rotate.error).message}</p>}
    </>
  );
}
