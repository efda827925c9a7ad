// A filter's one canonical text: what is parsed from it is the same filter again.
import { netText } from './address.ts';
import type { Condition, Filter, ServiceSpan, Span } from './ast.ts';
import { quantityText } from './quantity.ts';
import { written } from './tokens.ts';
import { dscpName, icmpName, isReserved, portName, protocolName } from './words.ts';

export function printFilter(filter: Filter | undefined): string {
  return filter === undefined ? '' : print(filter);
}

function print(filter: Filter): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others are conditions
  switch (filter.type) {
    case 'and':
      return filter.terms.map((term) => (term.type === 'or' ? `(${print(term)})` : print(term))).join(' and ');
    case 'or':
      return filter.terms.map(print).join(' or ');
    case 'not':
      return filter.term.type === 'and' || filter.term.type === 'or'
        ? `not (${print(filter.term)})`
        : `not ${print(filter.term)}`;
    default:
      return condition(filter);
  }
}

function condition(one: Condition): string {
  switch (one.type) {
    case 'count':
      return `${one.field} ${one.comparison} ${quantityText(one.value, one.field === 'bytes')}`;
    case 'direction':
      return `direction = ${one.isIn ? 'in' : 'out'}`;
    case 'address':
      return among(
        one.field,
        one.isNot,
        one.nets.map(netText),
        one.nets.some(({ bits }) => bits < 128),
      );
    case 'service':
      return among('service', one.isNot, one.spans.map(serviceText));
    case 'protocol':
      return among(
        'proto',
        one.isNot,
        one.numbers.map((number) => protocolName(number) ?? String(number)),
      );
    case 'vlan':
      return among(
        'vlan',
        one.isNot,
        one.spans.map((span) => spanText(span, () => undefined)),
      );
    case 'dscp':
      return among(
        'dscp',
        one.isNot,
        one.spans.map((span) => spanText(span, dscpName)),
      );
    case 'text':
      return among(one.field, one.isNot, one.texts.map(quoteText));
  }
}

export const quoteText = (text: string): string => written(text, isReserved);

function among(field: string, isNot: boolean, values: readonly string[], isNet = false): string {
  const [only = ''] = values;
  if (values.length > 1) return `${field} ${isNot ? 'not in' : 'in'} (${values.join(', ')})`;
  return isNet ? `${field} ${isNot ? 'not in' : 'in'} ${only}` : `${field} ${isNot ? '!=' : '='} ${only}`;
}

const spanText = ({ from, to }: Span, name: (number: number) => string | undefined): string =>
  from === to ? (name(from) ?? String(from)) : `${from}-${to}`;

export function serviceText(span: ServiceSpan): string {
  const { protocol } = span;
  if (protocol === undefined) return spanText(span, portName);
  const name = protocol === 1 ? icmpName : protocol === 58 ? () => undefined : portName;
  return `${protocolName(protocol) ?? protocol}/${spanText(span, name)}`;
}
