// The editor's looks: sizes here, every colour by a token of the window, so that both themes come by themselves.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { MONO_FAMILY } from '../../app/theme/tokens.ts';

const highlight = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--lw-text-dim)', fontStyle: 'italic' },
  { tag: tags.string, color: 'var(--lw-code-string)' },
  { tag: [tags.number, tags.bool], color: 'var(--lw-code-number)' },
  { tag: tags.labelName, color: 'var(--lw-code-label)' },
  { tag: tags.function(tags.variableName), color: 'var(--lw-code-function)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--lw-code-keyword)' },
  { tag: [tags.operator, tags.punctuation, tags.paren, tags.brace, tags.squareBracket], color: 'var(--lw-text-dim)' },
]);

const MAX_HEIGHT = '168px';

const base = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--lw-text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: MONO_FAMILY, lineHeight: '20px', maxHeight: MAX_HEIGHT, overflow: 'auto' },
  '.cm-content': { padding: '5px 0', caretColor: 'var(--lw-text)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-placeholder': { color: 'var(--lw-text-dim)' },
  '.cm-cursor': { borderLeftColor: 'var(--lw-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--lw-focus) 30%, transparent)',
  },
  '&:not(.cm-focused) .cm-matchingBracket': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--lw-selected)', outline: 'none' },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    color: 'var(--lw-offline)',
  },
  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0' },
  '.cm-lintRange-error': {
    textDecoration: 'underline wavy var(--lw-offline)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    textDecoration: 'underline wavy var(--lw-degraded)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint': { display: 'none' },
});

/** Completions and messages: they hang off the page and not off the editor, so that nothing cuts them off. */
const tooltips = EditorView.theme({
  '.cm-tooltip': {
    zIndex: '200',
    border: '1px solid var(--lw-border)',
    borderRadius: '6px',
    backgroundColor: 'var(--lw-overlay)',
    boxShadow: 'var(--lw-shadow)',
    color: 'var(--lw-text)',
    fontSize: '12px',
    lineHeight: '20px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: MONO_FAMILY, maxHeight: '260px', minWidth: '320px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    gap: '12px',
    padding: '2px 8px',
    lineHeight: '20px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--lw-selected)', color: 'var(--lw-text)' },
  '.cm-completionLabel': { flex: '1', overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { marginLeft: '0', fontStyle: 'normal', color: 'var(--lw-text-dim)' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '320px', marginLeft: '4px' },
  '.cm-tooltip-lint': { padding: '0', maxWidth: '480px' },
  '.cm-diagnostic': { padding: '4px 12px', borderLeft: '3px solid transparent', fontFamily: 'inherit' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--lw-offline)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--lw-degraded)' },
});

export const editorTheme = [base, tooltips, syntaxHighlighting(highlight)];
