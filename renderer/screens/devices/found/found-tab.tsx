// Found and not watched: a search, one click to add with a profile, many at once, and what need not be shown again.
import { Button, Select } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { FoundDevice, FoundList, Profile } from '../../../../shared/contract/index.ts';
import { failureOf } from '../../../app/data/failure.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { Empty, Failed, Loading } from '../../../components/states.tsx';
import { ProfileDrawer } from '../../settings/profiles/profile-form.tsx';
import { TLS_WORDS, useProfiles } from '../../settings/profiles/use-profiles.ts';
import { foundColumns } from './columns.tsx';
import { AddingResult } from './result.tsx';
import { useAdding } from './use-adding.ts';
import type { Adding } from './use-adding.ts';
import { useFound, useIgnore, useSearchNow } from './use-found.ts';
import type { Wanted } from './use-found.ts';
import './found.css';

export function FoundTab(): ReactNode {
  const [wanted, setWanted] = useState<Wanted>({ hosts: false, ignored: false });
  const found = useFound(wanted);
  if (found.data === undefined) {
    return found.isError ? (
      <Failed
        what="What was found could not be loaded"
        error={found.error}
        sinceMs={found.errorUpdatedAt}
        onRetry={() => void found.refetch()}
      />
    ) : (
      <Loading height={400} />
    );
  }
  return <Found found={found.data} wanted={wanted} onWanted={setWanted} />;
}

type Props = {
  readonly found: FoundList;
  readonly wanted: Wanted;
  readonly onWanted: (wanted: Wanted) => void;
};

const NOBODY: ReadonlySet<string> = new Set();

function Found({ found, wanted, onWanted }: Props): ReactNode {
  const profiles = useProfiles().data;
  const adding = useAdding();
  const ignore = useIgnore();
  const [chosen, setChosen] = useState<string | null>(null);
  const [selected, setSelected] = useState(NOBODY);
  /** What is added as soon as there is a profile. */
  const [waiting, setWaiting] = useState<readonly FoundDevice[] | null>(null);
  const profile = profiles?.find(({ id }) => id === chosen) ?? profiles?.[0];

  const rows = useMemo(() => withAdded(found.entries, adding), [found.entries, adding]);
  const add = (entries: readonly FoundDevice[]): void => {
    if (profile === undefined) setWaiting(entries);
    else adding.start(entries, profile.id);
    setSelected(NOBODY);
  };
  const columns = foundColumns({
    additions: adding.additions,
    onAdd: (entry) => add([entry]),
    onUnignore: (entry) => ignore.mutate({ ids: [entry.id], ignored: false }),
  });
  const picked = rows.filter(({ id }) => selected.has(id));
  const addable = picked.filter(({ ignored, addresses }) => !ignored && addresses.length > 0);
  const { counts } = found;
  return (
    <div className="lw-found">
      <div className="lw-found-head">
        <Search found={found} />
        <ProfileChoice profiles={profiles} profile={profile} onChoose={setChosen} onNew={() => setWaiting([])} />
      </div>
      <AddingResult adding={adding} />
      {rows.length === 0 && counts.devices + counts.hosts + counts.ignored === 0 ? (
        <Empty text="Nothing was found yet. Routers are found when they announce themselves or a watched router knows them." />
      ) : (
        <DataTable
          label="Found devices"
          testId="found-table"
          rows={rows}
          columns={columns}
          idOf={(entry) => entry.id}
          filterHint="Name, address, MAC, board"
          initialSort={{ id: 'seen', desc: true }}
          nothing={
            counts.hosts > 0 && !wanted.hosts ? 'No router or neighbour is left to add.' : 'Nothing is left to add.'
          }
          selection={{ selected, onChange: setSelected }}
          tools={
            picked.length > 0 ? (
              <div className="lw-row" data-testid="found-selection">
                <Button
                  variant="filled"
                  disabled={addable.length === 0}
                  data-testid="found-add-selected"
                  onClick={() => add(addable)}
                >
                  Add {addable.length}
                </Button>
                <Button
                  loading={ignore.isPending}
                  data-testid="found-ignore-selected"
                  onClick={() => {
                    ignore.mutate({ ids: picked.map(({ id }) => id), ignored: true });
                    setSelected(NOBODY);
                  }}
                >
                  Ignore {picked.length}
                </Button>
              </div>
            ) : (
              <div className="lw-row" role="group" aria-label="Show also" style={{ gap: 4 }}>
                <Toggle
                  words={`Hosts ${counts.hosts}`}
                  isOn={wanted.hosts}
                  testId="found-hosts"
                  onClick={() => onWanted({ ...wanted, hosts: !wanted.hosts })}
                />
                {(counts.ignored > 0 || wanted.ignored) && (
                  <Toggle
                    words={`Ignored ${counts.ignored}`}
                    isOn={wanted.ignored}
                    testId="found-ignored"
                    onClick={() => onWanted({ ...wanted, ignored: !wanted.ignored })}
                  />
                )}
                {found.left > 0 && <span className="lw-label">{found.left} more are not shown</span>}
              </div>
            )
          }
        />
      )}
      <ProfileDrawer
        editing={waiting === null ? null : 'new'}
        onClose={() => setWaiting(null)}
        onSaved={(saved) => {
          setChosen(saved.id);
          if (waiting !== null && waiting.length > 0) adding.start(waiting, saved.id);
          setWaiting(null);
        }}
      />
    </div>
  );
}

