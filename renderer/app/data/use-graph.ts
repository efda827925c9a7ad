// A graph's feed for the component that shows it.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { useConnection } from '../connection/context.tsx';
import { GraphFeed } from './graph-feed.ts';
import type { GraphOptions, GraphState } from './graph-feed.ts';

/** Pulls while the component is mounted; renders it only when the state changes, not with each picture. */
export function useGraph(options: GraphOptions): { readonly feed: GraphFeed; readonly state: GraphState } {
  const client = useQueryClient();
  const connection = useConnection();
  const [feed] = useState(() => new GraphFeed(client, connection, options));
  useLayoutEffect(() => feed.ask(options));
  useEffect(() => feed.start(), [feed]);
  return { feed, state: useSyncExternalStore(feed.subscribe, feed.state) };
}
