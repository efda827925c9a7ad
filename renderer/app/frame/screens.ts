// The screens that exist, in the rail's order; a screen that does not exist yet is not here.
import {
  IconArrowsLeftRight,
  IconBell,
  IconCompass,
  IconHome,
  IconLayoutDashboard,
  IconSitemap,
  IconRouter,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';

export const SCREENS = [
  { to: '/', label: 'Overview', icon: IconHome },
  { to: '/devices', label: 'Devices', icon: IconRouter },
  { to: '/traffic', label: 'Traffic', icon: IconArrowsLeftRight },
  { to: '/subscribers', label: 'Subscribers', icon: IconUsers },
  { to: '/alerts', label: 'Alerts', icon: IconBell },
  { to: '/explore', label: 'Explore', icon: IconCompass },
  { to: '/dashboards', label: 'Dashboards', icon: IconLayoutDashboard },
  { to: '/map', label: 'Map', icon: IconSitemap },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const;
