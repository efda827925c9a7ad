// Text in RouterOS's command language: whatever a name holds, it stays one quoted string of one line.

const encoder = new TextEncoder();
/** Letters, digits and what has no meaning inside a quoted string, also while it is typed into a terminal. */
const PLAIN = /^[A-Za-z0-9 !#%&'()*+,\-./:;<=>@^_|~]$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  $: '\\$',
  '?': '\\?',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const hex = (byte: number): string => `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** In double quotes, with the escapes of RouterOS's manual ("Scripting", constant escape sequences); other characters as UTF-8 bytes. */
export function scriptString(text: string): string {
  let quoted = '';
  for (const char of text.toWellFormed()) {
    quoted += PLAIN.test(char) ? char : (ESCAPES[char] ?? [...encoder.encode(char)].map(hex).join(''));
  }
  return `"${quoted}"`;
}

/** A host address with the prefix of one host, as the address lists of RouterOS want it. */
export const hostPrefix = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/** An IPv4 or IPv6 address as it may stand in a command without quotes. */
export const isPlainAddress = (address: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(address) || (/^[0-9a-f:.]+$/i.test(address) && address.includes(':'));
