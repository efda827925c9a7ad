// What may follow in a filter where the cursor stands: fields, operators, and the values that there are.
import type { FlowCompletion, FlowCompletionQuery } from '../../../shared/contract/index.ts';
import { quoteText } from './filter/index.ts';
import { type Token, tokensOf } from './filter/tokens.ts';
import { FIELDS, FIELD_WORDS, dscpNames, icmpNames, portNames, protocolNames } from './filter/words.ts';
import type { FlowSurroundings } from './surroundings.ts';

const MAX_ITEMS = 50;
type Item = FlowCompletion['items'][number];

const OPERATORS: readonly Item[] = ['=', '!=', 'in', 'not in'].map((text) => ({
  text,
  label: text,
  detail: '',
  kind: 'operator',
}));
const COMPARISONS: readonly Item[] = ['>', '<', '>=', '<=', '=', '!='].map((text) => ({
  text,
  label: text,
  detail: '',
  kind: 'operator',
}));
const JOINS: readonly Item[] = [
  { text: 'and', label: 'and', detail: 'both have to fit', kind: 'keyword' },
  { text: 'or', label: 'or', detail: 'one of both is enough', kind: 'keyword' },
];

const value = (text: string, detail = ''): Item => ({ text: quoteText(text), label: text, detail, kind: 'value' });

export function complete(around: FlowSurroundings, { filter, offset }: FlowCompletionQuery): FlowCompletion {
  const before = filter.slice(0, offset);
  const { tokens, open } = tokensBefore(before);
  const last = tokens.at(-1);
  // The word at the cursor is being written; after a space or a sign a new one begins.
  const written = open ?? (last?.kind === 'word' && last.end === before.length ? last : undefined);
  const start = written?.start ?? offset;
  const settled = written === undefined || open !== undefined ? tokens : tokens.slice(0, -1);
  const typed = (written?.text ?? '').toLowerCase();
  const items = itemsAfter(around, settled)
    .filter(
      ({ label, detail }) =>
        label.toLowerCase().includes(typed) || (typed.length > 1 && detail.toLowerCase().includes(typed)),
    )
    .toSorted((a, b) => rank(a, typed) - rank(b, typed))
    .slice(0, MAX_ITEMS);
  return { start, end: offset, items };
}

const rank = ({ label }: Item, typed: string): number => (label.toLowerCase().startsWith(typed) ? 0 : 1);

/** An open quote is what is being written. */
function tokensBefore(before: string): { tokens: Token[]; open: Token | undefined } {
  try {
    return { tokens: tokensOf(before), open: undefined };
  } catch {
    const at = Math.max(before.lastIndexOf('"'), before.lastIndexOf("'"));
    if (at === -1) return { tokens: [], open: undefined };
    const open: Token = { kind: 'text', text: before.slice(at + 1), start: at, end: before.length };
    try {
      return { tokens: tokensOf(before.slice(0, at)), open };
    } catch {
      return { tokens: [], open };
    }
  }
}

function itemsAfter(around: FlowSurroundings, tokens: readonly Token[]): readonly Item[] {
  const { field, state } = placeOf(tokens);
  if (state === 'condition')
    return [...fields(), { text: 'not', label: 'not', detail: 'what does not fit', kind: 'keyword' }];
  if (state === 'join') return JOINS;
  const isCount = field === 'bytes' || field === 'packets' || field === 'flows';
  if (state === 'operator') return isCount ? COMPARISONS : [...OPERATORS, ...valuesOf(around, field)];
  return valuesOf(around, field);
}

const fields = (): Item[] =>
  Object.entries(FIELDS).map(([text, detail]) => ({ text, label: text, detail, kind: 'field' }));

/** Where in a condition the text ends. */
function placeOf(tokens: readonly Token[]): { field: string; state: 'condition' | 'operator' | 'value' | 'join' } {
  let field = '';
  let state: 'condition' | 'operator' | 'value' | 'join' = 'condition';
  let isList = false;
  for (const token of tokens) {
    const lower = token.kind === 'text' ? '' : token.text.toLowerCase();
    if (state === 'condition') {
      if (lower === 'not' || lower === '(' || lower === '!') continue;
      field = FIELD_WORDS[lower] ?? '';
      state = 'operator';
    } else if (
      state === 'operator' &&
      (token.kind === 'sign' || lower === 'in' || lower === 'not') &&
      field !== 'direction'
    ) {
      isList ||= lower === '(' || lower === '{';
      state = lower === 'not' ? 'operator' : 'value';
    } else if (state === 'operator' && token.kind === 'sign') state = 'value';
    else if (state === 'value' && (lower === '(' || lower === '{')) isList = true;
    else if (state === 'operator' || state === 'value') state = 'join';
    else if (lower === ',') state = 'value';
    else if (lower === ')' || lower === '}') isList = false;
    else state = 'condition';
  }
  return { field, state: isList && state === 'join' ? 'join' : state };
}

function valuesOf(around: FlowSurroundings, field: string): Item[] {
  switch (field) {
    case 'service':
      return [
        ...portNames().map(([name, port]) => value(name, String(port))),
        ...icmpNames().map((name) => value(name, 'icmp')),
      ];
    case 'proto':
      return protocolNames().map((name) => value(name));
    case 'dscp':
      return dscpNames().map((name) => value(name));
    case 'direction':
      return [value('in', 'to the inside'), value('out', 'to the outside')].map((item) => ({
        ...item,
        text: item.label,
      }));
    case 'exporter':
      return around.exporters().map((address) => {
        const id = around.deviceOfExporter(address);
        const name = around.devices().find((device) => device.id === id)?.name;
        return name === undefined ? value(address) : value(name, address);
      });
    case 'interface':
    case 'in_interface':
    case 'out_interface':
      return unique(
        around
          .exporters()
          .flatMap((exporter) => around.names.interfaces(exporter).map(({ name, comment }) => value(name, comment))),
      );
    case 'subscriber':
      return unique([...around.customers.customers()].map(({ name, tier }) => value(name, tier)));
    case 'tier':
      return unique([...around.customers.customers()].flatMap(({ tier }) => (tier === '' ? [] : [value(tier)])));
    case 'bytes':
      return ['1kB', '1MB', '100MB', '1GB'].map((text) => value(text));
    default:
      return [];
  }
}

const unique = (items: readonly Item[]): Item[] => [...new Map(items.map((item) => [item.text, item])).values()];
