// The alert bell: how many alerts are firing, and the way to them.
import { Link } from '@tanstack/react-router';
import { IconBell } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AlertSummary } from '../../../shared/contract/index.ts';
import { plural } from '../../../shared/units/index.ts';
import { useAlertSummary } from '../data/queries.ts';

/** Those that are kept quiet do not ring. */
const countFiring = ({ counts }: AlertSummary): number => counts.firing;

export function AlertBell(): ReactNode {
  const firing = useAlertSummary(countFiring).data ?? 0;
  const shown = firing > 99 ? '99+' : String(firing);
  // The name holds what is seen, so that who speaks to the page can say it.
  const words =
    firing === 0
      ? 'No alert is firing'
      : firing > 99
        ? `${shown} alerts firing, ${firing} in all`
        : `${plural(firing, 'alert')} firing`;
  return (
    <Link to="/alerts" className="lw-icon-button" aria-label={words} title={words} data-testid="alert-bell">
      <IconBell size={18} stroke={1.5} aria-hidden />
      {firing > 0 && <span className="lw-bell-count">{shown}</span>}
    </Link>
  );
}
