// Syntax trees as plain values that can be compared.

/** A copy without source positions and undefined properties. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key, inner]) => key !== 'span' && inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSpans(inner)]));
}
