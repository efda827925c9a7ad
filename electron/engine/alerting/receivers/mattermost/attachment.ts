// An attachment of a post in Mattermost.
import { z } from 'zod';
import type { Message } from '../../delivery/message.ts';
import { once, templateText } from '../fields.ts';
import type { ReceiverContext } from '../receiver-kind.ts';
import { renderTexts } from '../render.ts';

const fieldSchema = once(() =>
  z.strictObject({
    title: templateText.min(1),
    value: templateText.min(1),
    short: z.boolean().optional(),
  }),
);

const MAX_FIELDS = 100;

export const attachmentSchema = once(() =>
  z.strictObject({
    fallback: templateText.optional(),
    color: templateText.optional(),
    pretext: templateText.optional(),
    text: templateText.optional(),
    author_name: templateText.optional(),
    author_link: templateText.optional(),
    author_icon: templateText.optional(),
    title: templateText.optional(),
    title_link: templateText.optional(),
    fields: z.array(fieldSchema()).max(MAX_FIELDS).optional(),
    thumb_url: templateText.optional(),
    footer: templateText.optional(),
    footer_icon: templateText.optional(),
    image_url: templateText.optional(),
  }),
);

type Attachment = z.output<ReturnType<typeof attachmentSchema>>;

/** What is empty is left out. */
export async function renderAttachment(
  attachment: { readonly [Key in keyof Attachment]: Attachment[Key] | undefined },
  message: Message,
  context: ReceiverContext,
): Promise<Readonly<Record<string, unknown>>> {
  const names = Object.keys(attachmentSchema().shape).filter((name) => name !== 'fields') as Exclude<
    keyof Attachment,
    'fields'
  >[];
  const { texts } = await renderTexts(
    Object.fromEntries(names.map((name) => [name, attachment[name] ?? ''])),
    message,
    context,
  );
  const fields = await Promise.all(
    (attachment.fields ?? []).map(async ({ title, value, short }) => ({
      ...(await renderTexts({ title, value }, message, context)).texts,
      ...(short !== undefined && { short }),
    })),
  );
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(fields.length > 0 && { fields }),
  };
}
