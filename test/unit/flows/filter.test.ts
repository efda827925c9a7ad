import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type Filter,
  FlowFilterError,
  addressText,
  netOf,
  parseFilter,
  printFilter,
} from '../../../electron/engine/flows/filter/index.ts';

const canonical = (text: string): string => printFilter(parseFilter(text));
function fault(text: string): { message: string; hint: string; at: string } {
  try {
    parseFilter(text);
  } catch (error) {
    if (!(error instanceof FlowFilterError)) throw error;
    return { message: error.message, hint: error.hint, at: text.slice(error.start, error.end) };
  }
  throw new Error(`"${text}" has no fault`);
}

describe('the filter language', () => {
  it.each([
    ['', ''],
    ['src in 10.1.0.0/16 and service 443 and bytes > 1MB', 'src in 10.1.0.0/16 and service = https and bytes > 1MB'],
    ['src 10.1.2.3/16', 'src in 10.1.0.0/16'],
    ['HOST=10.0.0.1 OR not dst = 2001:DB8:0:0::1', 'host = 10.0.0.1 or not dst = 2001:db8::1'],
    ['(proto tcp or proto=17) && !(port 53)', '(proto = tcp or proto = udp) and not service = dns'],
    ['port 8000-8080, http', 'service in (8000-8080, http)'],
    [
      'service in (tcp/443, udp/5000-5010, icmp/echo-request, gre/0)',
      'service in (tcp/https, udp/5000-5010, icmp/echo-request, gre/0)',
    ],
    ['service echo-request', 'service = icmp/echo-request'],
    ['src not in 192.168.0.0/16 and dst != ::1', 'src not in 192.168.0.0/16 and dst != ::1'],
    ['interface "ether1 - WAN" or in_interface=3', 'interface = "ether1 - WAN" or in_interface = 3'],
    ['subscriber "Ann \\"the\\" O\'Neil" and tier=gold', 'subscriber = "Ann \\"the\\" O\'Neil" and tier = gold'],
    ['tier ""', 'tier = ""'],
    ['exporter = "and"', 'exporter = "and"'],
    ['dscp in {EF, af41, 8, 20-22} and vlan 100-199', 'dscp in (EF, AF41, CS1, 20-22) and vlan = 100-199'],
    ['direction in and direction != in', 'direction = in and direction = out'],
    ['bytes >= 64 KiB and packets < 2.5k and flows != 1000000', 'bytes >= 64KiB and packets < 2500 and flows != 1M'],
    ['a_b or vlan 1'.replace('a_b', 'vlan 2') + ' and vlan 3', 'vlan = 2 or vlan = 1 and vlan = 3'],
    ['vlan 1 and (vlan 2 and (vlan 3))', 'vlan = 1 and vlan = 2 and vlan = 3'],
  ])('reads %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
    expect(canonical(expected)).toBe(expected);
  });

  it('binds and closer than or', () => {
    expect(parseFilter('vlan 1 or vlan 2 and vlan 3')).toMatchObject({
      type: 'or',
      terms: [{ type: 'vlan' }, { type: 'and', terms: [{ type: 'vlan' }, { type: 'vlan' }] }],
    });
  });

  it.each([
    ['1MB', 1_000_000],
    ['1.5 MB', 1_500_000],
    ['1MiB', 1_048_576],
    ['64kib', 65_536],
    ['2G', 2_000_000_000],
    ['1500', 1_500],
    ['10 b', 10],
  ])('reads %s as bytes', (text, value) => {
    expect(parseFilter(`bytes > ${text}`)).toMatchObject({ value });
  });

  it.each([
    ['scr = 10.0.0.1', '"scr" is no field that can be asked for.', 'Did you mean src?', 'scr'],
    ['colour = red', '"colour" is no field that can be asked for.', 'Fields are src, dst, host, local, peer', 'colour'],
    ['src = 10.0.0.300', '"10.0.0.300" is neither an address nor a network.', 'Write 10.1.2.3', '10.0.0.300'],
    ['src in 10.0.0.0/33', '"10.0.0.0/33" is neither an address nor a network.', '', '10.0.0.0/33'],
    ['service = htps', '"htps" is no service.', 'Write a name (https)', 'htps'],
    ['service 70000', '"70000" is no service.', '', '70000'],
    ['service 90-80', '"90-80" is no service.', '', '90-80'],
    ['bytes 5', 'bytes has to be compared with a number.', 'Such as bytes > 1MB.', '5'],
    ['bytes > much', '"much" is no number of bytes.', 'Write 1500', 'much'],
    ['flows > 1MB', '"1MB" is no number of flows.', 'Write 1000, 10k or 2.5M.', '1MB'],
    ['src > 10.0.0.1', 'src cannot be compared by >.', 'Only bytes, packets and flows can.', '>'],
    ['vlan 1 vlan 2', '"vlan" does not follow here.', 'Join two conditions with "and" or "or".', 'vlan'],
    ['vlan 1 and', 'A condition is missing here.', '', ''],
    ['vlan', 'A value is missing after vlan.', '', ''],
    ['vlan = and', 'A value is missing after vlan.', 'Put it in quotes if it is a name.', 'and'],
    ['(vlan 1', 'This ( is not closed.', '', '('],
    ['vlan 1)', 'There is no ( for this ).', '', ')'],
    ['tier "gold', 'This quote is not closed.', 'Put a " at its end.', '"gold'],
    ['proto in (tcp udp)', 'This ( is not closed.', 'Put commas between values', '('],
    ['direction = up', '"up" is no direction.', '', 'up'],
    ['dscp AF44', '"AF44" is no traffic class.', '', 'AF44'],
    ['vlan 5000', '"5000" is no VLAN.', '', '5000'],
    ['vlan 1 & vlan 2', '"&" has no meaning here.', '', '&'],
  ])('tells what is wrong with %s, and where', (text, message, hint, at) => {
    const told = fault(text);
    expect(told.message).toBe(message);
    expect(told.hint).toContain(hint);
    expect(told.at).toBe(at);
  });

  it('refuses what is nested too deeply instead of running out of stack', () => {
    expect(fault(`${'('.repeat(2_000)}vlan 1`).message).toBe('Parentheses are nested too deeply.');
    expect(fault(`${'not '.repeat(1_000)}vlan 1`).message).toBe('Parentheses are nested too deeply.');
  });
});

