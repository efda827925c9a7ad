// The way that led to what is shown: each step back is a click.
import type { ReactNode } from 'react';
import { goBack } from './search.ts';
import type { Traffic } from './use-traffic.ts';

export function Trail({ traffic }: { readonly traffic: Traffic }): ReactNode {
  const { search, go } = traffic;
  const { trail = [] } = search;
  if (trail.length === 0) return null;
  const first = trail[0]?.filter ?? '';
  const names = [first === '' ? 'All traffic' : first, ...trail.map(({ into }) => into)];
  return (
    <nav className="lw-trail" aria-label="The way here">
      <ol>
        {names.map((name, place) => (
          // A name may come twice on one way.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${place} ${name}`}>
            {place < trail.length ? (
              <button
                type="button"
                className="lw-trail-step"
                title={`Back to ${name}`}
                onClick={() => go(goBack(search, place))}
              >
                <span className="lw-ellipsis">{name}</span>
              </button>
            ) : (
              <span className="lw-ellipsis" aria-current="true" title={name}>
                {name}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
