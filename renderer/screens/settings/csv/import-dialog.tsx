// Brings devices in from CSV: the file, what each row would do, and then what became of it.
import { Button, FileButton, Modal, Select, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ImportPreview } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import './csv.css';
import { FATE_WORDS, countFates, importWords } from './fates.ts';
import { FateTable } from './fate-table.tsx';

const MAX_BYTES = 1_000_000;
const COLUMNS = 'kind, name, address, port, tls, pin, username, password, profile, interval, labels';

type Props = { readonly isOpen: boolean; readonly onClose: () => void };

export function ImportDialog({ isOpen, onClose }: Props): ReactNode {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Import devices"
      size={760}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isOpen && <Course onClose={onClose} />}
    </Modal>
  );
}

function Course({ onClose }: { readonly onClose: () => void }): ReactNode {
  const engine = useEngine();
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [unread, setUnread] = useState<string | null>(null);
  const [profileId, setProfileId] = useState<string | null>(null);
  const profiles = useQuery({
    queryKey: ['profiles'],
    queryFn: ({ signal }) => engine.profiles.list(undefined, { signal }),
  });
  const input = { text, ...(profileId !== null && { profileId }) };
  const preview = useQuery<ImportPreview>({
    // Passwords may be in it: it is not kept once the dialog is closed.
    queryKey: ['devices', 'import', text, profileId],
    queryFn: ({ signal }) => engine.devices.previewImport(input, { signal }),
    enabled: text.trim() !== '',
    placeholderData: (before) => before,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const apply = useMutation({
    mutationFn: () => engine.devices.applyImport(input),
    onSuccess: () =>
      queries.invalidateQueries({ queryKey: ['devices'], predicate: ({ queryKey }) => queryKey[1] !== 'import' }),
  });
  const read = async (file: File | null): Promise<void> => {
    if (file === null) return;
    setUnread(null);
    if (file.size > MAX_BYTES) setUnread(`${file.name} is larger than 1 MB.`);
    else setText(await file.text());
  };

  if (apply.data !== undefined) return <Outcome answer={apply.data} onClose={onClose} />;
  const shown = text.trim() === '' ? undefined : preview.data;
  const counts = countFates(shown?.rows ?? []);
  const failure = apply.isError ? failureOf(apply.error) : preview.isError ? failureOf(preview.error) : null;
  return (
    <div className="lw-form">
      <p className="lw-dim">
        The first line names the columns: {COLUMNS}. Name and address are needed; an empty cell leaves what a device
        has.
      </p>
      <div className="lw-row">
        <FileButton accept=".csv,text/csv,text/plain" onChange={(file) => void read(file)}>
          {(props) => (
            <Button {...props} data-testid="import-file">
              Choose a file
            </Button>
          )}
        </FileButton>
        <span className="lw-dim">{unread ?? 'or paste it below'}</span>
      </div>
      <Textarea
        aria-label="Devices as CSV"
        placeholder={'name,address,username,password\ntower-west,10.0.3.1,monitor,…'}
        autosize
        minRows={4}
        maxRows={8}
        spellCheck={false}
        classNames={{ input: 'lw-mono' }}
        value={text}
        onChange={(event) => setText(event.target.value)}
        data-testid="import-text"
      />
      {profiles.data !== undefined && profiles.data.length > 0 && (
        <Select
          label="Login of new routers that come without one"
          placeholder="none"
          clearable
          data={profiles.data.map(({ id, name }) => ({ value: id, label: name }))}
          value={profileId}
          onChange={setProfileId}
        />
      )}
      {shown?.problem !== null && shown !== undefined && (
        <p role="alert" data-testid="import-problem">
          {shown.problem}
        </p>
      )}
      {shown !== undefined && shown.rows.length > 0 && (
        <>
          <p data-testid="import-counts">
            {(['add', 'change', 'unchanged', 'refused'] as const)
              .filter((fate) => counts[fate] > 0)
              .map((fate) => `${counts[fate]} ${FATE_WORDS[fate].toLowerCase()}`)
              .join(', ')}
            {shown.ignoredColumns.length > 0 && (
              <span className="lw-dim"> · columns left out: {shown.ignoredColumns.join(', ')}</span>
            )}
          </p>
          <FateTable rows={shown.rows} />
        </>
      )}
      {failure !== null && (
        <p role="alert">
          {failure.message} {failure.hint}
        </p>
      )}
      <div className="lw-form-actions">
        <Button
          variant="filled"
          disabled={counts.add + counts.change === 0 || preview.isPlaceholderData}
          loading={apply.isPending}
          onClick={() => apply.mutate()}
          data-testid="import-go"
        >
          {importWords(counts)}
        </Button>
        <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Outcome({ answer, onClose }: { readonly answer: ImportPreview; readonly onClose: () => void }): ReactNode {
  const counts = countFates(answer.rows);
  const refused = answer.rows.filter(({ fate }) => fate === 'refused');
  return (
    <div className="lw-form">
      <p role="status" data-testid="import-done">
        {counts.add} added, {counts.change} changed
        {counts.unchanged > 0 && `, ${counts.unchanged} as before`}
        {refused.length > 0 && `, ${refused.length} refused`}.
      </p>
      {refused.length > 0 && <FateTable rows={refused} />}
      <div className="lw-form-actions">
        <Button variant="filled" onClick={onClose} data-testid="import-close">
          Close
        </Button>
      </div>
    </div>
  );
}
