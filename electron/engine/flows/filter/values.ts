// What may stand for each field, read from one word or quoted text; what does not fit is told with an example of what does.
import { netOf } from './address.ts';
import type { Net } from './address.ts';
import type { ServiceSpan, Span } from './ast.ts';
import { FlowFilterError } from './errors.ts';
import { quantityOf } from './quantity.ts';
import type { Token } from './tokens.ts';
import { dscpOf, icmpOf, portOf, protocolOf } from './words.ts';

const MAX_PORT = 65_535;

const refuse = (token: Token, message: string, hint: string): FlowFilterError =>
  new FlowFilterError(message, token.start, token.end, hint);

export function netValue(token: Token): Net {
  const net = netOf(token.text);
  if (net !== undefined) return net;
  throw refuse(
    token,
    `"${token.text}" is neither an address nor a network.`,
    'Write 10.1.2.3, 10.1.0.0/16 or 2001:db8::/32.',
  );
}

/** `5` or `5-9`; undefined for what is none of both. */
function spanOf(text: string, most: number): Span | undefined {
  const [, first = '', last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  const span = { from: Number(first), to: Number(last) };
  return first !== '' && span.from <= span.to && span.to <= most ? span : undefined;
}

export function spanValue(token: Token, field: 'vlan' | 'dscp'): Span {
  const named = field === 'dscp' ? dscpOf(token.text) : undefined;
  const span = named === undefined ? spanOf(token.text, field === 'vlan' ? 4095 : 63) : { from: named, to: named };
  if (span !== undefined) return span;
  throw field === 'vlan'
    ? refuse(token, `"${token.text}" is no VLAN.`, 'VLANs go from 0 to 4095: 20 or 100-199.')
    : refuse(token, `"${token.text}" is no traffic class.`, 'Write EF, AF41, CS1 or a number from 0 to 63.');
}

export function protocolValue(token: Token): number {
  const named = protocolOf(token.text.toLowerCase());
  if (named !== undefined) return named;
  const span = spanOf(token.text, 255);
  if (span !== undefined && span.from === span.to) return span.from;
  throw refuse(token, `"${token.text}" is no protocol.`, 'Write tcp, udp, icmp, gre or a number from 0 to 255.');
}

export function serviceValue(token: Token): ServiceSpan {
  const text = token.text.toLowerCase();
  const slash = text.indexOf('/');
  if (slash !== -1) {
    const protocol = protocolValue({ ...token, text: token.text.slice(0, slash) });
    const rest = text.slice(slash + 1);
    const isIcmp = protocol === 1 || protocol === 58;
    const named = isIcmp ? (protocol === 1 ? icmpOf(rest) : undefined) : portOf(rest);
    const span = named === undefined ? spanOf(rest, MAX_PORT) : { from: named, to: named };
    if (span !== undefined) return { protocol, ...span };
  } else {
    const icmp = icmpOf(text);
    if (icmp !== undefined) return { protocol: 1, from: icmp, to: icmp };
    const port = portOf(text);
    const span = port === undefined ? spanOf(text, MAX_PORT) : { from: port, to: port };
    if (span !== undefined) return { protocol: undefined, ...span };
  }
  throw refuse(
    token,
    `"${token.text}" is no service.`,
    'Write a name (https), a port (443), ports (8000-8080) or tcp/443.',
  );
}

export function countValue(token: Token, unit: Token | undefined, field: 'bytes' | 'packets' | 'flows'): number {
  const isBytes = field === 'bytes';
  const value = quantityOf(token.text + (unit?.text ?? ''), isBytes);
  if (value !== undefined) return value;
  const end = unit?.end ?? token.end;
  const hint = isBytes ? 'Write 1500, 64KiB or 1.5MB.' : 'Write 1000, 10k or 2.5M.';
  throw new FlowFilterError(`"${token.text}${unit?.text ?? ''}" is no number of ${field}.`, token.start, end, hint);
}

export function directionValue(token: Token): boolean {
  const text = token.text.toLowerCase();
  if (text === 'in' || text === 'out') return text === 'in';
  throw refuse(token, `"${token.text}" is no direction.`, 'It is in (to the inside) or out.');
}
