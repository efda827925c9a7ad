// What routers' metrics measure that MKTXP has no name for.

/** `name | unit | sentence` a line. */
export const OWN_ROUTER_GAUGES = `
    linewarden_routeros_arp_complete_entries |  | Addresses of the interface whose host answered.
    linewarden_routeros_arp_entries |  | Addresses that the ARP table has for the interface.
    linewarden_routeros_capsman_client_rx_rate_bps | bps | Rate at which the managed access point's client sends.
    linewarden_routeros_capsman_client_tx_rate_bps | bps | Rate at which the managed access point's client is sent to.
    linewarden_routeros_capsman_client_uptime_seconds | seconds | For how long the managed access point's client is connected.
    linewarden_routeros_capsman_interface_clients |  | Clients of the managed access point's interface.
    linewarden_routeros_connections_limit |  | Connections that the router has room to track.
    linewarden_routeros_hotspot_active_sessions |  | Guests that are logged in at the hotspot.
    linewarden_routeros_hotspot_session_info |  | A guest of the hotspot and the guest's address, in labels.
    linewarden_routeros_hotspot_session_uptime_seconds | seconds | For how long the guest is logged in.
    linewarden_routeros_interface_rx_bits_per_second | bps | What the interface receives at this second; only while somebody looks.
    linewarden_routeros_interface_tx_bits_per_second | bps | What the interface sends at this second; only while somebody looks.
    linewarden_routeros_ospf_neighbor_adjacency_seconds | seconds | For how long the OSPF neighbour is adjacent.
    linewarden_routeros_ospf_neighbor_full |  | 1 where the OSPF neighbour is fully adjacent.
    linewarden_routeros_ospf_neighbor_state |  | How far the adjacency has come: 1 down, 2 attempt, 3 init, 4 2-way, 5 exstart, 6 exchange, 7 loading, 8 full.
    linewarden_routeros_ppp_active_sessions |  | PPP sessions by service.
    linewarden_routeros_ppp_session_info |  | A PPP session with its address and where it comes from, in labels.
    linewarden_routeros_ppp_session_uptime_seconds | seconds | For how long the PPP session lasts.
    linewarden_routeros_queue_limit_download_bps | bps | What may be downloaded through the queue at most.
    linewarden_routeros_queue_limit_upload_bps | bps | What may be uploaded through the queue at most.
    linewarden_routeros_tunnel_running |  | 1 where the EoIP, GRE or IPIP tunnel is up.
    linewarden_routeros_wireguard_peer_endpoint_info |  | Where the WireGuard peer is just now, in labels.
    linewarden_routeros_wireless_client_rx_rate_bps | bps | Rate at which the wireless client sends.
    linewarden_routeros_wireless_client_tx_rate_bps | bps | Rate at which the wireless client is sent to.
    linewarden_routeros_wireless_client_uptime_seconds | seconds | For how long the wireless client is connected.
`;

export const OWN_ROUTER_COUNTERS = `
    linewarden_routeros_hotspot_session_download_bytes_total | bytes | What the guest downloaded in this session.
    linewarden_routeros_hotspot_session_upload_bytes_total | bytes | What the guest uploaded in this session.
    linewarden_routeros_ospf_neighbor_state_changes_total |  | How often the OSPF neighbour's state changed.
    linewarden_routeros_ppp_session_download_bytes_total | bytes | What the customer downloaded in this session.
    linewarden_routeros_ppp_session_upload_bytes_total | bytes | What the customer uploaded in this session.
`;
