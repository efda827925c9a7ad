// Nothing leads the window away from the app; links to the web open in the system's browser, and only when somebody clicked.
import type { WebContents } from 'electron';
import type { PageOrigin } from './page-origin.ts';

/** How long after a click or a key an opened link still counts as asked for; Chromium's own measure is 5 s. */
const GESTURE_MS = 1_000;
const GESTURES: ReadonlySet<string> = new Set([
  'mouseDown',
  'mouseUp',
  'rawKeyDown',
  'keyDown',
  'gestureTap',
  'touchEnd',
]);

export type OpenExternal = (url: string) => Promise<void>;

/** A plain https address without credentials in it. */
export function isWebLink(url: string): boolean {
  if (!URL.canParse(url) || url.length > 4_096) return false;
  const { protocol, username, password, hostname } = new URL(url);
  return protocol === 'https:' && username === '' && password === '' && hostname !== '';
}

export function keepInApp(
  contents: WebContents,
  origin: PageOrigin,
  options: { openExternal: OpenExternal; now: () => number },
): void {
  let lastGestureMs = Number.NEGATIVE_INFINITY;
  contents.on('input-event', (_event, input) => {
    if (GESTURES.has(input.type)) lastGestureMs = options.now();
  });
  const openIfAsked = (url: string): void => {
    if (!isWebLink(url) || options.now() - lastGestureMs > GESTURE_MS) return;
    // One link a click.
    lastGestureMs = Number.NEGATIVE_INFINITY;
    options.openExternal(url).catch(() => undefined);
  };

  contents.on('will-navigate', (event) => {
    if (origin.owns(event.url)) return;
    event.preventDefault();
    openIfAsked(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    // The app has no frames.
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!origin.owns(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openIfAsked(url);
    return { action: 'deny' };
  });
}
