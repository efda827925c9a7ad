// The field for a filter over traffic, with the engine's completion and its word on what is wrong; loaded when it is shown.
import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { LanguageSupport, StreamLanguage } from '@codemirror/language';
import { useCallback } from 'react';
import type { ReactNode } from 'react';
import { MAX_FLOW_FILTER } from '../../../shared/model/flow-question.ts';
import { useEngine } from '../../app/connection/context.tsx';
import { CodeEditor } from '../../components/code-editor/code-editor.tsx';
import type { EditorMark } from '../../components/code-editor/code-editor.tsx';

export type FilterProblem = { readonly message: string; readonly hint: string };

type Props = {
  readonly labelledBy: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onProblem: (problem: FilterProblem | undefined) => void;
};

/** Colours alone: what a filter means is the engine's to say. */
const filterLanguage = StreamLanguage.define<Record<string, never>>({
  startState: () => ({}),
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^(?:and|or|not|in)\b/i)) return 'keyword';
    if (stream.match(/^(?:[0-9a-f]*:[0-9a-f:]*(?:[0-9a-f]|\b)[\d./]*|\d[\w./:-]*)/i)) return 'number';
    if (stream.match(/^[a-z_][\w.-]*/i)) return 'labelName';
    if (stream.match(/^(?:[<>=!]=?|[(),])/)) return 'operator';
    stream.next();
    return null;
  },
  tokenTable: {},
});
const language = (): LanguageSupport => new LanguageSupport(filterLanguage);

const TYPES = { field: 'property', operator: 'keyword', keyword: 'keyword', value: 'constant' } as const;

export default function FilterEditor({ labelledBy, text, onChange, onRun, onProblem }: Props): ReactNode {
  const engine = useEngine();
  const complete = useCallback(
    async (context: CompletionContext): Promise<CompletionResult | null> => {
      const filter = context.state.doc.toString();
      const before = filter.slice(0, context.pos);
      // Behind a whole filter Enter must run it, and not put in what happens to be offered first.
      if (!context.explicit && !/[\w.:"/]$/.test(before)) return null;
      const found = await engine.flows.complete({ filter, offset: context.pos }).catch(() => undefined);
      if (found === undefined || found.items.length === 0) return null;
      const typed = filter.slice(found.start, found.end);
      if (!context.explicit && found.items.some((item) => item.text === typed)) return null;
      return {
        from: found.start,
        to: found.end,
        filter: false,
        options: found.items.map(({ text: apply, label, detail, kind }) => ({
          apply,
          label,
          detail,
          type: TYPES[kind],
        })),
      };
    },
    [engine],
  );
  const check = useCallback(
    async (filter: string, signal: AbortSignal): Promise<readonly EditorMark[]> => {
      if (filter.trim() === '') {
        onProblem(undefined);
        return [];
      }
      const found = await engine.flows.check({ filter }, { signal });
      onProblem(found.ok ? undefined : { message: found.message, hint: found.hint });
      if (found.ok) return [];
      const from = Math.min(found.start, filter.length);
      const to = Math.max(found.end, from);
      // At the end of the text there is nothing to underline but what comes before.
      return [{ from: from === to ? Math.max(0, from - 1) : from, to, severity: 'error', message: found.message }];
    },
    [engine, onProblem],
  );
  return (
    <CodeEditor
      labelledBy={labelledBy}
      language={language}
      hint="A filter, such as host 10.0.0.20 and service 443; empty takes all"
      mostChars={MAX_FLOW_FILTER}
      text={text}
      complete={complete}
      check={check}
      onChange={onChange}
      onRun={onRun}
    />
  );
}
