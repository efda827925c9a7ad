// The screens that exist, in the rail's order; a screen that does not exist yet is not here.
import { IconBell, IconHome, IconRouter, IconSettings } from '@tabler/icons-react';

export const SCREENS = [
  { to: '/', label: 'Overview', icon: IconHome },
  { to: '/devices', label: 'Devices', icon: IconRouter },
  { to: '/alerts', label: 'Alerts', icon: IconBell },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const;
