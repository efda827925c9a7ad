// The doubles under the names of the types that the shell asks for.
import type { BrowserWindow, IpcMain, Session, UtilityProcess, WebContents } from 'electron';
import type * as fakes from '../../fakes/electron.ts';

export const asContents = (fake: fakes.FakeContents): WebContents => fake as unknown as WebContents;
export const asSession = (fake: fakes.FakeSession): Session => fake as unknown as Session;
export const asProcess = (fake: fakes.FakeProcess): UtilityProcess => fake as unknown as UtilityProcess;
export const asWindow = (fake: fakes.BrowserWindow): BrowserWindow => fake as unknown as BrowserWindow;
export const asIpcMain = (fake: unknown): IpcMain => fake as IpcMain;
