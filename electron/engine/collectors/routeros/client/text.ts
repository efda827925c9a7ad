// A peer's words, fit to stand in an error.

/** Text of a peer on one line of bounded length, so that it can stand in an error message. */
export function printable(text: string, maxLength = 200): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
