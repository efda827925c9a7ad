// The most that the metrics may take: shown, and changed where the config file does not say it.
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { StorageStatus } from '../../../../shared/contract/index.ts';
import { parseBytes, writeBytes } from '../../../../shared/model/fields.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { Provisioned } from './provisioned.tsx';
import { useStorageChanged } from './use-storage.ts';
import { limitWords } from './words.ts';

export function MaxSize({ status: { maxBytes, maxSizeFrom } }: { readonly status: StorageStatus }): ReactNode {
  const [editing, setEditing] = useState(false);
  if (editing) return <Editor maxBytes={maxBytes} onDone={() => setEditing(false)} />;
  return (
    <span className="lw-row">
      {limitWords(maxBytes)}
      {maxSizeFrom === 'file' ? (
        <Provisioned />
      ) : (
        <button type="button" className="lw-text-button" data-testid="max-size-edit" onClick={() => setEditing(true)}>
          Change
        </button>
      )}
    </span>
  );
}

function Editor({ maxBytes, onDone }: { readonly maxBytes: number; readonly onDone: () => void }): ReactNode {
  const engine = useEngine();
  const changed = useStorageChanged();
  const [text, setText] = useState(writeBytes(maxBytes));
  const bytes = parseBytes(text.trim());
  const save = useMutation({
    mutationFn: (next: number) => engine.storage.change({ maxBytes: next }),
    onSuccess: async (status) => {
      await changed(status);
      onDone();
    },
  });
  const problem = bytes === undefined ? 'A size such as 20GB' : save.isError ? failureWords(save.error) : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (bytes !== undefined) save.mutate(bytes);
  };
  return (
    <form className="lw-storage-inline" onSubmit={submit} noValidate>
      <TextInput
        aria-label="Limit"
        data-autofocus
        autoFocus
        value={text}
        error={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : 'lw-max-size-problem'}
        onChange={(event) => {
          setText(event.target.value);
          save.reset();
        }}
        style={{ width: 80 }}
        data-testid="max-size-field"
      />
      <Button type="submit" loading={save.isPending} disabled={bytes === undefined} data-testid="max-size-save">
        Save
      </Button>
      <Button variant="subtle" onClick={onDone}>
        Cancel
      </Button>
      {problem !== undefined && (
        <p id="lw-max-size-problem" className="lw-label" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function failureWords(error: unknown): string {
  const { message, hint } = failureOf(error);
  return `${message} ${hint}`.trim();
}
