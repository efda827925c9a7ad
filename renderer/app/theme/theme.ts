// Mantine, dressed in the tokens: neutral controls, one radius, one border colour, no shadows but on overlays.
import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';
import { DARK, FONT_FAMILY, FONT_SIZE, LIGHT, MONO_FAMILY, RADIUS, SPACING } from './tokens.ts';

const NEUTRAL: MantineColorsTuple = [
  '#f6f7f8',
  '#eef0f3',
  '#dcdfe4',
  '#b9c0c8',
  '#9aa4af',
  '#7c8590',
  '#57606b',
  '#3a4149',
  '#1f242a',
  '#14171a',
];

/** A dialog's header is no second banner of the page. */
const NO_BANNER = { header: { role: 'none' } };

export const theme = createTheme({
  primaryColor: 'neutral',
  primaryShade: { light: 8, dark: 1 },
  autoContrast: true,
  colors: { neutral: NEUTRAL },
  fontFamily: FONT_FAMILY,
  fontFamilyMonospace: MONO_FAMILY,
  fontSizes: {
    xs: FONT_SIZE.label,
    sm: FONT_SIZE.body,
    md: FONT_SIZE.body,
    lg: FONT_SIZE.heading,
    xl: FONT_SIZE.heading,
  },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '24px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: FONT_SIZE.heading }, h2: { fontSize: FONT_SIZE.body } } },
  spacing: SPACING,
  radius: { xs: '4px', sm: RADIUS, md: RADIUS, lg: RADIUS, xl: RADIUS },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'never',
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, multiline: true, maw: 360 } },
    // The filled box is nearly white where the page is dark.
    Checkbox: { defaultProps: { iconColor: 'var(--lw-page)' } },
    Modal: {
      defaultProps: { centered: true, padding: 'lg', transitionProps: { duration: 80 }, attributes: NO_BANNER },
    },
    Drawer: { defaultProps: { padding: 'lg', transitionProps: { duration: 120 }, attributes: NO_BANNER } },
    Menu: { defaultProps: { transitionProps: { duration: 80 } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Popover: { defaultProps: { transitionProps: { duration: 80 } } },
  },
});

const mantine = (tokens: typeof DARK): Record<string, string> => ({
  ...tokens,
  '--mantine-color-body': tokens['--lw-page'] ?? '',
  '--mantine-color-text': tokens['--lw-text'] ?? '',
  '--mantine-color-dimmed': tokens['--lw-text-dim'] ?? '',
  '--mantine-color-placeholder': tokens['--lw-text-dim'] ?? '',
  '--mantine-color-default': tokens['--lw-surface'] ?? '',
  '--mantine-color-default-hover': tokens['--lw-raised'] ?? '',
  '--mantine-color-default-color': tokens['--lw-text'] ?? '',
  '--mantine-color-default-border': tokens['--lw-border'] ?? '',
  '--mantine-color-error': tokens['--lw-offline'] ?? '',
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  dark: mantine(DARK),
  light: mantine(LIGHT),
});
