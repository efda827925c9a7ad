// The keys that hold, with the button that ends one.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PushKey } from '../../../../shared/contract/index.ts';
import { formatDay } from '../../../../shared/units/index.ts';
import { useNow } from '../../../app/data/clock.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { usePushChange } from './use-push.ts';
import { validWords } from './words.ts';

type Props = {
  readonly keys: readonly PushKey[];
  readonly none: string;
  readonly onRevoke: (id: string) => Promise<unknown>;
};

export function KeyList({ keys, none, onRevoke }: Props): ReactNode {
  const now = useNow();
  const revoke = usePushChange(onRevoke);
  const valid = keys.filter(({ validUntilMs }) => validUntilMs === null || validUntilMs > now);
  if (valid.length === 0) return <p className="lw-dim lw-push-note">{none}</p>;
  return (
    <>
      <ul className="lw-keys" data-testid="key-list">
        {valid.map((key) => (
          <li key={key.id}>
            <span>
              <code className="lw-mono">{key.hint}…</code>{' '}
              <span className="lw-dim">made {formatDay(key.createdMs, now)}</span>
            </span>
            <span className="lw-dim">{validWords(key, now)}</span>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`Revoke ${key.hint}`}
              loading={revoke.isPending && revoke.variables === key.id}
              onClick={() => revoke.mutate(key.id)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      {revoke.isError && <p role="alert">{failureOf(revoke.error).message}</p>}
    </>
  );
}
