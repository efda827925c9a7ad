// What collectors tell the inventory about the device that they speak to.

export type ContactError = { readonly code: string; readonly message: string };

export interface PresenceSink {
  /** Any answer or message of the device, whatever it said. */
  seen(deviceId: string, atMs: number): void;
  /** A designated telemetry sample (CPU, uptime, `up` = 1) of the device is committed in the store with this time. */
  telemetry(deviceId: string, atMs: number): void;
  /** An attempt failed; the message is one sentence for the operator, free of secrets. */
  failed(deviceId: string, atMs: number, error: ContactError): void;
}
