// Under which former names and addresses a router's earlier history is found: for one that was renamed in the config file,
// or that took the place of one that is gone.
import { Button, Modal, TagsInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useEngine } from '../../app/connection/context.tsx';
import { failureOf } from '../../app/data/failure.ts';
import type { DevicePart } from './device-part.ts';
import '../settings/settings.css';

const MOST = 16;

type Props = { readonly device: DevicePart; readonly isOpen: boolean; readonly onClose: () => void };

export function HistoryDialog({ device, isOpen, onClose }: Props): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={`History of ${device.name}`}
      size={460}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isOpen && <Former device={device} onClose={onClose} />}
    </Modal>
  );
}

function Former({ device, onClose }: Omit<Props, 'isOpen'>): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const [names, setNames] = useState<string[]>(device.formerNames ?? []);
  const [addresses, setAddresses] = useState<string[]>(device.formerAddresses ?? []);
  const save = useMutation({
    mutationFn: () => engine.devices.setFormer({ id: device.id, names, addresses }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['devices'] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const failure = save.isError ? failureOf(save.error) : null;
  return (
    <form className="lw-form" onSubmit={submit}>
      <p className="lw-dim">
        What was collected under these names, and the flows from these addresses, count as this router's own. A name
        that another device bears now is that one's.
      </p>
      <TagsInput
        label="Former names"
        placeholder={names.length === 0 ? 'as it was called before' : ''}
        maxTags={MOST}
        value={names}
        onChange={setNames}
        acceptValueOnBlur
        data-autofocus
        data-testid="former-names"
      />
      <TagsInput
        label="Former addresses"
        placeholder={addresses.length === 0 ? '10.0.0.1' : ''}
        maxTags={MOST}
        value={addresses}
        onChange={setAddresses}
        acceptValueOnBlur
      />
      {failure !== null && (
        <p role="alert">
          {failure.message} {failure.hint}
        </p>
      )}
      <div className="lw-form-actions">
        <Button type="submit" variant="filled" loading={save.isPending} data-testid="former-save">
          Save
        </Button>
        <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
