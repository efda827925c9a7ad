// A Prometheus rule file becomes a pack: chosen as a file or pasted, and refused with every mistake at its line.
import { Button, FileButton, Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { failureOf } from '../../../app/data/failure.ts';
import { useImportPack } from './use-packs.ts';

const nameOf = (file: string): string =>
  file
    .replace(/\.(ya?ml|rules)$/i, '')
    .replaceAll(/[^\w-]+/g, '-')
    .slice(0, 64);

type Props = { readonly opened: boolean; readonly onClose: (imported?: string) => void };

export function ImportDialog({ opened, onClose }: Props): ReactNode {
  return (
    <Modal
      opened={opened}
      onClose={() => onClose()}
      title="Import a rule file"
      size={640}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: Pick<Props, 'onClose'>): ReactNode {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const add = useImportPack();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate({ name, text }, { onSuccess: () => onClose(`own/${name}`) });
  };
  const failure = add.error === null ? null : failureOf(add.error);
  return (
    <form className="lw-stack" onSubmit={submit} noValidate>
      <TextInput
        label="Name"
        description="Letters, digits, - and _. A pack of that name is replaced."
        value={name}
        onChange={(event) => setName(event.target.value)}
        data-testid="pack-import-name"
      />
      <Textarea
        label="Rules"
        description="A Prometheus rule file, as it is."
        placeholder={'groups:\n  - name: mine\n    rules: …'}
        autosize
        minRows={8}
        maxRows={16}
        classNames={{ input: 'lw-mono' }}
        value={text}
        onChange={(event) => setText(event.target.value)}
        data-testid="pack-import-text"
      />
      {failure !== null && (
        <div role="alert" className="lw-pack-note" data-bad data-testid="pack-import-problem">
          <p>{failure.message}</p>
          <p className="lw-dim">{failure.hint}</p>
        </div>
      )}
      <div className="lw-row">
        <Button
          type="submit"
          variant="filled"
          loading={add.isPending}
          disabled={name === '' || text === ''}
          data-testid="pack-import-add"
        >
          Import
        </Button>
        <FileButton
          accept=".yml,.yaml,.rules"
          onChange={(file) => {
            if (file === null) return;
            setName((before) => (before === '' ? nameOf(file.name) : before));
            void file.text().then(setText);
          }}
        >
          {(props) => <Button {...props}>Choose a file</Button>}
        </FileButton>
      </div>
    </form>
  );
}
