// What reads a computer, per platform: parts that fail apart from each other, as Node Exporter's collectors do.

export type HostLabels = Readonly<Record<string, string>>;

/** One sample, under Node Exporter's name and labels. */
export type Emit = (name: string, value: number, labels?: HostLabels) => void;

export type HostFact = { readonly name: string; readonly value: string };

export type HostPart = {
  /** Node Exporter's name of the collector. */
  readonly name: string;
  /** Emits its samples; false when this computer has no such thing. Throws when it has, but cannot be read. */
  read(emit: Emit): boolean | Promise<boolean>;
};

export interface HostReader {
  readonly parts: readonly HostPart[];
  facts(): HostFact[];
}
