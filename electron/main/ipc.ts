// What the page may ask the shell: each question is answered only to the app's own page, in its own window.
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { CHANNELS } from '../../shared/model/shell-channels.ts';
import { type ShellInfo, type ShellSettings, shellSettingsSchema } from '../../shared/model/shell-messages.ts';
import type { PageOrigin } from './page-origin.ts';

export type Answers = {
  pageReady(contents: WebContents): void;
  info(): ShellInfo;
  settings(): ShellSettings;
  changeSettings(change: Partial<ShellSettings>): ShellSettings;
  retryEngine(): void;
};

export type Trust = {
  origin: PageOrigin;
  /** The window's contents at present. */
  contents(): WebContents | undefined;
};

/** The main frame of our window showing our page; a frame that is gone has no say. */
export function isTrusted(
  event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  trust: Trust,
): boolean {
  const frame = event.senderFrame;
  return (
    frame !== null &&
    frame !== undefined &&
    event.sender === trust.contents() &&
    frame.parent === null &&
    trust.origin.owns(frame.url)
  );
}

const changeSchema = shellSettingsSchema.partial().strict();

export function answerPage(
  ipcMain: IpcMain,
  trust: Trust,
  answers: Answers,
  onRefused: (channel: string) => void,
): void {
  const handle = (channel: string, answer: (argument: unknown) => unknown): void => {
    ipcMain.handle(channel, (event, argument: unknown) => {
      if (!isTrusted(event, trust)) {
        onRefused(channel);
        throw new Error('not allowed');
      }
      return answer(argument);
    });
  };
  ipcMain.on(CHANNELS.ready, (event) => {
    if (isTrusted(event, trust)) answers.pageReady(event.sender);
    else onRefused(CHANNELS.ready);
  });
  handle(CHANNELS.info, () => answers.info());
  handle(CHANNELS.settings, () => answers.settings());
  handle(CHANNELS.changeSettings, (change) => {
    const { closeToTray } = changeSchema.parse(change);
    return answers.changeSettings(closeToTray === undefined ? {} : { closeToTray });
  });
  handle(CHANNELS.retryEngine, () => answers.retryEngine());
}
