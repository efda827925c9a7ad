// A panel beside the queries: stays open while one works, closes with Escape.
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';

type Props = {
  readonly title: string;
  readonly testId: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

export function SidePanel({ title, testId, onClose, children }: Props): ReactNode {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.querySelector('input')?.focus();
    return () => {
      if (before instanceof HTMLElement && document.contains(before)) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  };
  return (
    <aside ref={panel} className="lw-explore-side" aria-label={title} data-testid={testId} onKeyDown={onKeyDown}>
      <div className="lw-panel-head">
        <h2>{title}</h2>
        <button
          type="button"
          className="lw-icon-button"
          aria-label={`Close ${title.toLowerCase()}`}
          title="Close"
          onClick={onClose}
        >
          <IconX size={16} stroke={1.5} aria-hidden />
        </button>
      </div>
      {children}
    </aside>
  );
}
