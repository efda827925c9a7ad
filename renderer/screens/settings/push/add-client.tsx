// The form that makes a client; its key is shown when it is made.
import { Button, Drawer, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { pushClientFormSchema } from '../../../../shared/contract/index.ts';
import type { PushClientForm } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { curlLines } from './client-keys.tsx';
import { MadeKey } from './made-key.tsx';
import { usePushChange } from './use-push.ts';

type Props = { readonly opened: boolean; readonly url: string; readonly onClose: () => void };
type Made = { readonly id: string; readonly key: string };

export function AddClient({ opened, url, onClose }: Props): ReactNode {
  const [made, setMade] = useState<Made | null>(null);
  const close = (): void => {
    setMade(null);
    onClose();
  };
  return (
    <Drawer
      opened={opened}
      closeOnClickOutside={made === null}
      onClose={close}
      position="right"
      size={460}
      title={made === null ? 'Add a client' : `The key of ${made.id}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && made === null && <Form onMade={setMade} onCancel={close} />}
      {made !== null && (
        <MadeKey what={`the key of ${made.id}`} secret={made.key} usage={curlLines(url, made.id)} onDone={close} />
      )}
    </Drawer>
  );
}

type FormProps = { readonly onMade: (made: Made) => void; readonly onCancel: () => void };

function Form({ onMade, onCancel }: FormProps): ReactNode {
  const engine = useEngine();
  const [values, setValues] = useState<PushClientForm>({ id: '', name: '', type: '' });
  const [checked, setChecked] = useState(false);
  const parsed = pushClientFormSchema.safeParse(values);
  const problems: Record<string, string> = {};
  if (checked) for (const issue of parsed.error?.issues ?? []) problems[String(issue.path[0])] ??= issue.message;
  const change = (part: Partial<PushClientForm>): void => setValues({ ...values, ...part });
  const add = usePushChange(async (form: PushClientForm) => {
    const { key } = await engine.push.addClient(form);
    return { id: form.id, key };
  }, onMade);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (parsed.success) add.mutate(parsed.data);
  };
  const failure = add.error === null ? null : failureOf(add.error);
  return (
    <form className="lw-form" onSubmit={submit} noValidate>
      <TextInput
        label="Client id"
        data-autofocus
        placeholder="gw-mill"
        value={values.id}
        error={problems['id']}
        description="In the URL that it sends to, and the label client_id."
        onChange={(event) => change({ id: event.target.value })}
      />
      <TextInput
        label="Name"
        placeholder="the id"
        value={values.name}
        error={problems['name']}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextInput
        label="Type"
        placeholder="native"
        value={values.type}
        error={problems['type']}
        description="The label type, such as native or docker."
        onChange={(event) => change({ type: event.target.value })}
      />
      {failure !== null && (
        <div className="lw-test" role="alert">
          <p>{failure.message}</p>
          <p className="lw-dim">{failure.hint}</p>
        </div>
      )}
      <div className="lw-form-actions">
        <Button type="submit" variant="filled" loading={add.isPending} data-testid="push-client-save">
          Make its key
        </Button>
        <Button variant="subtle" onClick={onCancel} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
