// The window's frame: rail, top bar, banner, and the screen of the moment.
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useConnectionState } from '../connection/context.tsx';
import { ConnectionBanner } from './banner.tsx';
import './frame.css';
import { Live } from './live.tsx';
import { Rail } from './rail.tsx';
import { SignIn } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';

export function Frame(): ReactNode {
  const state = useConnectionState();
  if (state.phase === 'signed-out') return <SignIn key={state.sinceMs} reason={state.reason} />;
  return (
    <div className="lw-frame">
      <Rail />
      <div className="lw-body">
        <TopBar />
        <ConnectionBanner />
        <main className="lw-main" data-lost={state.phase === 'lost' || undefined}>
          <Outlet />
        </main>
      </div>
      <Live />
    </div>
  );
}
