export function obstacle(
  platform: string,
  env: Record<string, string | undefined>,
  uid: number | undefined,
): string | undefined;
