// What the "add" forms share: the test's result, the buttons, the failure.
import { Button } from '@mantine/core';
import { useLayoutEffect, useRef } from 'react';
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
  // The room that a result has taken is kept: the buttons below do not move from under the pointer.
  const room = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = room.current;
    if (element !== null) element.style.minHeight = `${element.offsetHeight}px`;
  });
  return (
    <form className="lw-form" onSubmit={submit} noValidate>
      {children}
      <div className="lw-test-room" ref={room}>
        {testing.isPending && (
          <div className="lw-test lw-row" role="status" data-testid="test-running">
            <span className="lw-ellipsis">Testing {form.peer} …</span>
            <Button variant="subtle" onClick={() => form.cancelTest()} style={{ marginLeft: 'auto' }}>
              Cancel the test
            </Button>
          </div>
        )}
        {testing.data !== undefined && <TestResult result={testing.data} />}
        {failure !== null && (
          <div className="lw-test" role="alert">
            <p>{failure.message}</p>
            <p className="lw-dim">{failure.hint}</p>
          </div>
        )}
      </div>
      <div className="lw-form-actions">
        <Button type="submit" variant="filled" loading={adding.isPending} data-testid="form-add">
          {addWords}
        </Button>
        <Button disabled={testing.isPending} onClick={() => form.test()} data-testid="form-test">
          Test connection
        </Button>
        <Button variant="subtle" onClick={onCancel} style={{ marginLeft: 'auto' }}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