const words = fc.tuple(...([0, 1, 2, 3] as const).map(() => fc.integer({ min: 0, max: 0xffff_ffff })));
const anyNet = fc
  .oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([host, bits]) => `${host}/${bits}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([host, bits]) => `${host}/${bits}`),
    fc.ipV4(),
    fc.ipV6(),
  )
  .map((text) => netOf(text) ?? { words: [0, 0, 0, 0] as const, bits: 0 });
const spanTo = (most: number) =>
  fc.tuple(fc.nat(most), fc.nat(most)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    type: fc.constant('address' as const),
    field: fc.constantFrom('src', 'dst', 'host', 'local', 'peer', 'client', 'server'),
    isNot: fc.boolean(),
    nets: some(anyNet),
  }),
  fc.record({
    type: fc.constant('service' as const),
    isNot: fc.boolean(),
    spans: some(
      fc
        .tuple(spanTo(65_535), fc.option(fc.nat(255), { nil: undefined }))
        .map(([span, protocol]) => ({ ...span, protocol })),
    ),
  }),
  fc.record({ type: fc.constant('protocol' as const), isNot: fc.boolean(), numbers: some(fc.nat(255)) }),
  fc.record({ type: fc.constant('vlan' as const), isNot: fc.boolean(), spans: some(spanTo(4_095)) }),
  fc.record({ type: fc.constant('dscp' as const), isNot: fc.boolean(), spans: some(spanTo(63)) }),
  fc.record({
    type: fc.constant('text' as const),
    field: fc.constantFrom('interface', 'in_interface', 'out_interface', 'exporter', 'subscriber', 'tier'),
    isNot: fc.boolean(),
    texts: some(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('and', 'IN', 'ether1', '<pppoe-anna>', 'a\\"b', '')),
    ),
  }),
  fc.record({ type: fc.constant('direction' as const), isIn: fc.boolean() }),
  fc.record({
    type: fc.constant('count' as const),
    field: fc.constantFrom('bytes', 'packets', 'flows'),
    comparison: fc.constantFrom('=', '!=', '>', '>=', '<', '<='),
    value: fc.oneof(
      fc.nat(),
      fc.nat(1_000).map((n) => n * 1_000_000),
      fc.nat(1_000).map((n) => n * 1_024),
    ),
  }),
);
const filter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    condition,
    tie('tree').map((term): Filter => ({ type: 'not', term })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
      .map(([type, terms]): Filter => ({
        type,
        terms: terms.flatMap((one) => (one.type === type ? one.terms : [one])),
      })),
  ),
})).tree;

describe('printing', () => {
  it('is read as the same filter again', () => {
    fc.assert(
      fc.property(filter, (tree) => {
        expect(parseFilter(printFilter(tree))).toEqual(tree);
      }),
      { numRuns: 500 },
    );
  });

  it('writes addresses as Node reads them', () => {
    fc.assert(
      fc.property(words, ([a = 0, b = 0, c = 0, d = 0]) => {
        expect(netOf(addressText([a, b, c, d]))).toEqual({ words: [a, b, c, d], bits: 128 });
      }),
    );
    expect(addressText([0x2001_0db8, 0, 0, 1])).toBe('2001:db8::1');
    expect(addressText([0x2001_0db8, 0, 0x0001_0000, 0])).toBe('2001:db8:0:0:1::');
    expect(addressText([0, 0, 0, 0])).toBe('::');
    expect(addressText([0, 0, 0xffff, 0x0a00_0001])).toBe('10.0.0.1');
  });
});

/** Anything but a fault of the filter is thrown on. */
function placeOfFault(text: string): [number, number] | undefined {
  try {
    parseFilter(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof FlowFilterError)) throw error;
    return [error.start, error.end];
  }
}

describe('any text', () => {
  it('is a filter or a fault with a place in it, never anything else', () => {
    const pieces = [
      'src',
      'in',
      '10.0.0.0/8',
      '(',
      ')',
      ',',
      '"',
      "'",
      'and',
      'not',
      '>',
      '=',
      '!',
      '443',
      '\\',
      'bytes',
      '1MB',
      '{',
      '}',
      ' ',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((all) => all.join(' ')),
        ),
        (text) => {
          const place = placeOfFault(text);
          expect(place === undefined || (0 <= place[0] && place[0] <= place[1] && place[1] <= text.length)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
