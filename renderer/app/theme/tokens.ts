// Every colour and size of the window. Dark was designed first; light has values of its own.
export const SPACING = { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' } as const;
export const RADIUS = '6px';
export const FONT_SIZE = { label: '11px', body: '13px', heading: '15px' } as const;
export const FONT_FAMILY = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
export const MONO_FAMILY = 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, monospace';

type Tokens = Readonly<Record<`--lw-${string}`, string>>;

export const DARK: Tokens = {
  '--lw-page': '#0f1113',
  '--lw-rail': '#0b0d0e',
  '--lw-surface': '#15181b',
  '--lw-raised': '#1d2125',
  '--lw-selected': '#282e34',
  '--lw-overlay': '#1a1e22',
  '--lw-border': '#2a2f35',
  '--lw-field': '#6b747e',
  '--lw-grid': '#20252a',
  '--lw-text': '#e4e7eb',
  '--lw-text-dim': '#9aa4af',
  '--lw-spark': '#8fa1b3',
  '--lw-ink': '#e4e7eb',
  '--lw-paper': '#14171a',
  '--lw-focus': '#5b9ae0',
  '--lw-online': '#4dbb7f',
  '--lw-degraded': '#e2a93f',
  '--lw-offline': '#f2706a',
  '--lw-unknown': '#949da7',
  '--lw-code-function': '#7ab0f0',
  '--lw-code-keyword': '#c99bd6',
  '--lw-code-string': '#7cc583',
  '--lw-code-number': '#e9a55a',
  '--lw-code-label': '#7cc4bf',
  '--lw-shadow': '0 8px 24px rgb(0 0 0 / 45%)',
};

export const LIGHT: Tokens = {
  '--lw-page': '#f6f7f8',
  '--lw-rail': '#eff1f3',
  '--lw-surface': '#ffffff',
  '--lw-raised': '#eef0f3',
  '--lw-selected': '#dfe3e8',
  '--lw-overlay': '#ffffff',
  '--lw-border': '#dcdfe4',
  '--lw-field': '#858e99',
  '--lw-grid': '#eceef1',
  '--lw-text': '#1a1e23',
  '--lw-text-dim': '#57606b',
  '--lw-spark': '#66737f',
  '--lw-ink': '#1f242a',
  '--lw-paper': '#ffffff',
  '--lw-focus': '#2a6fc0',
  '--lw-online': '#1b7f4c',
  '--lw-degraded': '#946300',
  '--lw-offline': '#c5302f',
  '--lw-unknown': '#68717c',
  '--lw-code-function': '#1f5fae',
  '--lw-code-keyword': '#8a3f87',
  '--lw-code-string': '#2c6b2a',
  '--lw-code-number': '#8f4700',
  '--lw-code-label': '#1d6a66',
  '--lw-shadow': '0 8px 24px rgb(15 23 42 / 14%)',
};
