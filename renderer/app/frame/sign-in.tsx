// Shown in a browser without a good token: paste it, or open the URL that the engine printed.
import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useConnection } from '../connection/context.tsx';
import { storeToken, tokenFromPaste } from '../connection/token.ts';

export function SignIn({ reason }: { readonly reason: 'no-token' | 'bad-token' }): ReactNode {
  const connection = useConnection();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState(reason === 'bad-token' ? 'The engine did not accept this token.' : '');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const token = tokenFromPaste(text);
    if (token === null) {
      setProblem('That is no token. It is one word without spaces.');
      return;
    }
    storeToken(token);
    connection.signIn();
  };
  return (
    <main className="lw-sign-in">
      <form onSubmit={submit}>
        <h1>Sign in to Linewarden</h1>
        <p className="lw-dim">
          Open the URL that the engine printed when it started, or paste its token here. The token is in the file that
          was given as <span style={{ whiteSpace: 'nowrap' }}>--token-file</span>. Each tab signs in anew.
        </p>
        <PasswordInput
          label="Token or URL"
          data-testid="token-field"
          autoComplete="off"
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem('');
          }}
          error={problem === '' ? undefined : problem}
        />
        <Button type="submit" variant="filled" disabled={text.trim() === ''} data-testid="token-submit">
          Sign in
        </Button>
      </form>
    </main>
  );
}
