// A mail of a group: subject, text and HTML from templates, and the headers that hold a thread together.
import { createHash } from 'node:crypto';
import type { Message } from '../../delivery/message.ts';
import { DeliveryError } from '../../delivery/queue.ts';
import type { ReceiverContext } from '../receiver-kind.ts';
import { plainSubject, plainText, renderTexts } from '../render.ts';
import type { EmailSettings } from './schema.ts';

export type Mail = {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Empty: none. */
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it really goes, whatever the headers say. */
  readonly envelope: { readonly from: string; readonly to: string };
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export async function mailOf(
  settings: EmailSettings,
  from: string,
  message: Message,
  context: ReceiverContext,
): Promise<Mail> {
  const addresses = await renderTexts({ from, to: settings.to }, message, context);
  // A message that goes to nobody cannot be mended by plain words.
  if (addresses.failure !== undefined) throw new DeliveryError(addresses.failure, { isRetryable: false });
  const envelope = { from: oneLine(addresses.texts.from), to: oneLine(addresses.texts.to) };
  const wanted = new Map(Object.entries(settings.headers).map(([name, text]) => [name.toLowerCase(), { name, text }]));
  const subject = wanted.get('subject')?.text ?? '{{ template "email.default.subject" . }}';
  const plain = await renderTexts({ subject, text: settings.text }, message, context);
  const rich = await renderTexts({ html: settings.html }, message, context, 'html');
  const headers = await renderTexts(
    Object.fromEntries([...wanted.values()].map(({ name, text }) => [name, text])),
    message,
    context,
  );
  const failure = plain.failure ?? rich.failure ?? headers.failure;
  const header = (name: string): string | undefined => {
    const written = wanted.get(name)?.name;
    return written === undefined ? undefined : oneLine(headers.texts[written] ?? '') || undefined;
  };
  const others = Object.entries(headers.texts)
    .map(([name, text]) => [name, oneLine(text)] as const)
    .filter(([name, text]) => !['subject', 'from', 'to'].includes(name.toLowerCase()) && text !== '');
  return {
    from: header('from') ?? envelope.from,
    to: header('to') ?? envelope.to,
    subject: plain.failure === undefined ? oneLine(plain.texts.subject) : plainSubject(message),
    text: failure === undefined ? plain.texts.text : plainText(message, failure),
    html: failure === undefined ? rich.texts.html : '',
    headers: { ...Object.fromEntries(others), ...threadHeaders(settings.threading, message) },
    envelope,
  };
}

/** Mails of one group, or of one group and day, refer to the same mail that never was: programs show them together. */
function threadHeaders(threading: EmailSettings['threading'], { groupKey, atMs }: Message) {
  if (threading?.enabled !== true) return {};
  const day = threading.thread_by_date === 'daily' ? new Date(atMs).toISOString().slice(0, 10) : '';
  const hash = createHash('sha256').update(groupKey).digest('hex').slice(0, 32);
  const id = `<alert-${hash}${day === '' ? '' : `-${day}`}@linewarden>`;
  return { References: id, 'In-Reply-To': id };
}
