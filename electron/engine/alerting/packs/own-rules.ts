// Rules written in the window: each is put into an own rule file beside what stands there, comments and all.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Document, isMap, isSeq, parseDocument } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import type { OwnRule, RulePack, SaveOwnRule } from '../../../../shared/contract/index.ts';
import { formatDurationMs } from '../../../../shared/model/duration.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';
import type { RulePacks } from './packs.ts';

const GROUP = 'written-in-the-window';

export type OwnRulesOptions = { readonly ownDir: string; readonly packs: Pick<RulePacks, 'import' | 'remove'> };

export interface OwnRules {
  /** Throws LW_RULE_NAME_TAKEN, LW_RULE_UNKNOWN, or what the import of the file throws; nothing is changed then. */
  save(change: SaveOwnRule): RulePack[];
  /** The file goes with its last rule. Throws LW_RULE_UNKNOWN. */
  remove(pack: string, name: string): RulePack[];
}

export function createOwnRules({ ownDir, packs }: OwnRulesOptions): OwnRules {
  const read = (pack: string): string | undefined => {
    try {
      return readFileSync(path.join(ownDir, `${pack}.yml`), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  };
  return {
    save: ({ pack, replaces, rule }) => packs.import({ name: pack, text: withRule(read(pack), rule, replaces) }),
    remove(pack, name) {
      const text = withoutRule(read(pack), name);
      return text === undefined ? packs.remove(`own/${pack}`) : packs.import({ name: pack, text });
    },
  };
}

/** The file's text with the rule: in the place of another, or at the end. */
export function withRule(text: string | undefined, rule: OwnRule, replaces?: string): string {
  const document = text === undefined ? new Document({ groups: [] }) : parseDocument(text);
  const found = rulesOf(document);
  const isTaken = found.some(({ name }) => name === rule.name && name !== replaces);
  if (isTaken) {
    throw new LinewardenError('LW_RULE_NAME_TAKEN', `There is already a rule ${rule.name} in this file.`, {
      hint: 'Give this one another name.',
    });
  }
  const node = document.createNode(written(rule));
  if (replaces !== undefined) {
    const { seq, index } = found.find(({ name }) => name === replaces) ?? unknown(replaces);
    seq.items[index] = node;
    return String(document);
  }
  groupIn(document).items.push(node);
  return String(document);
}

/** Undefined where no rule is left. */
export function withoutRule(text: string | undefined, name: string): string | undefined {
  const document = parseDocument(text ?? '');
  const found = rulesOf(document);
  const { seq, index } = found.find((each) => each.name === name) ?? unknown(name);
  seq.items.splice(index, 1);
  return found.length === 1 ? undefined : String(document);
}

function unknown(name: string): never {
  throw new LinewardenError('LW_RULE_UNKNOWN', `There is no rule ${JSON.stringify(name)} in this file any more.`);
}

type Place = { readonly name: string; readonly seq: YAMLSeq; readonly index: number };

function rulesOf(document: Document): Place[] {
  const groups: unknown = document.get('groups');
  if (!isSeq(groups)) return [];
  return groups.items.flatMap((group) => {
    const rules: unknown = isMap(group) ? group.get('rules') : undefined;
    if (!isSeq(rules)) return [];
    return rules.items.map((rule, index): Place => ({ name: nameOf(rule), seq: rules, index }));
  });
}

function nameOf(rule: unknown): string {
  const name: unknown = isMap(rule) ? (rule.get('alert') ?? rule.get('record')) : undefined;
  return typeof name === 'string' ? name : '';
}

/** The rules of our own group, which is made where it is missing. */
function groupIn(document: Document): YAMLSeq {
  let groups: unknown = document.get('groups');
  if (!isSeq(groups)) {
    document.set('groups', document.createNode([]));
    groups = document.get('groups');
  }
  const { items } = groups as YAMLSeq;
  let group = items.find((each): each is YAMLMap => isMap(each) && each.get('name') === GROUP);
  if (group === undefined) {
    group = document.createNode({ name: GROUP, rules: [] });
    items.push(group);
  }
  if (!isSeq(group.get('rules'))) group.set('rules', document.createNode([]));
  return group.get('rules') as YAMLSeq;
}

/** As Prometheus writes it. */
const written = ({ name, expr, forMs, keepFiringForMs, labels, annotations }: OwnRule) => ({
  alert: name,
  expr,
  ...(forMs > 0 && { for: formatDurationMs(forMs) }),
  ...(keepFiringForMs > 0 && { keep_firing_for: formatDurationMs(keepFiringForMs) }),
  ...(Object.keys(labels).length > 0 && { labels }),
  ...(Object.keys(annotations).length > 0 && { annotations }),
});
