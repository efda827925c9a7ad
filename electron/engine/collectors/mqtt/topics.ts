// Topics as they are configured: which of them are asked for, what a message on one is, and whose it is.

/** What a message holds: measured values, what an edge tells of itself, or only that it lives. */
export type MessageKind = 'metrics' | 'inform' | 'keepalive';

export const MESSAGE_KINDS: readonly MessageKind[] = ['metrics', 'inform', 'keepalive'];

export const DEFAULT_TOPICS = ['edge/<edge_id>/metrics', 'edge/<edge_id>/inform', 'edge/<edge_id>/keepalive'] as const;

export type TopicSetting = { readonly topic: string; readonly kind: MessageKind };

/** Whose message it is, as its topic says; empty where it does not. */
export type TopicMatch = { readonly kind: MessageKind; readonly edgeId: string; readonly customerId: string };

export type Topics = {
  /** What a broker is asked for, each once. */
  readonly filters: readonly string[];
  match(topic: string): TopicMatch | undefined;
  /** Whether a level that stands in a topic as it is, such as `edge`, is called so. */
  readonly isWord: (level: string) => boolean;
};

/** What is wrong with a topic of the config, in words; undefined for a good one. */
export function topicFault(topic: string): string | undefined {
  const levels = topic.split('/');
  if (topic.startsWith('$')) return "a topic of your own: those with $ are the broker's";
  if (levels.some((level) => level.includes('#')))
    return 'a topic without #: what a message is must be told by its topic';
  if (levels.some((level) => level !== '+' && level.includes('+')))
    return 'a topic in which + stands for a whole level';
  const named = levels.filter((level) => level === '<edge_id>').length;
  const single = levels.filter((level) => level === '+').length;
  if (named > 1 || (named === 0 && single !== 1)) return 'a topic with one <edge_id>';
  if (levels.filter((level) => level === '<customer_id>').length > 1) return 'a topic with one <customer_id> at most';
  return undefined;
}

/** The last level says what the messages are, unless it is said beside it. */
export const kindOfTopic = (topic: string): MessageKind | undefined =>
  MESSAGE_KINDS.find((kind) => topic.endsWith(`/${kind}`));

const isPlace = (level: string): boolean => level === '+' || level === '<edge_id>' || level === '<customer_id>';

export function compileTopics(settings: readonly TopicSetting[]): Topics {
  const compiled = settings.map(({ topic, kind }) => {
    const levels = topic.split('/');
    const edge = levels.includes('<edge_id>') ? levels.indexOf('<edge_id>') : levels.indexOf('+');
    return { kind, levels, edge, customer: levels.indexOf('<customer_id>') };
  });
  const filters = new Set(
    compiled.map(({ levels }) => levels.map((level) => (isPlace(level) ? '+' : level)).join('/')),
  );
  const words = new Set(compiled.flatMap(({ levels }) => levels.filter((level) => !isPlace(level))));
  return {
    filters: [...filters],
    isWord: (level) => words.has(level),
    match(topic) {
      const given = topic.split('/');
      for (const { kind, levels, edge, customer } of compiled) {
        if (levels.length !== given.length) continue;
        if (!levels.every((level, i) => isPlace(level) || level === given[i])) continue;
        return { kind, edgeId: given[edge] ?? '', customerId: customer < 0 ? '' : (given[customer] ?? '') };
      }
      return undefined;
    },
  };
}
