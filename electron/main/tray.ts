// The icon in the tray: how all is, a way back to the window, and the way out.
import type { MenuItemConstructorOptions, Tray } from 'electron';
import type { EngineStatus } from '../../shared/model/shell-messages.ts';

/** The four states of the whole product, each with a shape of its own in the icon. */
export type TrayState = 'online' | 'degraded' | 'offline' | 'unknown';
export type Health = { ok: boolean; problems: string[] };

export function trayState(status: EngineStatus, health: Health | undefined): { state: TrayState; line: string } {
  switch (status.state) {
    case 'running':
      if (health === undefined) return { state: 'unknown', line: 'Starting' };
      if (health.ok) return { state: 'online', line: 'Watching' };
      return { state: 'degraded', line: health.problems[0] ?? 'Something needs a look' };
    case 'restarting':
      return { state: 'offline', line: `Not watching: ${status.reason}` };
    case 'starting':
      return { state: 'unknown', line: 'Starting' };
    case 'stopped':
      return { state: 'offline', line: 'Stopped' };
  }
}

/** Windows cuts a tooltip at 127 characters, and a menu line is no place for a paragraph. */
const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

export type TrayActions = { open(): void; quit(): void; setCloseToTray(on: boolean): void };

export function trayMenu(line: string, closeToTray: boolean, actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Open Linewarden', click: () => actions.open() },
    { type: 'separator' },
    { label: shorten(line), enabled: false },
    { type: 'separator' },
    {
      label: 'Keep watching when the window is closed',
      type: 'checkbox',
      checked: closeToTray,
      click: (item) => actions.setCloseToTray(item.checked),
    },
    { label: 'Quit', click: () => actions.quit() },
  ];
}

export type TrayIcon = { update(state: TrayState, line: string, closeToTray: boolean): void; destroy(): void };

export function createTrayIcon(options: {
  create(icon: string): Tray;
  setMenu(tray: Tray, template: MenuItemConstructorOptions[]): void;
  iconFor(state: TrayState): string;
  actions: TrayActions;
}): TrayIcon {
  let last = '';
  const tray = options.create(options.iconFor('unknown'));
  tray.on('click', () => options.actions.open());
  return {
    update: (state, line, closeToTray) => {
      const next = JSON.stringify([state, line, closeToTray]);
      // On Linux every new menu closes the one that is open.
      if (next === last) return;
      last = next;
      tray.setImage(options.iconFor(state));
      tray.setToolTip(shorten(`Linewarden: ${line}`));
      options.setMenu(tray, trayMenu(line, closeToTray, options.actions));
    },
    destroy: () => tray.destroy(),
  };
}
