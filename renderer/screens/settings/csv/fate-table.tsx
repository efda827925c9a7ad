// The rows of an import with their fate.
import type { ReactNode } from 'react';
import type { ImportRow } from '../../../../shared/contract/index.ts';
import { FATE_WORDS } from './fates.ts';

export function FateTable({ rows }: { readonly rows: readonly ImportRow[] }): ReactNode {
  return (
    <div className="lw-fates" tabIndex={0} role="region" aria-label="What each row does">
      <table data-testid="import-rows">
        <thead>
          <tr>
            <th className="lw-num">Line</th>
            <th>Name</th>
            <th>Address</th>
            <th>Fate</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, name, address, fate, reason, changes }) => (
            <tr key={line} data-fate={fate}>
              <td className="lw-num lw-dim">{line}</td>
              <td title={name}>{name}</td>
              <td title={address}>{address}</td>
              <td>
                {FATE_WORDS[fate]}
                {(reason !== '' || changes.length > 0) && (
                  <span className="lw-dim">: {reason === '' ? changes.join(', ') : reason}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
