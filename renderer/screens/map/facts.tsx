// What a side panel of the map says, as pairs of words; what is not known is left out.
import type { ReactNode } from 'react';
import type { MapLink } from '../../../shared/contract/index.ts';

export type Fact = readonly [what: string, value: ReactNode];

export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="lw-facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([what, value]) => (
          <div key={what} className="lw-map-fact">
            <dt>{what}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export const LINK_WORDS: Readonly<Record<MapLink['state'], string>> = {
  up: 'Up',
  down: 'A port is down',
  quiet: 'Its ends do not hear each other any more',
};

/** The ports of one end, such as "ether1, ether2". */
export const portsAt = (link: MapLink, node: string): string =>
  [...new Set(link.ports.map(({ a, b }) => (link.a === node ? a : b)).filter((port) => port !== ''))].join(', ');
