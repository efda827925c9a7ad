// A reply sentence read into its parts: type, tag and properties.

/** Properties of one record by name. A Map, so that a property called __proto__ is a property like any other. */
export type Row = ReadonlyMap<string, string>;

export type Reply = {
  /** "!re", "!done", "!trap", "!fatal", "!empty" or something newer. */
  readonly type: string;
  /** '' when the sentence carries none. */
  readonly tag: string;
  readonly row: Row;
  /** Words that are neither property nor tag: the text of a !fatal. */
  readonly text: string;
};

export function parseReply(words: readonly string[]): Reply {
  const row = new Map<string, string>();
  let tag = '';
  let text = '';
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word.startsWith('=')) {
      const split = word.indexOf('=', 1);
      if (split < 0) row.set(word.slice(1), '');
      else row.set(word.slice(1, split), word.slice(split + 1));
    } else if (word.startsWith('.tag=')) tag = word.slice(5);
    else text += text === '' ? word : ` ${word}`;
  }
  return { type: words[0] ?? '', tag, row, text };
}

/** The same without a secret that the peer repeats: its words go into errors and logs. */
export function withoutSecret(reply: Reply, secret: string): Reply {
  if (secret === '') return reply;
  const hide = (text: string): string => text.replaceAll(secret, '***');
  return {
    ...reply,
    text: hide(reply.text),
    row: new Map([...reply.row].map(([name, value]) => [name, hide(value)])),
  };
}

/** What trap categories mean ("RouterOS API", !trap). */
export const trapCategories: Readonly<Record<string, string>> = {
  '0': 'missing item or command',
  '1': 'argument value failure',
  '2': 'execution of command interrupted',
  '3': 'scripting related failure',
  '4': 'general failure',
  '5': 'API related failure',
  '6': 'TTY related failure',
  '7': 'value generated with :return command',
};
