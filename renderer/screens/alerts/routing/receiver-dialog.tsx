// A receiver of the window's own: its kind, that kind's fields, which alerts it is told of; tested before it is saved.
import { Button, Modal, PasswordInput, Select, Switch, TextInput, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ReceiverForm, ReceiverList, ReceiverSettings, ReceiverShown } from '../../../../shared/contract/index.ts';
import { useEngine } from '../../../app/connection/context.tsx';
import { failureOf } from '../../../app/data/failure.ts';
import { parseMatchers } from '../matchers/matchers.ts';
import { useChange } from '../use-alerting.ts';
import { TestResults } from './test-results.tsx';

type Kind = ReceiverList['kinds'][number];
type Field = Kind['fields'][number];

type Props = {
  readonly kinds: readonly Kind[];
  readonly receiver: ReceiverShown | undefined;
  readonly onClose: () => void;
};

export function ReceiverDialog({ kinds, receiver, onClose }: Props): ReactNode {
  const engine = useEngine();
  const own = receiver?.own ?? undefined;
  const [name, setName] = useState(receiver?.name ?? '');
  const [kindName, setKind] = useState(own?.kind ?? 'email');
  const [settings, setSettings] = useState<ReceiverSettings>(() => own?.settings ?? switchedOn(kinds, 'email'));
  const [matchers, setMatchers] = useState(own?.matchers.join('\n') ?? '');
  const [isEnabled, setEnabled] = useState(own?.isEnabled ?? true);
  const [isTried, setTried] = useState(false);
  const kind = kinds.find((one) => one.kind === kindName);
  const kept = own !== undefined && own.kind === kindName ? own.secrets : [];

  const form: ReceiverForm = {
    ...(own !== undefined && { id: own.id }),
    name: name.trim(),
    kind: kindName,
    settings,
    matchers: matchers.split('\n').filter((line) => line.trim() !== ''),
    isEnabled,
  };
  const matchersProblem = form.matchers
    .map((line) => parseMatchers(line))
    .flatMap((read) => ('problem' in read ? [read.problem] : []))[0];
  const missing = (field: Field): boolean => {
    const value = settings[field.name];
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    return field.isRequired === true && isEmpty && !(kept.includes(field.name) && value === undefined);
  };
  const isWrong = form.name === '' || matchersProblem !== undefined || (kind?.fields.some(missing) ?? true);
  const save = useChange(
    (to, value: ReceiverForm) => to.receivers.save(value),
    () => onClose(),
  );
  const remove = useChange(
    (to, id: string) => to.receivers.remove({ id }),
    () => onClose(),
  );
  const test = useMutation({ mutationFn: () => engine.receivers.sendTest({ draft: form }) });
  const set = (field: Field, value: ReceiverSettings[string] | undefined): void => {
    test.reset();
    setSettings((before) => {
      const { [field.name]: _, ...others } = before;
      return value === undefined ? others : { ...others, [field.name]: value };
    });
  };
  const failure = save.error ?? remove.error ?? test.error;
  const tried = (go: () => void) => (): void => {
    setTried(true);
    save.reset();
    test.reset();
    if (!isWrong) go();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      title={own === undefined ? 'Add a receiver' : `Change ${receiver?.name ?? ''}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        className="lw-form"
        data-testid="receiver-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tried(() => save.mutate(form))();
        }}
      >
        <div className="lw-form-uneven">
          <Select
            label="Kind"
            data={kinds.map((one) => ({ value: one.kind, label: one.title }))}
            value={kindName}
            allowDeselect={false}
            disabled={own !== undefined}
            onChange={(value) => {
              setKind(value ?? kindName);
              setSettings(switchedOn(kinds, value ?? kindName));
              test.reset();
            }}
          />
          <TextInput
            label="Name"
            data-autofocus
            placeholder="on-call"
            value={name}
            error={isTried && form.name === '' ? 'Give it a name.' : undefined}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        {kind !== undefined && <p className="lw-dim">{kind.description}</p>}
        {kind?.fields.map((field) => (
          <FieldInput
            key={`${kindName} ${field.name}`}
            field={field}
            value={settings[field.name]}
            isKept={kept.includes(field.name)}
            error={isTried && missing(field) ? 'This is needed.' : undefined}
            onChange={(value) => set(field, value)}
          />
        ))}
        <Textarea
          size="xs"
          label="Only alerts with"
          description="One a line; all of them have to match. Empty: every alert."
          placeholder={'severity="critical"'}
          autosize
          minRows={1}
          maxRows={5}
          value={matchers}
          error={matchersProblem}
          onChange={(event) => setMatchers(event.target.value)}
        />
        <Switch size="xs" label="In use" checked={isEnabled} onChange={(event) => setEnabled(event.target.checked)} />
        {test.data !== undefined && <TestResults answer={test.data} />}
        {failure !== null && (
          <div className="lw-test" role="alert">
            <p>{failureOf(failure).message}</p>
            <p className="lw-dim">{failureOf(failure).hint}</p>
          </div>
        )}
        <div className="lw-form-actions">
          <Button type="submit" variant="filled" loading={save.isPending} data-testid="receiver-save">
            {own === undefined ? 'Add' : 'Save'}
          </Button>
          <Button onClick={tried(() => test.mutate())} loading={test.isPending} data-testid="receiver-test">
            Send a test
          </Button>
          {own !== undefined && (
            <Button onClick={() => remove.mutate(own.id)} loading={remove.isPending}>
              Remove
            </Button>
          )}
          <Button variant="subtle" onClick={onClose} style={{ marginLeft: 'auto' }}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Told when it is over, and only over TLS: said outright, so that what is shown is what is sent. */
const switchedOn = (kinds: readonly Kind[], kind: string): ReceiverSettings =>
  Object.fromEntries(
    (kinds.find((one) => one.kind === kind)?.fields ?? [])
      .filter(({ type }) => type === 'boolean')
      .map(({ name }) => [name, true]),
  );

type FieldProps = {
  readonly field: Field;
  readonly value: ReceiverSettings[string] | undefined;
  /** There is a secret that is not shown. */
  readonly isKept: boolean;
  readonly error: string | undefined;
  readonly onChange: (value: ReceiverSettings[string] | undefined) => void;
};

function FieldInput({ field, value, isKept, error, onChange }: FieldProps): ReactNode {
  const { label, type, help, placeholder, isRequired = false } = field;
  const common = {
    label,
    error,
    withAsterisk: isRequired,
    ...(help !== undefined && { description: help }),
    ...(placeholder !== undefined && { placeholder }),
  };
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (type === 'boolean') {
    return (
      <Switch
        size="xs"
        label={label}
        {...(help !== undefined && { description: help })}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  }
  if (type === 'secret') {
    return (
      <PasswordInput
        {...common}
        autoComplete="off"
        placeholder={isKept ? 'kept; type to replace it' : placeholder}
        value={text}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
    );
  }
  if (type === 'list') {
    return (
      <Textarea
        size="xs"
        {...common}
        autosize
        minRows={1}
        maxRows={6}
        value={Array.isArray(value) ? value.join('\n') : ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value.split('\n'))}
      />
    );
  }
  return (
    <TextInput
      {...common}
      inputMode={type === 'number' ? 'numeric' : type === 'url' ? 'url' : 'text'}
      value={text}
      onChange={(event) => {
        const typed = event.target.value;
        if (typed === '') onChange(undefined);
        else onChange(type === 'number' && /^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed);
      }}
    />
  );
}
