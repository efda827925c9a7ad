// What the desktop shell offers the page beside the engine; absent in a browser.
import type { ShellApi } from '../../../shared/model/shell-channels.ts';

declare global {
  interface Window {
    readonly linewardenShell?: ShellApi;
  }
}

export const desktopShell = (): ShellApi | undefined => window.linewardenShell;
