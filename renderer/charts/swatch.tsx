// A short piece of a series' line, as it is drawn.
import type { ReactNode } from 'react';
import type { Look } from './palette.ts';

export function Swatch({ look }: { readonly look: Look | undefined }): ReactNode {
  return (
    <svg className="lw-swatch" width="12" height="8" aria-hidden>
      <line
        x1="0"
        x2="12"
        y1="4"
        y2="4"
        stroke={look?.colour ?? 'currentColor'}
        strokeWidth="3"
        strokeDasharray={look?.dash.join(' ')}
      />
    </svg>
  );
}
