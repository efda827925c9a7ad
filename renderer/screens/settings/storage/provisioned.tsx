// The mark of what the config file says, and so is changed there.
import type { ReactNode } from 'react';

export function Provisioned(): ReactNode {
  return (
    <span className="lw-tag" title="From the config file: change it there, and reload.">
      provisioned
    </span>
  );
}
