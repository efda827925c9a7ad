// The body of a message to Slack: one attachment, as Alertmanager makes it.
import type { Message } from '../../delivery/message.ts';
import type { ReceiverContext } from '../receiver-kind.ts';
import { cut, plainSubject, plainText, renderTexts } from '../render.ts';
import type { SlackSettings } from './schema.ts';

/** Of an attachment's title. */
const MAX_TITLE = 1_024;
const MARKDOWN_IN = ['fallback', 'pretext', 'text'];

export async function slackRequest(
  settings: SlackSettings,
  message: Message,
  context: ReceiverContext,
): Promise<Readonly<Record<string, unknown>>> {
  const { texts, failure } = await renderTexts(
    {
      channel: settings.channel ?? '',
      username: settings.username,
      icon_emoji: settings.icon_emoji,
      icon_url: settings.icon_url,
      message_text: settings.message_text,
      color: settings.color,
      title: settings.title,
      title_link: settings.title_link,
      pretext: settings.pretext,
      text: settings.text,
      footer: settings.footer,
      fallback: settings.fallback,
      callback_id: settings.callback_id,
      image_url: settings.image_url,
      thumb_url: settings.thumb_url,
    },
    message,
    context,
  );
  const fields = await Promise.all(settings.fields.map((field) => renderedField(field, settings, message, context)));
  const actions = await Promise.all(settings.actions.map((action) => renderedAction(action, message, context)));
  return {
    ...filled({
      channel: texts.channel,
      username: texts.username,
      icon_emoji: texts.icon_emoji,
      icon_url: texts.icon_url,
      text: texts.message_text,
    }),
    ...(settings.link_names && { link_names: true }),
    attachments: [
      {
        ...filled({
          title: failure === undefined ? cut(texts.title, MAX_TITLE) : plainSubject(message),
          title_link: texts.title_link,
          pretext: texts.pretext,
        }),
        text: failure === undefined ? texts.text : plainText(message, failure),
        fallback: failure === undefined ? texts.fallback : plainSubject(message),
        callback_id: texts.callback_id,
        ...(fields.length > 0 && { fields }),
        ...(actions.length > 0 && { actions }),
        ...filled({ image_url: texts.image_url, thumb_url: texts.thumb_url }),
        footer: texts.footer,
        ...filled({ color: texts.color }),
        mrkdwn_in: settings.mrkdwn_in.length > 0 ? settings.mrkdwn_in : MARKDOWN_IN,
      },
    ],
  };
}

const filled = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));

async function renderedField(
  field: SlackSettings['fields'][number],
  settings: SlackSettings,
  message: Message,
  context: ReceiverContext,
) {
  const { texts, failure } = await renderTexts({ title: field.title, value: field.value }, message, context);
  return { ...texts, ...(failure !== undefined && { value: failure }), short: field.short ?? settings.short_fields };
}

async function renderedAction(action: SlackSettings['actions'][number], message: Message, context: ReceiverContext) {
  const { confirm, url = '', name = '', value = '', style = '', type, text } = action;
  const opensUrl = url !== '';
  const named = opensUrl ? { name: '', value: '' } : { name, value };
  const own = await renderTexts({ type, text, url, style, ...named }, message, context);
  if (opensUrl || confirm === undefined) return filled(own.texts);
  const { title = '', ok_text = '', dismiss_text = '' } = confirm;
  const asked = await renderTexts({ text: confirm.text, title, ok_text, dismiss_text }, message, context);
  return { ...filled(own.texts), confirm: filled(asked.texts) };
}
