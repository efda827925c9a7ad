// Changes a router that the window added; one that is renamed, moved or replaced keeps its history if told so.
import { Checkbox, Drawer, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { routerFormSchema } from '../../../shared/contract/index.ts';
import type { DeviceSummary, StoredRouterForm } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { useDevices } from '../../app/data/queries.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { FormFrame } from './form-frame.tsx';
import { RouterFields } from './router-fields.tsx';
import './settings.css';
import { useAddForm } from './use-add-form.ts';

type DrawerProps = {
  /** Null: closed. */
  readonly device: DeviceSummary | null;
  /** The router is another one now: its history is not carried on unless asked. */
  readonly isAnother?: boolean;
  readonly onClose: () => void;
  readonly onSaved?: (device: DeviceSummary) => void;
};

export function EditRouterDrawer({ device, isAnother = false, onClose, onSaved }: DrawerProps): ReactNode {
  return (
    <Drawer
      opened={device !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={device === null ? '' : `Edit ${device.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {device !== null && (
        <EditRouter device={device} isAnother={isAnother} onClose={onClose} onSaved={onSaved ?? onClose} />
      )}
    </Drawer>
  );
}

type Props = {
  readonly device: DeviceSummary;
  readonly isAnother: boolean;
  readonly onClose: () => void;
  readonly onSaved: (device: DeviceSummary) => void;
};

function EditRouter(props: Props): ReactNode {
  const engine = useEngine();
  const { id } = props.device;
  const stored = useQuery({
    queryKey: ['devices', 'form', id],
    queryFn: ({ signal }) => engine.devices.routerForm({ id }, { signal }),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  if (stored.isError) {
    return <Failed what="This router cannot be edited" error={stored.error} onRetry={() => void stored.refetch()} />;
  }
  return stored.data === undefined ? <Loading height={300} /> : <Form {...props} stored={stored.data} />;
}

function Form({
  device,
  isAnother,
  onClose,
  onSaved,
  stored,
}: Props & { readonly stored: StoredRouterForm }): ReactNode {
  const engine = useEngine();
  const { id } = device;
  const [keepHistory, setKeepHistory] = useState(!isAnother);
  const [replaces, setReplaces] = useState<string | null>(null);
  const routers = useDevices().data?.filter(
    (one) => one.kind === 'router' && one.id !== id && !one.provisioned && !one.sample,
  );
  const form = useAddForm({
    schema: routerFormSchema,
    initial: { ...stored, password: '' },
    peerOf: ({ address, port }) => `${address}:${port}`,
    test: (values, signal) => engine.devices.testEdit({ id, form: values }, { signal }),
    add: (values) =>
      engine.devices.editRouter({ id, form: values, keepHistory, ...(replaces !== null && { replaces }) }),
    onAdded: onSaved,
  });
  const { values, problems, change } = form;
  const isRenamed = values.name.trim() !== stored.name;
  const isMoved = values.address.trim() !== stored.address;
  return (
    <FormFrame form={form} addWords="Save" onCancel={onClose}>
      {isAnother && (
        <p className="lw-test">
          Give the new router a name of its own: what was collected until now stays under {stored.name}.
        </p>
      )}
      <RouterFields values={values} problems={problems} change={change} isKept />
      {(isRenamed || isMoved || isAnother) && (
        <Checkbox
          label={`Keep its history${isRenamed ? ` under ${stored.name}` : ''}`}
          description={
            keepHistory
              ? 'Its graphs go on where they were.'
              : 'It begins anew. What was collected stays until the retention, under the former name.'
          }
          iconColor="var(--lw-page)"
          checked={keepHistory}
          onChange={(event) => setKeepHistory(event.target.checked)}
          data-testid="edit-keep-history"
        />
      )}
      {routers !== undefined && routers.length > 0 && (
        <Select
          label="It takes the place of"
          placeholder="no other router"
          clearable
          searchable
          data={routers.map((one) => ({ value: one.id, label: one.name }))}
          value={replaces}
          description={
            replaces === null
              ? "For a router that was exchanged: the other one's history goes on here."
              : `${replaces} is removed, and its history goes on here.`
          }
          onChange={setReplaces}
          data-testid="edit-replaces"
        />
      )}
    </FormFrame>
  );
}
