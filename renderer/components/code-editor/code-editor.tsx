// A line or more of code to be run: Enter runs, Shift-Enter starts a line, Tab goes on to the next control; completion by
// typing or by Ctrl-Space. What is wrong is told by the engine and underlined where it stands.
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
} from '@codemirror/autocomplete';
import type { CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import type { LanguageSupport } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { ReactNode, Ref } from 'react';
import { editorTheme } from './theme.ts';

const CHECK_AFTER_MS = 250;

export type EditorHandle = { readonly focus: () => void };

export type EditorMark = {
  readonly from: number;
  readonly to: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
};

type Props = {
  readonly ref?: Ref<EditorHandle>;
  /** The id of the element that names it. */
  readonly labelledBy: string;
  /** The same function each time: it makes the language for an editor. */
  readonly language: () => LanguageSupport;
  readonly hint: string;
  readonly mostChars: number;
  readonly text: string;
  readonly complete: CompletionSource;
  /** What is wrong with a text; it is asked a moment after the last key. */
  readonly check: (text: string, signal: AbortSignal) => Promise<readonly EditorMark[]>;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onFocus?: () => void;
};

export function CodeEditor(props: Props): ReactNode {
  const { ref, text, labelledBy, language } = props;
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), []);

  useEffect(() => {
    const parent = holder.current;
    if (parent === null) return;
    let asking: AbortController | undefined;
    const support = language();
    const run = (target: EditorView): boolean => {
      closeCompletion(target);
      latest.current.onRun();
      return true;
    };
    const lint = async ({ state }: EditorView): Promise<Diagnostic[]> => {
      asking?.abort();
      asking = new AbortController();
      const length = state.doc.length;
      const marks = await latest.current.check(state.doc.toString(), asking.signal).catch(() => []);
      return marks.map((mark) => ({ ...mark, from: Math.min(mark.from, length), to: Math.min(mark.to, length) }));
    };
    const created = new EditorView({
      parent,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          editorTheme,
          history(),
          closeBrackets(),
          bracketMatching(),
          support,
          support.language.data.of({
            autocomplete: ((context) => latest.current.complete(context)) as CompletionSource,
          }),
          autocompletion({ icons: false, maxRenderedOptions: 100, activateOnTypingDelay: 50 }),
          tooltips({ parent: document.body, position: 'fixed' }),
          linter(lint, { delay: CHECK_AFTER_MS }),
          placeholder(latest.current.hint),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-labelledby': labelledBy, spellcheck: 'false' }),
          EditorState.changeFilter.of((change) => change.newDoc.length <= latest.current.mostChars),
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
          keymap.of([
            ...closeBracketsKeymap,
            { key: 'Tab', run: acceptCompletion },
            { key: 'Shift-Enter', run: insertNewline },
            { key: 'Enter', run },
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.();
          }),
        ],
      }),
    });
    view.current = created;
    return () => {
      asking?.abort();
      created.destroy();
      view.current = null;
    };
  }, [labelledBy, language]);

  // What comes from elsewhere (the history, the browser's back) replaces the text; what was typed is there already.
  useEffect(() => {
    const current = view.current;
    if (current === null || current.state.doc.toString() === text) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: text },
      selection: { anchor: text.length },
    });
  }, [text]);

  return <div className="lw-editor" ref={holder} data-testid="editor" />;
}
