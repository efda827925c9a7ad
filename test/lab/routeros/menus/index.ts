// Everything that a simulated router answers, one file an area; what is not here does not exist on the router.
import { hostMenus } from './hosts.ts';
import { interfaceCommands, interfaceMenus } from './interfaces.ts';
import { ipMenus } from './ip.ts';
import type { Commands, Menus } from './menu.ts';
import { portCommands, portMenus } from './ports.ts';
import { routingMenus } from './routing.ts';
import { sessionMenus } from './sessions.ts';
import { setupMenus } from './setup.ts';
import { systemMenus } from './system.ts';
import { vpnMenus } from './vpn.ts';
import { wirelessCommands, wirelessMenus } from './wireless.ts';

/** Rows of `<menu>/print`, in the shapes of v6 and v7. */
export const menus: Menus = {
  ...setupMenus,
  ...systemMenus,
  ...interfaceMenus,
  ...portMenus,
  ...ipMenus,
  ...sessionMenus,
  ...hostMenus,
  ...routingMenus,
  ...wirelessMenus,
  ...vpnMenus,
};

/** Other commands. */
export const commands: Commands = {
  ...portCommands,
  ...interfaceCommands,
  ...wirelessCommands,
};
