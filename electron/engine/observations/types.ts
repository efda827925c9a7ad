// The kinds of observation. Every text comes from a device and is untrusted; what a device did not say is left out.

export type InterfaceSeen = {
  /** The number by which NetFlow's fields 10 and 14 name it; RouterOS's `.id` as a number. */
  readonly index?: number;
  readonly name: string;
  readonly comment?: string;
  /** Such as ether, vlan, pppoe-in. */
  readonly type?: string;
  readonly mac?: string;
  /** Of the link as it is now. */
  readonly speedBps?: number;
  readonly isRunning?: boolean;
  /** Since the router started, or since somebody reset them. */
  readonly rxBytes?: number;
  readonly txBytes?: number;
};

export type NeighbourSeen = {
  /** The interface of the device that tells; empty where it is not known. */
  readonly interface: string;
  readonly mac: string;
  readonly address?: string;
  readonly identity?: string;
  readonly platform?: string;
  readonly version?: string;
  readonly board?: string;
  /** Of RouterOS: the same on all interfaces of one device. */
  readonly softwareId?: string;
  /** The neighbour's own interface. */
  readonly remoteInterface?: string;
};

export type HostSeen = {
  readonly address: string;
  readonly mac?: string;
  /** As the host calls itself. */
  readonly hostName?: string;
  /** As the operator calls it. */
  readonly comment?: string;
  readonly interface?: string;
};

export type StaticNameSeen = { readonly address: string; readonly name: string };

/** One customer's connection: a PPP or hotspot session, a queue, a WireGuard peer. */
export type SessionSeen = {
  /** The user, queue or peer: the same over reconnects. */
  readonly name: string;
  readonly isUp: boolean;
  readonly address?: string;
  /** Such as pppoe, l2tp, ovpn. */
  readonly service?: string;
  readonly callerId?: string;
  readonly profile?: string;
  readonly comment?: string;
  readonly interface?: string;
  readonly uptimeSeconds?: number;
  /** Since the session began; seen from the customer: rx is what it downloaded. */
  readonly rxBytes?: number;
  readonly txBytes?: number;
  /** The most that it may take. */
  readonly rxLimitBps?: number;
  readonly txLimitBps?: number;
};

export type ProfileSeen = { readonly user: string; readonly profile: string; readonly comment?: string };

export type Observation =
  /** flows: as an exporter that is not polled calls them, without counters. */
  | { readonly kind: 'interfaces'; readonly source: 'interface' | 'flows'; readonly rows: readonly InterfaceSeen[] }
  | {
      readonly kind: 'neighbours';
      /** mndp: heard by this computer itself. */
      readonly source: 'neighbor' | 'mndp';
      readonly rows: readonly NeighbourSeen[];
    }
  | { readonly kind: 'hosts'; readonly source: 'dhcp' | 'arp'; readonly rows: readonly HostSeen[] }
  | { readonly kind: 'static-names'; readonly source: 'dns'; readonly rows: readonly StaticNameSeen[] }
  | {
      readonly kind: 'sessions';
      readonly source: 'ppp' | 'hotspot' | 'queue' | 'wireguard';
      readonly rows: readonly SessionSeen[];
    }
  | { readonly kind: 'profiles'; readonly source: 'ppp'; readonly rows: readonly ProfileSeen[] };

export type ObservationKind = Observation['kind'];
export type ObservationOf<K extends ObservationKind> = Extract<Observation, { kind: K }>;
