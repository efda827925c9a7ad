// The left rail: the screens, each an icon with its name.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { SCREENS } from './screens.ts';

export function Rail(): ReactNode {
  return (
    <nav className="lw-rail" aria-label="Screens">
      <svg className="lw-rail-mark" width="20" height="20" viewBox="0 0 16 16" role="img" aria-label="Linewarden">
        <path
          d="M1 11l4-5 3 3 3-6 4 8"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.75"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      </svg>
      {SCREENS.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="lw-rail-item"
          activeOptions={{ exact: to === '/', includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
          data-testid={`nav-${label.toLowerCase()}`}
        >
          <Icon size={20} stroke={1.5} aria-hidden />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  );
}
