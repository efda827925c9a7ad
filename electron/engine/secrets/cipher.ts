// What seals and opens a secret; the secret's name is bound to it, so that one stored secret cannot pass for another.

export interface SecretCipher {
  /** Written beside each sealed secret: says which cipher can open it. ASCII, at most 32 characters. */
  readonly name: string;
  encrypt(plain: string, secretName: string): Promise<Uint8Array>;
  /** @throws LW_SECRETS_UNREADABLE when the data was changed, is another secret's, or was sealed with another key */
  decrypt(data: Uint8Array, secretName: string): Promise<string>;
  /** Ciphers that sealed earlier secrets here; they open theirs and seal nothing new. */
  readonly alternatives?: readonly SecretCipher[] | undefined;
}
