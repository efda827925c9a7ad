// Sends a mail by an SMTP server, encrypted unless the operator says otherwise.
import { Buffer } from 'node:buffer';
import { DeliveryError } from '../../delivery/queue.ts';
import { globalText, sendResolvedField } from '../fields.ts';
import { connectionFailure, quoted, tlsOptions, valueOrFile } from '../http/index.ts';
import type { ReceiverKind } from '../receiver-kind.ts';
import { mailOf } from './message.ts';
import { emailSchema, type EmailSettings, type MailServer, mailServerOf } from './schema.ts';

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
const SMTPS_PORT = 465;

export const emailReceiver: ReceiverKind<EmailSettings> = {
  kind: 'email',
  title: 'Email',
  description: 'Sends a mail by a mail server of yours.',
  get schema() {
    return emailSchema();
  },
  fields: [
    { name: 'to', label: 'To', type: 'text', isRequired: true, placeholder: 'noc@example.com' },
    { name: 'from', label: 'From', type: 'text', placeholder: 'linewarden@example.com' },
    {
      name: 'smarthost',
      label: 'Mail server',
      type: 'text',
      placeholder: 'mail.example.com:587',
      help: 'With its port: 587 as a rule, 465 where it speaks TLS from the start.',
    },
    { name: 'auth_username', label: 'User name', type: 'text' },
    { name: 'auth_password', label: 'Password', type: 'secret' },
    {
      name: 'require_tls',
      label: 'Only over TLS',
      type: 'boolean',
      help: 'On unless you switch it off; without TLS the password and the mails can be read on the way.',
    },
    sendResolvedField,
  ],
  sendsResolved: (settings) => settings.send_resolved,
  place: (settings, global) => {
    const server = settings.smarthost ?? globalText(global, 'smtp_smarthost');
    return server === undefined ? settings.to : `${settings.to} by ${server}`;
  },
  missing(settings, global) {
    const { smarthost, from } = mailServerOf(settings, global);
    if (smarthost === undefined) return 'Email needs a mail server (smarthost), here or as smtp_smarthost in global.';
    return from === undefined ? 'Email needs a sender (from), here or as smtp_from in global.' : undefined;
  },
  async send(settings, message, context) {
    const server = mailServerOf(settings, context.global);
    if (server.smarthost === undefined || server.from === undefined) {
      throw new DeliveryError('There is no mail server or no sender.', { isRetryable: false });
    }
    const { smarthost } = server;
    const mail = await mailOf(settings, server.from, message, context);
    const password = await valueOrFile(server.password, server.passwordFile);
    const secret = await valueOrFile(server.secret, server.secretFile);
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      ...(await connectionOf(smarthost, server)),
      ...(server.username !== undefined && {
        auth: { user: server.username, pass: password ?? secret ?? '' },
        ...(password === undefined && secret !== undefined && { authMethod: 'CRAM-MD5' }),
      }),
    });
    const given = [password ?? '', secret ?? ''].flatMap((text) => [
      text,
      Buffer.from(text, 'utf8').toString('base64'),
    ]);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(context.signal.reason);
    context.signal.addEventListener('abort', abort, { once: true });
    try {
      context.signal.throwIfAborted();
      const { html, ...plain } = mail;
      const sent = await Promise.race([transport.sendMail({ ...plain, ...(html !== '' && { html }) }), aborted]);
      const refused = sent.rejected.length;
      if (refused > 0) context.logger.warn({ receiver: message.receiver, refused }, `${smarthost} refused recipients`);
    } catch (error) {
      throw failureOf(error, smarthost, server.requireTls, given);
    } finally {
      context.signal.removeEventListener('abort', abort);
      transport.close();
    }
  },
};

async function connectionOf(smarthost: string, server: MailServer) {
  const at = smarthost.lastIndexOf(':');
  const port = Number(smarthost.slice(at + 1));
  const isImplicit = server.isImplicitTls ?? port === SMTPS_PORT;
  return {
    host: smarthost.slice(0, at).replaceAll(/^\[|\]$/g, ''),
    port,
    secure: isImplicit,
    requireTLS: server.requireTls && !isImplicit,
    // Where it is not required it is still used if the server can.
    opportunisticTLS: !server.requireTls,
    name: server.hello,
    tls: await tlsOptions(server.tls),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Nodemailer's errors: a code of its own, and the server's answer where there is one. */
function failureOf(error: unknown, smarthost: string, requireTls: boolean, secrets: readonly string[]): DeliveryError {
  const told = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly responseCode?: unknown;
    readonly response?: unknown;
  };
  const said = typeof told.response === 'string' ? quoted(told.response, secrets) : '';
  const status = typeof told.responseCode === 'number' ? told.responseCode : 0;
  const answer = said === '' ? '' : ` It answered: ${said}`;
  if (told.code === 'EAUTH' || told.code === 'ENOAUTH') {
    const isLater = status >= 400 && status < 500;
    return new DeliveryError(`${smarthost} refused user name or password.${answer}`, { isRetryable: isLater });
  }
  if (told.code === 'ETLS' && requireTls) {
    const hint = 'use its port for TLS, or switch "Only over TLS" (require_tls) off';
    return new DeliveryError(`${smarthost} offers no TLS (STARTTLS): ${hint}.${answer}`, { isRetryable: false });
  }
  if (told.code === 'EENVELOPE' && status === 0) {
    return new DeliveryError('The sender or a recipient is no mail address.', { isRetryable: false });
  }
  if (status > 0) {
    return new DeliveryError(`${smarthost} did not take the mail.${answer}`, { isRetryable: status < 500 });
  }
  return connectionFailure(error, smarthost);
}
