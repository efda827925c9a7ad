// A key that was just made: shown this once, to be copied to whoever sends with it.
import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import './push.css';

type Props = {
  readonly what: string;
  readonly secret: string;
  /** How it is used, line by line. */
  readonly usage: readonly string[];
  readonly onDone: () => void;
};

export function MadeKey({ what, secret, usage, onDone }: Props): ReactNode {
  const shown = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied('Copied');
    } catch {
      // A page without TLS may not write to the clipboard: the key is marked then.
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      setCopied('Press Ctrl-C');
    }
  };
  return (
    <div className="lw-form">
      <p>
        This is {what}. <strong>It is shown this once</strong>: only its hash is kept here.
      </p>
      <div className="lw-made-key">
        <code ref={shown} className="lw-mono" data-testid="made-key">
          {secret}
        </code>
        <Button
          size="compact-sm"
          data-autofocus
          leftSection={copied === null ? <IconCopy size={14} stroke={1.5} /> : <IconCheck size={14} stroke={1.5} />}
          onClick={() => void copy()}
        >
          {copied ?? 'Copy'}
        </Button>
      </div>
      <pre className="lw-mono lw-key-usage" tabIndex={0} aria-label="How it is used">
        {usage.join('\n')}
      </pre>
      <div className="lw-form-actions">
        <Button variant="filled" onClick={onDone} data-testid="made-key-done">
          I have copied it
        </Button>
      </div>
    </div>
  );
}
