// A router's own labels as a person types them: "site=north, tier=gold".

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value.replaceAll(/[\\,]/g, String.raw`\$&`)}`)
    .join(', ');

/** A comma within a value has a backslash before it. Undefined where a part is not name=value. */
export function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const part of text.match(/(?:\\.|[^,\\])+/g) ?? []) {
    if (part.trim() === '') continue;
    const split = part.indexOf('=');
    const name = part.slice(0, split).trim();
    if (split < 1 || name === '__proto__' || Object.hasOwn(labels, name)) return undefined;
    labels[name] = part
      .slice(split + 1)
      .trim()
      .replaceAll(/\\(.)/g, '$1');
  }
  return labels;
}
