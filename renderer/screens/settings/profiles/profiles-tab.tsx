// Credential profiles: how many routers are added with one user and password.
import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Profile } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { columnHelper, DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { ProfileDrawer } from './profile-form.tsx';
import { PROFILES_KEY, TLS_WORDS, useProfiles } from './use-profiles.ts';

const helper = columnHelper<Profile>();

const columnsFor = (
  onChange: (profile: Profile) => void,
  onRemove: (profile: Profile) => void,
): readonly Column<Profile>[] =>
  helper.columns([
    helper.accessor('name', {
      header: 'Name',
      sortFn: 'alphanumeric',
      enableHiding: false,
      meta: { width: 'minmax(140px, 1.4fr)' },
      cell: ({ getValue }) => (
        <span className="lw-ellipsis" data-testid={`profile-${getValue()}`}>
          {getValue()}
        </span>
      ),
    }),
    helper.accessor('username', { header: 'User', meta: { width: 'minmax(100px, 1fr)' } }),
    helper.accessor(({ tls }) => TLS_WORDS[tls], { id: 'tls', header: 'TLS', meta: { width: 'minmax(160px, 1.6fr)' } }),
    helper.accessor('port', { header: 'Port', meta: { width: '64px', align: 'right' } }),
    helper.accessor(({ intervalMs }) => intervalMs, {
      id: 'interval',
      header: 'Polls every',
      meta: { width: '96px', align: 'right' },
      cell: ({ getValue }) => `${getValue() / 1000} s`,
    }),
    helper.display({
      id: 'actions',
      header: '',
      enableHiding: false,
      meta: { width: '68px', align: 'right', csv: () => '' },
      cell: ({ row: { original: profile } }) => (
        <span className="lw-row" style={{ justifyContent: 'flex-end', gap: 4 }}>
          <button
            type="button"
            className="lw-icon-button"
            aria-label={`Change ${profile.name}`}
            title="Change"
            onClick={() => onChange(profile)}
          >
            <IconPencil size={16} stroke={1.5} aria-hidden />
          </button>
          <button
            type="button"
            className="lw-icon-button"
            aria-label={`Remove ${profile.name}`}
            title="Remove"
            onClick={() => onRemove(profile)}
          >
            <IconTrash size={16} stroke={1.5} aria-hidden />
          </button>
        </span>
      ),
    }),
  ]);

export function ProfilesTab({ adding }: { readonly adding: boolean }): ReactNode {
  const navigate = useNavigate();
  const profiles = useProfiles();
  const [editing, setEditing] = useState<Profile | null>(null);
  const [leaving, setLeaving] = useState<Profile | null>(null);
  const columns = useMemo(() => columnsFor(setEditing, setLeaving), []);
  const show = (add: boolean): void =>
    void navigate({ to: '/settings', search: { tab: 'profiles', ...(add ? { add: true } : {}) } });
  const close = (): void => {
    setEditing(null);
    if (adding) show(false);
  };
  const button = (
    <Button variant="filled" onClick={() => show(true)} data-testid="add-profile">
      Add a profile
    </Button>
  );
  return (
    <>
      {profiles.data === undefined ? (
        profiles.isError ? (
          <Failed
            what="The profiles could not be loaded"
            error={profiles.error}
            onRetry={() => void profiles.refetch()}
          />
        ) : (
          <Loading />
        )
      ) : profiles.data.length === 0 ? (
        <Empty text="A profile is a user name and a password that several routers share. Found routers are added with one.">
          {button}
        </Empty>
      ) : (
        <DataTable
          inline
          label="Profiles"
          testId="profiles-table"
          rows={profiles.data}
          columns={columns}
          idOf={(profile) => profile.id}
          filterHint="Name, user"
          initialSort={{ id: 'name', desc: false }}
          tools={button}
          nothing="None."
        />
      )}
      <ProfileDrawer editing={editing ?? (adding ? 'new' : null)} onClose={close} onSaved={close} />
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove the profile ${leaving?.name ?? ''}`}
        size={420}
      >
        {leaving !== null && <Remove profile={leaving} onDone={() => setLeaving(null)} />}
      </Modal>
    </>
  );
}

function Remove({ profile, onDone }: { readonly profile: Profile; readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => engine.profiles.remove({ id: profile.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: PROFILES_KEY });
      onDone();
    },
  });
  return (
    <div className="lw-form">
      <p>Its password is deleted. Routers that were added with it keep theirs.</p>
      {remove.isError && <p role="alert">{failureOf(remove.error).message}</p>}
      <div className="lw-form-actions">
        <Button variant="filled" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
        <Button onClick={onDone}>Keep</Button>
      </div>
    </div>
  );
}
