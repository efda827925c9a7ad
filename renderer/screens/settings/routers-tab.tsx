// The routers, and the form that adds one.
import { Button, Drawer } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { routerFormSchema } from '../../../shared/contract/index.ts';
import type { RouterForm } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { CsvButtons } from './csv/csv-buttons.tsx';
import { ImportDialog } from './csv/import-dialog.tsx';
import { FormFrame } from './form-frame.tsx';
import { KindTab } from './kind-tab.tsx';
import { RouterFields } from './router-fields.tsx';
import { useAddForm } from './use-add-form.ts';

export function RoutersTab({ adding }: { readonly adding: boolean }): ReactNode {
  const navigate = useNavigate();
  const [isImporting, setImporting] = useState(false);
  const show = (add: boolean): void =>
    void navigate({ to: '/settings', search: { tab: 'routers', ...(add ? { add: true } : {}) } });
  return (
    <>
      <KindTab
        kind="router"
        label="Routers"
        empty="No router is watched yet."
        button={
          <div className="lw-row">
            <CsvButtons onImport={() => setImporting(true)} />
            <Link to="/setup">
              <Button component="span">Set up a router</Button>
            </Link>
            <Button variant="filled" onClick={() => show(true)} data-testid="add-router">
              Add a router
            </Button>
          </div>
        }
      />
      <ImportDialog isOpen={isImporting} onClose={() => setImporting(false)} />
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
  return (
    <FormFrame form={form} addWords="Add router" onCancel={onDone}>
      <RouterFields values={form.values} problems={form.problems} change={form.change} />
    </FormFrame>
  );
}
