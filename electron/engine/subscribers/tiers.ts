// Which tier a customer is of: the first rule that fits, else its PPP profile, else what a comment says of it.
import { BlockList, isIP } from 'node:net';
import type { TierRule } from '../../../shared/contract/index.ts';
import { accountText } from './identity.ts';

/** What is known of a customer; '' where nothing is. */
export type TierFacts = {
  readonly user: string;
  readonly profile: string;
  readonly comment: string;
  readonly queueComment: string;
  readonly service: string;
  readonly address: string;
  readonly deviceId: string;
};

export type Tier = { readonly tier: string; readonly from: 'rule' | 'profile' | 'comment' | 'none' };

export type TierOf = (facts: TierFacts) => Tier;

const MAX_TIER = 64;
/** RouterOS's own profiles, which everybody has who was given none. */
const NO_PROFILE = new Set(['', 'default', 'default-encryption']);
const IN_COMMENT = /(?:^|[\s,;|[(])tier\s*[=:]\s*("([^"]{1,64})"|[^\s,;|\])]{1,64})/i;

type Test = (text: string) => boolean;

function fits(part: string, text: string, at: number): boolean {
  if (at < 0 || at + part.length > text.length) return false;
  for (let i = 0; i < part.length; i++) if (part[i] !== '?' && part[i] !== text[at + i]) return false;
  return true;
}

/** `*` stands for any text and `?` for one character; letters' case does not matter. */
export function globTest(pattern: string): Test {
  const parts = pattern.toLowerCase().split('*');
  return (text) => {
    const lower = text.toLowerCase();
    const first = parts[0] ?? '';
    if (parts.length === 1) return lower.length === first.length && fits(first, lower, 0);
    const last = parts.at(-1) ?? '';
    if (!fits(first, lower, 0)) return false;
    let at = first.length;
    const end = lower.length - last.length;
    // The earliest place of each part leaves the most room for the next: no way back is ever needed.
    for (const part of parts.slice(1, -1)) {
      while (at + part.length <= end && !fits(part, lower, at)) at++;
      if (at + part.length > end) return false;
      at += part.length;
    }
    return end >= at && fits(last, lower, end);
  };
}

/** A network such as 10.1.0.0/16, or a pattern as for names. */
function addressTest(pattern: string): Test {
  const [net = '', prefix] = pattern.split('/');
  const family = isIP(net);
  const bits = Number(prefix);
  if (prefix === undefined || family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128))
    return globTest(pattern);
  const list = new BlockList();
  list.addSubnet(net, bits, family === 4 ? 'ipv4' : 'ipv6');
  return (text) => isIP(text) === family && list.check(text, family === 4 ? 'ipv4' : 'ipv6');
}

const anyOf = (patterns: readonly string[], make: (pattern: string) => Test): Test => {
  const tests = patterns.map(make);
  return (text) => tests.some((test) => test(text));
};

/** A rule fits where each of its fields does, a field where one of its patterns does. */
function ruleTest(rule: TierRule): (facts: TierFacts) => boolean {
  const tests: ((facts: TierFacts) => boolean)[] = [];
  const add = (
    patterns: readonly string[] | undefined,
    texts: (facts: TierFacts) => string[],
    make = globTest,
  ): void => {
    if (patterns === undefined || patterns.length === 0) return;
    const test = anyOf(patterns, make);
    tests.push((facts) => texts(facts).some((text) => text !== '' && test(text)));
  };
  add(rule.user, ({ user }) => [user]);
  add(rule.profile, ({ profile }) => [profile]);
  add(rule.comment, ({ comment, queueComment }) => [comment, queueComment]);
  add(rule.service, ({ service }) => [service]);
  add(rule.address, ({ address }) => [address], addressTest);
  add(rule.device, ({ deviceId }) => [deviceId]);
  return (facts) => tests.length > 0 && tests.every((test) => test(facts));
}

/** What a comment says by `tier=gold` or `tier: "fibre 100"`; '' where it says nothing. */
export function tierInComment(comment: string): string {
  const [, bare = '', quoted] = IN_COMMENT.exec(comment) ?? [];
  return accountText(quoted ?? bare, MAX_TIER);
}

/** @param rules in the order in which they are tried */
export function tierOf(rules: readonly TierRule[]): TierOf {
  const tests = rules.map((rule) => ({ tier: accountText(rule.tier, MAX_TIER), test: ruleTest(rule) }));
  return (facts) => {
    const rule = tests.find(({ test }) => test(facts));
    if (rule !== undefined) return { tier: rule.tier, from: 'rule' };
    if (!NO_PROFILE.has(facts.profile)) return { tier: accountText(facts.profile, MAX_TIER), from: 'profile' };
    const said = tierInComment(facts.queueComment) || tierInComment(facts.comment);
    return said === '' ? { tier: '', from: 'none' } : { tier: said, from: 'comment' };
  };
}
