// Commands to be pasted into a router's terminal, with the button that copies all of them.
import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

const SHOWN_MS = 2_000;

type Props = { readonly lines: readonly string[]; readonly note?: ReactNode };

export function Commands({ lines, note }: Props): ReactNode {
  const text = `${lines.join('\n')}\n`;
  const block = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const select = (): void => {
    if (block.current === null) return;
    getSelection()?.selectAllChildren(block.current);
    setCopied('Press Ctrl-C');
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('Copied');
    } catch {
      // A page without TLS may not write to the clipboard: what is to be copied is marked then.
      select();
    }
  };
  return (
    <section className="lw-panel lw-commands" aria-label="Commands for the router">
      <div className="lw-panel-head">
        <h2>Paste into the router's terminal</h2>
        <Button
          size="compact-sm"
          leftSection={copied === null ? <IconCopy size={14} stroke={1.5} /> : <IconCheck size={14} stroke={1.5} />}
          onClick={() => void copy()}
          data-testid="setup-copy"
        >
          {copied ?? 'Copy all'}
        </Button>
      </div>
      <pre ref={block} className="lw-mono" tabIndex={0} data-testid="setup-commands">
        {lines.map((line) => (
          <code key={line}>{`${line}\n`}</code>
        ))}
      </pre>
      {note !== undefined && <div className="lw-dim lw-commands-note">{note}</div>}
    </section>
  );
}
