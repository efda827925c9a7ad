// What the page may ask of the browser it runs in: nothing, but for what is named here with its reason.
import type { Session } from 'electron';
import type { PageOrigin } from './page-origin.ts';

const ALLOWED: ReadonlySet<string> = new Set([
  // Alerts are shown on the desktop.
  'notifications',
  // "Copy" on a table, a graph or an expression; reading the clipboard stays denied.
  'clipboard-sanitized-write',
]);

export const isAllowed = (permission: string, requestingUrl: string, origin: PageOrigin): boolean =>
  ALLOWED.has(permission) && origin.owns(requestingUrl);

/** Everything but the app's own files and what the page itself makes stays unloaded. */
export function mayLoad(url: string, origin: PageOrigin, devTools: boolean): boolean {
  if (origin.owns(url) || url.startsWith('data:') || url.startsWith('blob:')) return true;
  // While developing, Vite's client listens on a WebSocket of the same host.
  if (origin.base.startsWith('http:') && url.startsWith('ws:')) return origin.owns(url.replace(/^ws:/, 'http:'));
  return devTools && url.startsWith('devtools:');
}

export function restrictSession(session: Session, origin: PageOrigin, options: { devTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(details.isMainFrame && isAllowed(permission, details.requestingUrl, origin));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    isAllowed(permission, requestingOrigin, origin),
  );
  session.setDevicePermissionHandler(() => false);
  // The spelling dictionaries would be fetched from the internet.
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !mayLoad(details.url, origin, options.devTools) });
  });
  session.on('will-download', (event, _item, contents) => {
    if (!origin.owns(contents?.getURL() ?? '')) event.preventDefault();
  });
}
