export function browserPlaces(platform: string, env: Record<string, string | undefined>): string[];
export function findBrowser(
  platform?: string,
  env?: Record<string, string | undefined>,
  exists?: (file: string) => boolean,
): string | undefined;
export const BROWSER_ARGS: string[];
