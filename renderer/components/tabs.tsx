// Tabs that are links, so that each has an address of its own.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

type Props = {
  readonly label: string;
  readonly tabs: readonly { readonly id: string; readonly words: string; readonly count?: number }[];
  readonly current: string;
};

/** The screens check the name of their tab themselves: here it is any of them. */
const searchOf = (tab: string): { tab: never } => ({ tab: tab as never });

/** The tab is the search parameter `tab`; whatever else a tab had open is closed. */
export function Tabs({ label, tabs, current }: Props): ReactNode {
  return (
    <nav className="lw-tabs" aria-label={label}>
      {tabs.map(({ id, words, count }) => (
        <Link
          key={id}
          to="."
          search={({ open: _open, add: _add, rule: _rule, ...others }) => ({ ...others, ...searchOf(id) })}
          className="lw-tab"
          aria-current={id === current ? 'page' : undefined}
          data-testid={`tab-${id}`}
        >
          {words}
          {count !== undefined && count > 0 && <span className="lw-dim"> {count}</span>}
        </Link>
      ))}
    </nav>
  );
}
