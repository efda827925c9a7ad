// `subscribers`: which sessions are customers, their tiers, and how their latency is measured.
import { z } from 'zod';
import { durationField, fieldNotation } from '../../../shared/model/fields.ts';
import type { TierRule } from '../../../shared/contract/index.ts';

const SOURCES = ['ppp', 'hotspot', 'queue', 'wireguard'] as const;
const MAX_RULES = 1_000;

const patternField = z.string().min(1).max(256);
const patternsField = (what: string) =>
  z
    .union([patternField, z.array(patternField).min(1).max(1_000)], { error: 'a pattern, or a list of patterns' })
    .transform((given) => (typeof given === 'string' ? [given] : given))
    .optional()
    .register(fieldNotation, { type: 'pattern, or list of patterns' })
    .describe(what);

const ruleSchema = z
  .strictObject({
    tier: z.string().min(1).max(64).describe('The tier of those that the rule fits.'),
    user: patternsField("The user's, queue's or peer's name."),
    profile: patternsField('The PPP profile.'),
    comment: patternsField('A comment of the account, the peer or the queue.'),
    service: patternsField('Such as `pppoe`, `l2tp`, `hotspot`, `wireguard`.'),
    address: patternsField('The address, by pattern or as a network such as `10.1.0.0/16`.'),
    device: patternsField('The router.'),
  })
  .refine((rule) => Object.keys(rule).some((name) => name !== 'tier' && rule[name as keyof TierRule] !== undefined), {
    error: 'at least one of user, profile, comment, service, address and device',
  })
  .transform((rule): TierRule => rule);

const latencySchema = z
  .strictObject({
    from: z
      .enum(['this-computer', 'router', 'off'])
      .default('this-computer')
      .describe(
        "Who asks: this computer (by the system's `ping`, else by the time that a TCP connection takes), the customer's router (its user's group needs the policy `test`), or nobody.",
      ),
    every: durationField({ minMs: 15_000, maxMs: 86_400_000 })
      .default(60_000)
      .describe('How often each customer is asked, where there are not more than `per_minute` allows.'),
    per_minute: z
      .number()
      .int()
      .min(1)
      .max(600)
      .default(60)
      .describe('How many are asked within a minute at most; with more customers than that each waits its turn.'),
    in_flight: z.number().int().min(1).max(32).default(4).describe('How many are asked at once at most.'),
  })
  .describe('The round-trip time to customers that are connected.');

const MORE = `Customers are what routers tell of PPP and hotspot sessions, PPP accounts, simple queues and WireGuard peers. They become
\`linewarden_subscriber_{up,uptime_seconds,rx_bytes_total,tx_bytes_total,rtt_seconds}{subscriber,tier,device}\`; \`rx\` is what the customer downloads. The counters go on over reconnects, moves to
another router and restarts of Linewarden.

- A PPP or hotspot user is one customer on all routers: two routers that name the same user mean the same one, and what it carries on both is added up. \`device\` is the router that it is connected to, or was last.
- A queue or a peer is a customer of its router, unless a user of that router has the same name: then it is that user's. RouterOS's own queues, such as \`<pppoe-alice>\`, are their user's. Bytes are counted once a router:
  of the session where it has any, else of the peer, else of the queue.
- The tier is that of the first rule that fits, else the PPP profile (\`default\` and \`default-encryption\` are none), else what a comment of the queue or the account says, such as \`tier=gold\`. The window's own rules come after the file's.
- In patterns \`*\` stands for any text and \`?\` for one character; a rule fits where each of its fields does, a field where one of its patterns does.
- Today and this month are those of this computer's time zone. What went while Linewarden was off is counted when it sees it, if the connection is still the same.`;

export const subscribersSectionSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether sessions become customers.'),
    sources: z
      .array(z.enum(SOURCES))
      .default([...SOURCES])
      .describe('What customers are made of.'),
    forget_after: durationField({ minMs: 86_400_000 })
      .default(62 * 86_400_000)
      .describe('After so long without a connection one that no router lists is forgotten, with its totals.'),
    tiers: z.array(ruleSchema).max(MAX_RULES).default([]).describe('Rules for tiers; the first that fits counts.'),
    latency: latencySchema.prefault({}),
  })
  .describe('Customers: PPP and hotspot users, queues and WireGuard peers.')
  .register(fieldNotation, {
    example:
      "subscribers:\n  tiers:\n    - {tier: business, user: ['biz-*', acme]}\n    - {tier: fibre, profile: 'ftth-*', device: core}\n    - {tier: guest, address: 10.9.0.0/16}\n  latency: {from: router, every: 2m}",
    more: MORE,
  });

export type SubscribersSection = z.output<typeof subscribersSectionSchema>;
