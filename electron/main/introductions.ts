// Introduces page and engine: each gets one end of a channel and they talk without the shell; anew after every restart.
import type { MessageChannelMain, WebContents } from 'electron';
import { CHANNELS } from '../../shared/model/shell-channels.ts';
import type { EngineStatus } from '../../shared/model/shell-messages.ts';
import type { EngineSupervisor } from './engine-supervisor.ts';

export type Introductions = {
  /** The page listens: it is told how the engine is, and gets a port if there is one to get. */
  pageReady(contents: WebContents): void;
  engineStatus(status: EngineStatus): void;
  showRoute(route: string): void;
};

export function createIntroductions(
  supervisor: () => Pick<EngineSupervisor, 'status' | 'send'>,
  createChannel: () => Pick<MessageChannelMain, 'port1' | 'port2'>,
): Introductions {
  let page: WebContents | undefined;
  const alive = (): WebContents | undefined => (page === undefined || page.isDestroyed() ? undefined : page);

  const introduce = (contents: WebContents): void => {
    const { port1, port2 } = createChannel();
    supervisor().send({ type: 'attach' }, [port1]);
    contents.postMessage(CHANNELS.port, null, [port2]);
  };

  return {
    pageReady: (contents) => {
      page = contents;
      const { status } = supervisor();
      contents.send(CHANNELS.engine, status);
      if (status.state === 'running') introduce(contents);
    },
    engineStatus: (status) => {
      const contents = alive();
      if (contents === undefined) return;
      contents.send(CHANNELS.engine, status);
      if (status.state === 'running') introduce(contents);
    },
    showRoute: (route) => alive()?.send(CHANNELS.route, route),
  };
}
