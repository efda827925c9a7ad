// The page's entry: takes the token out of the URL before the router sees it, connects, renders.
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/theme/global.css';
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EngineConnection } from './app/connection/connection.ts';
import { ConnectionContext } from './app/connection/context.tsx';
import { adoptTokenFromUrl, storedToken } from './app/connection/token.ts';
import { isDesktop, portTransport, socketTransport, socketUrl } from './app/connection/transport.ts';
import { createQueryClient } from './app/data/queries.ts';
import { createAppRouter } from './app/router.tsx';
import { SchemeProvider } from './app/theme/scheme.tsx';
import { cssVariablesResolver, theme } from './app/theme/theme.ts';

adoptTokenFromUrl();
const desktop = isDesktop();
const connection = new EngineConnection(desktop ? portTransport() : socketTransport(socketUrl(), storedToken));
if (desktop || storedToken() !== null) connection.start();
else connection.signOut();
// A printed URL opened over a page that is already here changes only the hash.
window.addEventListener('hashchange', () => {
  if (!window.location.hash.startsWith('#token=')) return;
  adoptTokenFromUrl();
  connection.signIn();
});

const router = createAppRouter();
const queries = createQueryClient();
const schemes = localStorageColorSchemeManager({ key: 'linewarden.theme' });
const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

createRoot(element).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
    >
      <QueryClientProvider client={queries}>
        <ConnectionContext value={connection}>
          <Notifications position="bottom-right" limit={3} />
          <SchemeProvider>
            <RouterProvider router={router} />
          </SchemeProvider>
        </ConnectionContext>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
