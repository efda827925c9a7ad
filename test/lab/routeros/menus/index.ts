// Everything that a simulated router answers, one file an area; what is not here does not exist on the router.
import { interfaceMenus } from './interfaces.ts';
import { ipMenus } from './ip.ts';
import type { Commands, Menus } from './menu.ts';
import { portCommands, portMenus } from './ports.ts';
import { systemMenus } from './system.ts';

/** Rows of `<menu>/print`, in the shapes of v6 and v7. */
export const menus: Menus = {
  ...systemMenus,
  ...interfaceMenus,
  ...portMenus,
  ...ipMenus,
};

/** Other commands. */
export const commands: Commands = {
  ...portCommands,
};
