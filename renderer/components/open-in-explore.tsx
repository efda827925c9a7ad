// The way from a graph or a rule to its queries, at the time range that is shown.
import { Link } from '@tanstack/react-router';
import { IconCompass } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { exploreLink } from '../screens/explore/search.ts';

type Props = {
  /** What is opened: the title of a graph, the name of a rule. */
  readonly what: string;
  readonly exprs: readonly string[];
};

export function OpenInExplore({ what, exprs }: Props): ReactNode {
  return (
    <Link
      to="/explore"
      search={exploreLink(...exprs)}
      className="lw-explore-link"
      aria-label={`Open ${what} in Explore`}
      title="Open in Explore"
    >
      <IconCompass size={14} stroke={1.5} aria-hidden />
    </Link>
  );
}
