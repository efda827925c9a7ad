// The PromQL editor: Prometheus's grammar and completion, and the engine's own parser for what is wrong.
import type { CompletionContext } from '@codemirror/autocomplete';
import { LanguageType, promQLLanguage } from '@prometheus-io/codemirror-promql';
import type { CompleteStrategy } from '@prometheus-io/codemirror-promql';
import { LanguageSupport } from '@codemirror/language';
import type { ReactNode, Ref } from 'react';
import { CodeEditor } from '../../components/code-editor/code-editor.tsx';
import type { EditorHandle } from '../../components/code-editor/code-editor.tsx';
import type { Mark } from './hints.ts';
import { MAX_EXPR } from './search.ts';

export type { EditorHandle } from '../../components/code-editor/code-editor.tsx';

type Props = {
  readonly ref: Ref<EditorHandle>;
  /** The id of the element that names it. */
  readonly labelledBy: string;
  readonly text: string;
  readonly completion: CompleteStrategy;
  /** What is wrong with a text; it is asked a moment after the last key. */
  readonly check: (text: string, signal: AbortSignal) => Promise<readonly Mark[]>;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onFocus: () => void;
};

const promql = (): LanguageSupport => new LanguageSupport(promQLLanguage(LanguageType.PromQL));

export function Editor({ completion, ...props }: Props): ReactNode {
  return (
    <CodeEditor
      {...props}
      language={promql}
      hint="A PromQL query, such as rate(node_network_receive_bytes_total[5m])"
      mostChars={MAX_EXPR}
      complete={(context: CompletionContext) => completion.promQL(context)}
    />
  );
}
