// A stored label set as its names and values, one after the other.

/** Undefined where damage has left no label set. */
export function flatOf(labelsKey: string): string[] | undefined {
  try {
    const flat: unknown = JSON.parse(labelsKey);
    if (Array.isArray(flat) && flat.length % 2 === 0 && flat.every((part) => typeof part === 'string')) return flat;
  } catch {
    // Damaged text is no JSON.
  }
  return undefined;
}
