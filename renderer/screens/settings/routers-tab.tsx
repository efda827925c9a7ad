// The routers, and the form that adds one.
import { Button, Drawer, PasswordInput, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { routerFormSchema } from '../../../shared/contract/index.ts';
import type { RouterForm } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { FormFrame } from './form-frame.tsx';
import { KindTab } from './kind-tab.tsx';
import { NumberField } from './number-field.tsx';
import { useAddForm } from './use-add-form.ts';

const PORTS: Readonly<Record<RouterForm['tls'], number>> = { off: 8728, verify: 8729, insecure: 8729, pin: 8729 };
const TLS = [
  { value: 'off', label: 'Off (port 8728)' },
  { value: 'verify', label: 'On, check the certificate' },
  { value: 'pin', label: 'On, this certificate only' },
  { value: 'insecure', label: 'On, any certificate' },
] as const;

export function RoutersTab({ adding }: { readonly adding: boolean }): ReactNode {
  const navigate = useNavigate();
  const show = (add: boolean): void =>
    void navigate({ to: '/settings', search: { tab: 'routers', ...(add ? { add: true } : {}) } });
  return (
    <>
      <KindTab
        kind="router"
        label="Routers"
        empty="No router is watched yet."
        button={
          <Button variant="filled" onClick={() => show(true)} data-testid="add-router">
            Add a router
          </Button>
        }
      />
      <Drawer
        opened={adding}
        onClose={() => show(false)}
        position="right"
        size={460}
        title="Add a router"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AddRouter onDone={() => show(false)} />
      </Drawer>
    </>
  );
}

const INITIAL: RouterForm = {
  name: '',
  address: '',
  port: 8728,
  tls: 'off',
  pin: '',
  username: '',
  password: '',
  intervalMs: 15_000,
};

function AddRouter({ onDone }: { readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const form = useAddForm({
    schema: routerFormSchema,
    initial: INITIAL,
    peerOf: ({ address, port }) => `${address}:${port}`,
    test: (values, signal) => engine.devices.testRouter(values, { signal }),
    add: (values) => engine.devices.addRouter(values),
    onAdded: onDone,
  });
  const { values, problems, change } = form;
  return (
    <FormFrame form={form} addWords="Add router" onCancel={onDone}>
      <TextInput
        label="Name"
        data-autofocus
        value={values.name}
        error={problems['name']}
        onChange={(event) => change({ name: event.target.value })}
      />
      <div className="lw-form-pair">
        <TextInput
          label="Address"
          placeholder="10.0.0.1"
          value={values.address}
          error={problems['address']}
          onChange={(event) => change({ address: event.target.value })}
        />
        <NumberField label="Port" value={values.port} error={problems['port']} onChange={(port) => change({ port })} />
      </div>
      <Select
        label="TLS"
        data={TLS}
        value={values.tls}
        allowDeselect={false}
        onChange={(chosen) => {
          const tls = TLS.find(({ value }) => value === chosen)?.value ?? 'off';
          // A port that was typed stays; one of the two defaults follows.
          change({ tls, ...(values.port === PORTS[values.tls] ? { port: PORTS[tls] } : {}) });
        }}
      />
      {values.tls === 'pin' && (
        <TextInput
          label="Certificate's SHA-256, hex"
          value={values.pin}
          error={problems['pin']}
          onChange={(event) => change({ pin: event.target.value })}
        />
      )}
      <TextInput
        label="User name"
        autoComplete="off"
        value={values.username}
        error={problems['username']}
        description="A user of its own with the policies api and read is enough."
        onChange={(event) => change({ username: event.target.value })}
      />
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        value={values.password}
        error={problems['password']}
        description="Kept encrypted where the system can; not shown again."
        onChange={(event) => change({ password: event.target.value })}
      />
      <NumberField
        label="Poll every, seconds"
        value={values.intervalMs / 1000}
        error={problems['intervalMs']}
        width={160}
        onChange={(seconds) => change({ intervalMs: Math.round(seconds * 1000) })}
      />
    </FormFrame>
  );
}
