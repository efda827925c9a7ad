// The names by which page, preload and shell reach each other, and what they say; no checks in here, so that the preload stays small.
import type { EngineStatus, ShellInfo, ShellSettings } from './shell-messages.ts';

/** Between the preload and the shell. Raw channel names appear nowhere else. */
export const CHANNELS = {
  /** Page to shell: the page listens, send it a port. */
  ready: 'linewarden:ready',
  /** Shell to page, with the port. */
  port: 'linewarden:port',
  /** Shell to page: EngineStatus. */
  engine: 'linewarden:engine',
  /** Shell to preload: a path to show, behind the hash. */
  route: 'linewarden:route',
  info: 'linewarden:info',
  settings: 'linewarden:settings',
  changeSettings: 'linewarden:change-settings',
  retryEngine: 'linewarden:retry-engine',
} as const;

/** `window.postMessage({type: PAGE_READY}, origin)` by the page, once it listens for the messages below. */
export const PAGE_READY = 'linewarden:ready';

export type PageMessage =
  /** With the port to the engine in `event.ports[0]`; anew after each restart of the engine. */
  { type: 'linewarden:port' } | { type: 'linewarden:engine'; status: EngineStatus };

/** `window.linewardenShell` in the desktop app; absent in a browser. */
export type ShellApi = {
  info(): Promise<ShellInfo>;
  settings(): Promise<ShellSettings>;
  changeSettings(change: Partial<ShellSettings>): Promise<ShellSettings>;
  /** Starts a waiting engine now instead of after its back-off. */
  retryEngine(): Promise<void>;
};
