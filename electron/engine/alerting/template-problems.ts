// Templates in receivers' settings that cannot be read: Alertmanager finds out when it is night and something is on fire.
import { receiverKind } from './receivers/index.ts';
import { SealedSettings } from './receivers/sealed-settings.ts';
import type { RoutingConfig } from './routing/config.ts';
import { isAlertmanagerFunction, parseTemplate, TemplateSyntaxError } from './template/index.ts';

/** One sentence for each; what is wrong with it costs the form of a message and not the message. */
export function templateProblems({ receivers }: Pick<RoutingConfig, 'receivers'>): string[] {
  return receivers.flatMap(({ name, integrations }) =>
    integrations.flatMap(({ kind, index, settings }) => {
      if (receiverKind(kind) === undefined || settings instanceof SealedSettings) return [];
      return [...problemsIn(settings, `${kind}_configs[${index}]`)].map(
        (problem) => `Receiver ${name}: ${problem}; what it tells is sent in plain words.`,
      );
    }),
  );
}

function* problemsIn(value: unknown, at: string): Generator<string> {
  if (typeof value === 'string') {
    const problem = value.includes('{{') ? problemOf(value) : undefined;
    if (problem !== undefined) yield `the template of ${at} cannot be read (${problem})`;
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* problemsIn(each, `${at}[${index}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) yield* problemsIn(each, `${at}.${key}`);
  }
}

function problemOf(text: string): string | undefined {
  try {
    parseTemplate('', text, isAlertmanagerFunction);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return error.message;
    throw error;
  }
}
