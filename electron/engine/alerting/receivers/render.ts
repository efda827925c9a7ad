// The texts of a message by a receiver's templates; where one fails, the message is sent in plain words instead.
import type { Message, ToldAlert } from '../delivery/message.ts';
import { DeliveryError } from '../delivery/queue.ts';
import type { ReceiverContext } from './receiver-kind.ts';

export type Rendered<Name extends string> = {
  /** Empty where its template failed. */
  readonly texts: Readonly<Record<Name, string>>;
  /** What failed, a sentence to send along. */
  readonly failure: string | undefined;
};

/** Never rejects for a template's sake: a message in plain words is better than none. */
export async function renderTexts<Name extends string>(
  templates: Readonly<Record<Name, string>>,
  message: Message,
  context: Pick<ReceiverContext, 'render' | 'logger'>,
  form: 'text' | 'html' = 'text',
): Promise<Rendered<Name>> {
  let failure: string | undefined;
  const texts: Partial<Record<Name, string>> = {};
  for (const name of Object.keys(templates) as Name[]) {
    try {
      texts[name] = await context.render(templates[name], message, form);
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      failure ??= error.message;
      texts[name] = '';
      context.logger.warn({ receiver: message.receiver, field: name }, error.message);
    }
  }
  return { texts: texts as Readonly<Record<Name, string>>, failure };
}

/** "[FIRING:2] LinkDown north", without a template. */
export function plainSubject({ status, alerts, groupLabels, commonLabels }: Message): string {
  const firing = alerts.filter((alert) => alert.status === 'firing').length;
  const name = Object.values(groupLabels).join(' ') || (commonLabels['alertname'] ?? 'alerts');
  return status === 'firing' ? `[FIRING:${firing}] ${name}` : `[RESOLVED] ${name}`;
}

const MAX_ALERTS = 50;

/** What is told, without a template, and what kept the template from telling it. */
export function plainText({ alerts }: Message, failure: string): string {
  const more = alerts.length - MAX_ALERTS;
  return [
    ...alerts.slice(0, MAX_ALERTS).map(plainAlert),
    ...(more > 0 ? [`and ${more} more`] : []),
    `This message is in plain words since its template could not be used. ${failure}`,
  ].join('\n');
}

function plainAlert({ status, labels, annotations }: ToldAlert): string {
  const summary = annotations['summary'] || (labels['alertname'] ?? 'An alert');
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `${status === 'firing' ? 'Firing' : 'Resolved'}: ${summary} (${pairs.join(', ')})`;
}

/** At most so many characters, the last one an ellipsis where something was cut. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text.length > most * 2 ? text.slice(0, (most + 1) * 2) : text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
