// Auto, dark or light: one button that goes round.
import { useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';

const NEXT: Readonly<Record<MantineColorScheme, MantineColorScheme>> = { auto: 'dark', dark: 'light', light: 'auto' };
const ICONS = { auto: IconDeviceDesktop, dark: IconMoon, light: IconSun } as const;
const WORDS = { auto: 'as the system', dark: 'dark', light: 'light' } as const;

export function ThemeToggle(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = ICONS[colorScheme];
  const words = `Theme: ${WORDS[colorScheme]}`;
  return (
    <button
      type="button"
      className="lw-icon-button"
      aria-label={words}
      title={words}
      data-testid="theme-toggle"
      onClick={() => setColorScheme(NEXT[colorScheme])}
    >
      <Icon size={18} stroke={1.5} aria-hidden />
    </button>
  );
}
