// Says in one sentence that state.db refuses to be written, for as long as any of its writers is refused.

export type WriteTrouble = {
  /** What the writer's last attempt ended with; undefined: it was written. */
  report(writer: string, error: unknown): void;
};

/** @param onProblem is told the sentence at the first refusal, and undefined once every writer was served again */
export function createWriteTrouble(onProblem: (sentence: string | undefined) => void): WriteTrouble {
  const refused = new Set<string>();
  let told: string | undefined;
  return {
    report(writer, error) {
      if (error === undefined) refused.delete(writer);
      else refused.add(writer);
      const sentence = refused.size === 0 ? undefined : error === undefined ? told : sentenceOf(error);
      if (sentence === told) return;
      told = sentence;
      onProblem(sentence);
    },
  };
}

function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const kept = 'alerts and the times of last answers are kept in memory and written once it can be';
  if (code === 'SQLITE_FULL') return `The disk is full; ${kept}.`;
  const reason = error instanceof Error ? error.message : String(error);
  return `state.db cannot be written (${reason}); ${kept}.`;
}
