// Hands the page its port to the engine and a few questions to the shell; the page gets nothing else of Electron.
import { contextBridge, ipcRenderer } from 'electron';
import { CHANNELS, PAGE_READY, type PageMessage, type ShellApi } from '../../shared/model/shell-channels.ts';
import type { EngineStatus } from '../../shared/model/shell-messages.ts';

const { origin } = window.location;

const tellPage = (message: PageMessage, ports: readonly MessagePort[] = []): void => {
  window.postMessage(message, origin, [...ports]);
};

window.addEventListener('message', (event: MessageEvent<{ type?: unknown } | null>) => {
  if (event.source !== window || event.origin !== origin) return;
  if (event.data?.type === PAGE_READY) ipcRenderer.send(CHANNELS.ready);
});

// A context-isolated page cannot be given a port any other way.
ipcRenderer.on(CHANNELS.port, ({ ports }) => tellPage({ type: 'linewarden:port' }, ports));
ipcRenderer.on(CHANNELS.engine, (_event, status: EngineStatus) => tellPage({ type: 'linewarden:engine', status }));
// The window's routes stand behind the hash: setting it is all that a deep link needs.
ipcRenderer.on(CHANNELS.route, (_event, route: string) => {
  window.location.hash = route;
});

const api: ShellApi = {
  info: () => ipcRenderer.invoke(CHANNELS.info),
  settings: () => ipcRenderer.invoke(CHANNELS.settings),
  changeSettings: ({ closeToTray }) =>
    ipcRenderer.invoke(CHANNELS.changeSettings, closeToTray === undefined ? {} : { closeToTray }),
  retryEngine: () => ipcRenderer.invoke(CHANNELS.retryEngine),
};
contextBridge.exposeInMainWorld('linewardenShell', api);
