// A target's URL and labels as they may be shown: without the values of parameters that could be secrets.
const SECRET_NAME = /(?:^|_|-)(?:password|passwd|passphrase|secret|token|key|credentials|api_?key|auth)$/i;
const HIDDEN = '<secret>';

export function shownUrl(text: string): string {
  const url = new URL(text);
  const names = [...new Set(url.searchParams.keys())].filter((name) => SECRET_NAME.test(name));
  if (names.length === 0) return text;
  for (const name of names) url.searchParams.set(name, HIDDEN);
  return url.href.replaceAll(encodeURIComponent(HIDDEN), HIDDEN);
}

export const shownLabels = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [
      name,
      name.startsWith('__param_') && SECRET_NAME.test(name.slice('__param_'.length)) ? HIDDEN : value,
    ]),
  );
