// Settings of a receiver that the window added: its secrets are opened when something is sent, not before.

export class SealedSettings {
  readonly sendResolved: boolean;
  /** Where it goes, without secrets. */
  readonly place: string;
  /** The settings with their secrets. Rejects with DeliveryError. */
  readonly open: () => Promise<unknown>;
  constructor(sealed: { sendResolved: boolean; place: string; open: () => Promise<unknown> }) {
    this.sendResolved = sealed.sendResolved;
    this.place = sealed.place;
    this.open = sealed.open;
  }
}
