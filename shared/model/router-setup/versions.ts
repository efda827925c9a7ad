// The RouterOS versions that need different commands.

export const ROUTEROS_LINES = ['6', '7', '7.18'] as const;
/** `6`; `7`: 7.0 to 7.17; `7.18`: that one and later. */
export type RouterosLine = (typeof ROUTEROS_LINES)[number];

/** "7.18.2 (stable)" -> 7.18; undefined when it does not begin with a version. */
export function routerosLine(version: string): RouterosLine | undefined {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (match === null) return undefined;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < 7) return '6';
  return major === 7 && minor < 18 ? '7' : '7.18';
}