/** What was added is no longer found; it stays in sight with its outcome until that is put away. */
function withAdded(entries: readonly FoundDevice[], { additions }: Adding): readonly FoundDevice[] {
  const there = new Set(entries.map(({ id }) => id));
  return [...entries, ...[...additions.values()].map(({ entry }) => entry).filter(({ id }) => !there.has(id))];
}

function Toggle(props: {
  readonly words: string;
  readonly isOn: boolean;
  readonly testId: string;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      className="lw-icon-button"
      aria-pressed={props.isOn}
      data-active={props.isOn || undefined}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      {props.words}
    </button>
  );
}

function Search({ found: { mndp } }: { readonly found: FoundList }): ReactNode {
  const search = useSearchNow();
  const failure = search.error === null ? null : failureOf(search.error);
  const told =
    failure === null
      ? search.isSuccess
        ? 'Asked all routers of this network to announce themselves.'
        : (mndp.problem ??
          (mndp.listening === null ? 'Routers are heard during a search only.' : 'Listening for routers.'))
      : `${failure.message} ${failure.hint}`;
  return (
    <div className="lw-row">
      <Button
        loading={search.isPending}
        disabled={!mndp.canSearch}
        title={mndp.canSearch ? undefined : 'Searching is switched off in the config.'}
        data-testid="found-search"
        onClick={() => search.mutate()}
      >
        Search now
      </Button>
      <span className="lw-dim lw-found-told" role="status" title={told} data-testid="found-told">
        {told}
      </span>
    </div>
  );
}

function ProfileChoice(props: {
  readonly profiles: readonly Profile[] | undefined;
  readonly profile: Profile | undefined;
  readonly onChoose: (id: string | null) => void;
  readonly onNew: () => void;
}): ReactNode {
  const { profiles, profile } = props;
  if (profiles === undefined) return null;
  if (profile === undefined) {
    return (
      <div className="lw-row">
        <span className="lw-dim">Adding takes a user name and a password:</span>
        <Button data-testid="found-new-profile" onClick={props.onNew}>
          Make a profile
        </Button>
      </div>
    );
  }
  return (
    <div className="lw-row">
      <label htmlFor="found-profile" className="lw-dim lw-nowrap">
        Add with
      </label>
      <Select
        id="found-profile"
        data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
        value={profile.id}
        allowDeselect={false}
        onChange={props.onChoose}
        style={{ width: 180 }}
        data-testid="found-profile"
      />
      <span
        className="lw-dim lw-nowrap"
        title={
          profile.tls === 'off'
            ? 'The password reaches whoever answers at the address, unencrypted. Add only devices that you know.'
            : TLS_WORDS[profile.tls]
        }
      >
        {profile.username}, {profile.tls === 'off' ? 'unencrypted' : 'TLS'}
      </span>
      <Link to="/settings" search={{ tab: 'profiles' }} className="lw-link lw-nowrap">
        Profiles
      </Link>
    </div>
  );
}
