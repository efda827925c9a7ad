// The form of a credential profile; an empty password of one that exists means the one that is kept.
import { Button, Drawer, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { profileFormSchema } from '../../../../shared/contract/index.ts';
import type { Profile, ProfileForm } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { NumberField } from '../number-field.tsx';
import { PROFILES_KEY, TLS_PORTS, TLS_WORDS } from './use-profiles.ts';

const TLS = (['off', 'pin-first', 'verify', 'insecure'] as const).map((value) => ({
  value,
  label: `${TLS_WORDS[value]}${value === 'off' ? ' (port 8728)' : ''}`,
}));

const NEW: ProfileForm = { name: '', username: '', password: '', tls: 'off', port: 8728, intervalMs: 15_000 };

type DrawerProps = {
  /** null: closed; 'new': an empty form. */
  readonly editing: Profile | 'new' | null;
  readonly onClose: () => void;
  readonly onSaved: (profile: Profile) => void;
};

export function ProfileDrawer({ editing, onClose, onSaved }: DrawerProps): ReactNode {
  return (
    <Drawer
      opened={editing !== null}
      onClose={onClose}
      position="right"
      size={460}
      title={editing === 'new' ? 'Add a profile' : 'Change the profile'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {editing !== null && (
        <Form profile={editing === 'new' ? undefined : editing} onCancel={onClose} onSaved={onSaved} />
      )}
    </Drawer>
  );
}

type FormProps = {
  readonly profile: Profile | undefined;
  readonly onCancel: () => void;
  readonly onSaved: (profile: Profile) => void;
};

function Form({ profile, onCancel, onSaved }: FormProps): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const [values, setValues] = useState<ProfileForm>(profile === undefined ? NEW : { ...profile, password: '' });
  const [checked, setChecked] = useState(false);
  const parsed = profileFormSchema.safeParse(values);
  const problems: Record<string, string> = {};
  if (checked) for (const issue of parsed.error?.issues ?? []) problems[String(issue.path[0])] ??= issue.message;
  const change = (part: Partial<ProfileForm>): void => setValues({ ...values, ...part });
  const save = useMutation({
    mutationFn: ({ password, ...form }: ProfileForm) =>
      // What is kept stays, unless another one was typed.
      engine.profiles.save(profile !== undefined && password === '' ? form : { ...form, password: password ?? '' }),
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: PROFILES_KEY });
      onSaved(saved);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (parsed.success) save.mutate(parsed.data);
  };
  const failure = save.error === null ? null : failureOf(save.error);
  return (
    <form className="lw-form" onSubmit={submit} noValidate>
      <TextInput
        label="Name"
        data-autofocus
        placeholder="Field routers"
        value={values.name}
        error={problems['name']}
        onChange={(event) => change({ name: event.target.value })}
      />
      <TextInput
        label="User name"
        autoComplete="off"
        value={values.username}
        error={problems['username']}
        description="The same on every router that is added with it; the policies api and read are enough."
        onChange={(event) => change({ username: event.target.value })}
      />
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        value={values.password ?? ''}
        error={problems['password']}
        description={
          profile === undefined
            ? 'Kept encrypted where the system can; not shown again.'
            : 'Leave it empty to keep the one that is stored.'
        }
        onChange={(event) => change({ password: event.target.value })}
      />
      <div className="lw-form-pair">
        <Select
          label="TLS"
          data={TLS}
          value={values.tls}
          allowDeselect={false}
          onChange={(chosen) => {
            const tls = TLS.find(({ value }) => value === chosen)?.value ?? 'off';
            // A port that was typed stays; one of the two defaults follows.
            change({ tls, ...(values.port === TLS_PORTS[values.tls] ? { port: TLS_PORTS[tls] } : {}) });
          }}
        />
        <NumberField label="Port" value={values.port} error={problems['port']} onChange={(port) => change({ port })} />
      </div>
      {(values.tls === 'off' || values.tls === 'insecure') && (
        <p className="lw-label">
          {values.tls === 'off'
            ? 'The password reaches whoever answers at the address of a found device, unencrypted. Add only devices that you know.'
            : 'Anybody can pretend to be a router of yours and learn the password.'}
        </p>
      )}
      <NumberField
        label="Poll every, seconds"
        value={values.intervalMs / 1000}
        error={problems['intervalMs']}
        width={160}
        onChange={(seconds) => change({ intervalMs: Math.round(seconds * 1000) })}
      />
      {failure !== null && (
        <div className="lw-test" role="alert">
          <p>{failure.message}</p>
          <p className="lw-dim">{failure.hint}</p>
        </div>
      )}
      <div className="lw-form-actions">
        <Button type="submit" variant="filled" loading={save.isPending} data-testid="profile-save">
          {profile === undefined ? 'Add profile' : 'Save'}
        </Button>
        <Button variant="subtle" onClick={onCancel} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
