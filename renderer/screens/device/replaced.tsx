// A router that answers with another serial number: was it replaced, or is it another one?
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { DeviceSummary } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import { StatusMark } from '../../components/status.tsx';

type Props = {
  readonly device: Pick<DeviceSummary, 'id' | 'name' | 'otherSerial'>;
  readonly onAnother: () => void;
};

export function ReplacedQuestion({ device: { id, name, otherSerial }, onAnother }: Props): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: (serial: string) => engine.devices.acceptSerial({ id, serial }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['devices'] }),
  });
  if (otherSerial === undefined) return null;
  return (
    <div className="lw-device-question" role="status" data-testid="replaced-question">
      <StatusMark state="degraded" silent />
      <p>
        <strong>Was {name} replaced?</strong> It answers with the serial number {otherSerial.has}; until now it had{' '}
        {otherSerial.had}.{accept.isError && ` ${failureOf(accept.error).message}`}
      </p>
      <Button
        size="compact-sm"
        loading={accept.isPending}
        onClick={() => accept.mutate(otherSerial.has)}
        data-testid="replaced-yes"
      >
        Yes, keep its history
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={onAnother} data-testid="replaced-no">
        No, it is another router
      </Button>
    </div>
  );
}
