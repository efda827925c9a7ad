// The scrape targets, and the form that adds one.
import { Button, Drawer, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { targetFormSchema } from '../../../shared/contract/index.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { FormFrame } from './form-frame.tsx';
import { KindTab } from './kind-tab.tsx';
import { NumberField } from './number-field.tsx';
import { useAddForm } from './use-add-form.ts';

export function TargetsTab({ adding }: { readonly adding: boolean }): ReactNode {
  const navigate = useNavigate();
  const show = (add: boolean): void =>
    void navigate({ to: '/settings', search: { tab: 'targets', ...(add ? { add: true } : {}) } });
  return (
    <>
      <KindTab
        kind="target"
        label="Scrape targets"
        empty="No target is scraped yet."
        button={
          <Button variant="filled" onClick={() => show(true)} data-testid="add-target">
            Add a scrape target
          </Button>
        }
      />
      <Drawer
        opened={adding}
        onClose={() => show(false)}
        position="right"
        size={460}
        title="Add a scrape target"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AddTarget onDone={() => show(false)} />
      </Drawer>
    </>
  );
}

function AddTarget({ onDone }: { readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const form = useAddForm({
    schema: targetFormSchema,
    initial: { job: '', url: '', intervalMs: 15_000 },
    peerOf: ({ url }) => url,
    test: (values, signal) => engine.devices.testTarget(values, { signal }),
    add: (values) => engine.devices.addTarget(values),
    onAdded: onDone,
  });
  const { values, problems, change } = form;
  return (
    <FormFrame form={form} addWords="Add target" onCancel={onDone}>
      <TextInput
        label="Job"
        data-autofocus
        placeholder="node"
        description="The value of the label job on its series."
        value={values.job}
        error={problems['job']}
        onChange={(event) => change({ job: event.target.value })}
      />
      <TextInput
        label="URL"
        placeholder="http://10.0.0.5:9100/metrics"
        value={values.url}
        error={problems['url']}
        onChange={(event) => change({ url: event.target.value })}
      />
      <NumberField
        label="Scrape every, seconds"
        value={values.intervalMs / 1000}
        error={problems['intervalMs']}
        width={160}
        onChange={(seconds) => change({ intervalMs: Math.round(seconds * 1000) })}
      />
    </FormFrame>
  );
}
