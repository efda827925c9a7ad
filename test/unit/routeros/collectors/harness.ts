// Runs a collector on rows as a router sends them; samples come back as exposition-like lines.
import { collectOnce } from '../../../../electron/engine/collectors/routeros/collectors/collect.ts';
import type {
  Collector,
  CollectorSettings,
  RouterSession,
} from '../../../../electron/engine/collectors/routeros/collectors/collector.ts';
import type { PrintOptions, Row } from '../../../../electron/engine/collectors/routeros/client/index.ts';
import type { RouterFacts } from '../../../../electron/engine/collectors/routeros/facts.ts';
import type { Observation } from '../../../../electron/engine/observations/index.ts';
import { LinewardenError } from '../../../../shared/model/errors.ts';

type Properties = Readonly<Record<string, string>>;
type Print = Omit<PrintOptions, 'signal' | 'timeoutMs'>;

/**
 * By menu, or by command for what is no print: rows; a number, which is the answer to a count; what gives either for
 * what is asked; or the failure. A menu that is not here does not exist on the router.
 */
export type Answers = Readonly<
  Record<
    string,
    | readonly Properties[]
    | number
    | LinewardenError
    | ((asked: string) => readonly Properties[] | number | LinewardenError)
  >
>;

export type Told = {
  readonly lines: string[];
  readonly facts: RouterFacts;
  readonly observations: Observation[];
  /** Each command with its words: `/ip/route/print =count-only= ?bgp=yes`. */
  readonly asked: string[];
  readonly error: LinewardenError | undefined;
  readonly isAbsent: boolean;
  readonly warning: LinewardenError | undefined;
};

export type World = { readonly facts?: RouterFacts; readonly settings?: Partial<CollectorSettings> };

/** What the router answers when it has no such menu. */
export const noSuchCommand = new LinewardenError('LW_ROUTEROS_NO_SUCH_COMMAND', 'no such command');
export const noPermission = new LinewardenError('LW_ROUTEROS_NO_PERMISSION', 'not enough permissions (9)');
export const trap = (message: string): LinewardenError => new LinewardenError('LW_ROUTEROS_TRAP', message);

/** Never rejects: a failure is in the answer. */
export async function run(collector: Collector, answers: Answers, world: World = {}): Promise<Told> {
  let { facts = {} } = world;
  const asked: string[] = [];
  const observations: Observation[] = [];
  const answer = (key: string, command: string): readonly Properties[] | number => {
    asked.push(command);
    const given = answers[key];
    const told = typeof given === 'function' ? given(command) : (given ?? noSuchCommand);
    if (told instanceof Error) throw told;
    return told;
  };
  const session: RouterSession = {
    print: async (menu, options) => shown(rowsOf(answer(menu, printWords(menu, options))), options),
    count: async (menu, options) => {
      const told = answer(menu, [`${menu}/print`, '=count-only=', ...queries(options)].join(' '));
      return typeof told === 'number' ? told : told.length;
    },
    run: async (words) => ({ rows: rowsOf(answer(words[0] ?? '', words.join(' '))), done: new Map() }),
  };
  const { samples, error, isAbsent, warning } = await collectOnce(collector, session, {
    facts,
    settings: { addressLists: [], ...world.settings },
    learn: (more) => (facts = { ...facts, ...more }),
    observe: (observation) => observations.push(observation),
  });
  const lines = samples.map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${pairs.join(',')}} ${value}`;
  });
  return { lines, facts, observations, asked, error, isAbsent, warning };
}

function rowsOf(told: readonly Properties[] | number): Row[] {
  if (typeof told === 'number') throw new Error('rows were asked for, the answer is a count');
  return told.map((row) => new Map(Object.entries(row)));
}

/** As the router does it: only the properties that were asked for. */
function shown(rows: readonly Row[], { proplist }: Print = {}): Row[] {
  return rows.map((row) => new Map([...row].filter(([name]) => proplist?.includes(name) ?? true)));
}

const queries = ({ queries: words = [] }: Print = {}): string[] => words.map((word) => `?${word}`);

function printWords(menu: string, options: Print = {}): string {
  const flags = (options.flags ?? []).map((flag) => `=${flag}=`);
  const given = Object.entries(options.arguments ?? {}).map(([name, value]) => `=${name}=${value}`);
  return [`${menu}/print`, ...flags, ...given, ...queries(options)].join(' ');
}
