// The engine's face to whoever starts it: the utility process in the desktop app, the command line in serve mode.
import type { Notification } from '../../shared/contract/index.ts';
import type { SecretCipher } from './secrets/index.ts';

export type EngineOptions = {
  dataDir: string;
  /** Absent: `linewarden.yml` in the data dir, if it is there. */
  configFile?: string | undefined;
  mode: 'desktop' | 'serve';
  version: string;
  /** The built window, served over HTTP when the HTTP surface is on. */
  rendererDir?: string | undefined;
  /** Rules, dashboards and icons as shipped. */
  resourcesDir: string;
  /** Where HTTP is served, whatever the config says. */
  listen?: { host: string; port: number } | undefined;
  /** Where HTTP is served when neither `listen` nor the config says so; absent: nowhere. */
  defaultListen?: { host: string; port: number } | undefined;
  tokenFile?: string | undefined;
  cipher: SecretCipher;
  /** The sample network is as large as this, and its days are as short. */
  lab?: { readonly routers: number; readonly dayMs: number } | undefined;
  /** Shows a desktop notification; absent where there is no desktop. */
  notify?: (notification: Notification) => void;
};

/** The end of a channel that leads to a page; the shape that the RPC's MessagePort adapter takes. */
export type MessagePortLike = {
  postMessage(data: unknown, transfer?: unknown[]): void;
  on(event: string, listener: (event?: { data: unknown }) => void): void;
};

export type Engine = {
  attachPort(port: MessagePortLike): void;
  readonly httpUrl: string | undefined;
  /** The admin token of the HTTP surface; undefined while that is off. */
  readonly token: string | undefined;
  health(): { ok: boolean; problems: string[] };
  /** The machine is about to sleep: nobody else goes offline for it. */
  suspend(): void;
  resume(): void;
  /** Rereads the config file; on a problem it rejects and the old one stays in force. */
  reload(): Promise<void>;
  /** Adds the sample network. */
  startLab(): Promise<void>;
  stop(): Promise<void>;
};
