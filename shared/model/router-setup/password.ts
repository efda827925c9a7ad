// A strong password that can be read aloud and pasted anywhere: no characters that look alike, none with a meaning.

const ALPHABET = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 24;

/** 24 characters of 57: about 140 bits. `fill` is crypto.getRandomValues. */
export function generatePassword(fill: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const bytes = new Uint8Array(LENGTH * 4);
  let password = '';
  while (password.length < LENGTH) {
    fill(bytes);
    for (const byte of bytes) {
      // What is above the last whole multiple would make some characters likelier.
      if (byte < ALPHABET.length * 4 && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length] ?? '';
    }
  }
  return password;
}
