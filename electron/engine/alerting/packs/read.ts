// The packs as files: those that come along, those to be imported, and the operator's own.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../rules/files.ts';
import { parseRuleFile } from '../rules/load.ts';
import type { RuleProblem } from '../rules/problem.ts';
import type { RuleGroup } from '../rules/rule.ts';
import { packAboutSchema, type PackAbout } from './about.ts';

export type PackFile = {
  readonly id: string;
  readonly file: string;
  /** On where nobody said otherwise: what comes along and what the operator imported, but not the rules of other products. */
  readonly isOnByDefault: boolean;
  readonly isOwn: boolean;
  /** undefined for the operator's own. */
  readonly about: PackAbout | undefined;
  readonly groups: readonly RuleGroup[];
  readonly problems: readonly RuleProblem[];
};

const MAX_PACKS = 200;

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.yml') && !name.startsWith('.'))
      .toSorted()
      .slice(0, MAX_PACKS);
  } catch {
    return [];
  }
}

const nothing = (problem: RuleProblem) => ({ groups: [], problems: [problem] });

/** `prefix`: the folder's name in what people read, which does not move with each update of the program. */
function readFolder(dir: string, prefix: string, kind: 'shipped' | 'import' | 'own'): PackFile[] {
  return namesIn(dir).map((name) => {
    const file = path.join(dir, name);
    const text = readText(file);
    const isOwn = kind === 'own';
    const { groups, problems } =
      typeof text === 'string' ? parseRuleFile(text, file, { shipped: !isOwn }) : nothing(text);
    const id = name.replace(/\.yml$/, '');
    return {
      id: isOwn ? `own/${id}` : id,
      file,
      isOnByDefault: kind !== 'import',
      isOwn,
      about: isOwn ? undefined : packAboutSchema.parse(JSON.parse(readFileSync(path.join(dir, `${id}.json`), 'utf8'))),
      groups: isOwn ? groups : groups.map((group) => ({ ...group, file: `${prefix}${name}` })),
      problems,
    };
  });
}

/** In the order of their names; those to be imported, for other products, come last. */
export const readShippedPacks = (dir: string): PackFile[] => [
  ...readFolder(dir, 'linewarden/', 'shipped'),
  ...readFolder(path.join(dir, 'import'), 'linewarden/import/', 'import'),
];

export const readOwnPacks = (dir: string): PackFile[] => readFolder(dir, '', 'own');
