// What the "add" forms share: the test's result, the buttons, the failure.
import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { failureOf } from '../../app/data/failure.ts';
import type { AddForm } from './use-add-form.ts';
import { TestResult } from './test-result.tsx';

type Props = {
  readonly form: AddForm<never> | AddForm<object>;
  readonly addWords: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
};

export function FormFrame({ form, addWords, onCancel, children }: Props): ReactNode {
  const { testing, adding } = form;
  const error: unknown = adding.error ?? testing.error;
  const failure = error === null ? null : failureOf(error);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    form.submit();
  };
  return (
    <form className="lw-form" onSubmit={submit} noValidate>
      {children}
      {testing.data !== undefined && <TestResult result={testing.data} />}
      {failure !== null && (
        <div className="lw-test" role="alert">
          <p>{failure.message}</p>
          <p className="lw-dim">{failure.hint}</p>
        </div>
      )}
      <div className="lw-form-actions">
        <Button type="submit" variant="filled" loading={adding.isPending} data-testid="form-add">
          {addWords}
        </Button>
        <Button loading={testing.isPending} onClick={() => form.test()} data-testid="form-test">
          Test connection
        </Button>
        <Button variant="subtle" onClick={onCancel} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
