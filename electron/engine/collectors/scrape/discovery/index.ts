// Where a job's targets come from: its static groups and its discoveries.
import { discoverByDns } from './dns.ts';
import { discoverFiles } from './file.ts';
import { discoverOverHttp } from './http.ts';
import type { DnsSd, FileSd, HttpSd } from './config.ts';
import type { DiscoveryContext, RunningDiscovery } from './groups.ts';

export { dnsSdSchema, fileSdSchema, httpSdSchema, targetGroupSchema } from './config.ts';
export type { DiscoveryState, RunningDiscovery, TargetGroup } from './groups.ts';

export type DiscoveryConfig =
  | { readonly kind: 'file'; readonly config: FileSd }
  | { readonly kind: 'http'; readonly config: HttpSd }
  | { readonly kind: 'dns'; readonly config: DnsSd };

export function startDiscovery(discovery: DiscoveryConfig, context: DiscoveryContext): RunningDiscovery {
  switch (discovery.kind) {
    case 'file':
      return discoverFiles(discovery.config, context);
    case 'http':
      return discoverOverHttp(discovery.config, context);
    case 'dns':
      return discoverByDns(discovery.config, context);
  }
}
