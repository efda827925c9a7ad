// What routers' metrics measure, under the names that MKTXP gives them.

/** `name | unit | sentence` a line. */
export const ROUTER_GAUGES = `
    linewarden_routeros_arp_entries |  | Addresses in the router's ARP table, by interface.
    linewarden_routeros_arp_complete_entries |  | Addresses of the ARP table that answered, by interface.
    linewarden_routeros_capsman_client_rx_rate_bps | bps | Rate at which a managed access point receives from the client.
    linewarden_routeros_capsman_client_tx_rate_bps | bps | Rate at which a managed access point sends to the client.
    linewarden_routeros_capsman_client_uptime_seconds | seconds | For how long the managed access point's client is connected.
    linewarden_routeros_capsman_interface_clients |  | Clients of a managed access point's interface.
    linewarden_routeros_hotspot_active_sessions |  | Sessions of the hotspot.
    linewarden_routeros_hotspot_session_info |  | A session of the hotspot, in labels.
    linewarden_routeros_hotspot_session_uptime_seconds | seconds | For how long the hotspot's user is connected.
    linewarden_routeros_ospf_neighbor_adjacency_seconds | seconds | Age of the adjacency with the OSPF neighbour.
    linewarden_routeros_ospf_neighbor_full |  | 1 where the OSPF neighbour is fully adjacent.
    linewarden_routeros_ospf_neighbor_state |  | 1 for the state that the OSPF neighbour is in.
    linewarden_routeros_ppp_active_sessions |  | PPP sessions, by service.
    linewarden_routeros_ppp_session_info |  | A PPP session, in labels.
    linewarden_routeros_ppp_session_uptime_seconds | seconds | For how long the PPP user is connected.
    linewarden_routeros_tunnel_running |  | 1 where the tunnel runs.
    linewarden_routeros_wireguard_peer_endpoint_info |  | Where the WireGuard peer is, in labels.
    linewarden_routeros_wireless_client_rx_rate_bps | bps | Rate at which the radio receives from the client.
    linewarden_routeros_wireless_client_tx_rate_bps | bps | Rate at which the radio sends to the client.
    linewarden_routeros_wireless_client_uptime_seconds | seconds | For how long the wireless client is connected.
    mktxp_active_users_info |  | When the user logged in on the router, in seconds since 1970.
    mktxp_bfd_hold_time |  | Hold time of the BFD session, milliseconds.
    mktxp_bfd_multiplier |  | Multiplier of the BFD session.
    mktxp_bfd_tx_interval |  | Interval of the BFD session, milliseconds.
    mktxp_bfd_tx_interval_desired |  | Interval that the router wants for the BFD session, milliseconds.
    mktxp_bfd_up |  | 1 where the BFD session is up.
    mktxp_bfd_uptime |  | For how long the BFD session is up.
    mktxp_bgp_established |  | 1 where the BGP session is established.
    mktxp_bgp_prefix_count |  | Prefixes that the BGP peer announces.
    mktxp_bgp_sessions_info |  | A BGP session, in labels.
    mktxp_bgp_uptime |  | For how long the BGP session is established.
    mktxp_capsman_clients_devices_info |  | A client of a managed access point, in labels.
    mktxp_capsman_clients_signal_strength |  | Signal of a managed access point's client, dBm.
    mktxp_capsman_interfaces_info |  | An interface of a managed access point, in labels.
    mktxp_capsman_registrations_count |  | Clients of a managed access point.
    mktxp_capsman_remote_caps_info |  | An access point that the router manages, in labels.
    mktxp_certificate_expiration_timestamp_seconds |  | When the certificate ends, in seconds since 1970.
    mktxp_connection_stats |  | Connections of a source address.
    mktxp_container_info |  | A container that runs on the router, in labels.
    mktxp_dhcp_lease_active_count |  | Active leases of the DHCP server.
    mktxp_dhcp_lease_info | seconds | How long the lease still lasts.
    mktxp_dns_info | bytes | Size of the DNS cache, and how much of it is used.
    mktxp_firewall_address_list |  | How long the entry of the address list stays, milliseconds; 0 for ever.
    mktxp_firewall_address_list_all_count |  | Entries of all address lists.
    mktxp_firewall_address_list_all_count_ipv6 |  | Entries of all IPv6 address lists.
    mktxp_firewall_address_list_ipv6 |  | How long the entry of the IPv6 address list stays, milliseconds; 0 for ever.
    mktxp_firewall_address_list_selected_count |  | Entries of an address list.
    mktxp_firewall_address_list_selected_count_ipv6 |  | Entries of an IPv6 address list.
    mktxp_installed_packages_info |  | A package of the router and its version, in labels.
    mktxp_interface_actual_mtu |  | MTU in force on the interface.
    mktxp_interface_bridge_vlan_info |  | Ports of a bridge's VLAN, in labels.
    mktxp_interface_comment_info |  | The interface's comment, in a label.
    mktxp_interface_default_name_info |  | The interface's factory name, in a label.
    mktxp_interface_disabled |  | 1 where the interface is switched off.
    mktxp_interface_full_duplex |  | 1 where the link is full duplex.
    mktxp_interface_l2mtu |  | MTU in force on the EoIP tunnel, with its ends in labels.
    mktxp_interface_mac_address_info |  | The interface's MAC address, in a label.
    mktxp_interface_mtu |  | MTU in force on the tunnel.
    mktxp_interface_rate |  | Speed that the link negotiated, Mb/s.
    mktxp_interface_running |  | 1 where the interface has a link.
    mktxp_interface_sfp_info |  | What the SFP module is, in labels.
    mktxp_interface_sfp_rx_loss |  | 1 where the SFP module receives no light.
    mktxp_interface_sfp_rx_power |  | Light that the SFP module receives, dBm.
    mktxp_interface_sfp_supply_voltage | volts | Supply voltage of the SFP module.
    mktxp_interface_sfp_temperature | celsius | Temperature of the SFP module.
    mktxp_interface_sfp_tx_bias_current |  | Current of the SFP module's laser, mA.
    mktxp_interface_sfp_tx_fault |  | 1 where the SFP module cannot send.
    mktxp_interface_sfp_tx_power |  | Light that the SFP module sends, dBm.
    mktxp_interface_sfp_wavelength |  | Wavelength of the SFP module, nm.
    mktxp_interface_status |  | 1 where the Ethernet port has a link.
    mktxp_interface_type_info |  | The interface's type, in a label.
    mktxp_interface_vlan_info_info |  | VLAN id and parent of a VLAN interface, in labels.
    mktxp_ip_connections_total |  | Connections that the router tracks.
    mktxp_ip_pool_total |  | Addresses of the pool.
    mktxp_ip_pool_total_ipv6 |  | Prefixes of the pool.
    mktxp_ip_pool_used |  | Addresses of the pool that are taken.
    mktxp_ip_pool_used_ipv6 |  | Prefixes of the pool that are taken.
    mktxp_ipsec_peer_last_seen |  | When the IPsec peer was last heard.
    mktxp_ipsec_peer_natt_enabled |  | 1 where the IPsec peer is behind NAT.
    mktxp_ipsec_peer_responder |  | 1 where the IPsec peer began the connection.
    mktxp_ipsec_peer_security_association |  | Security associations of the IPsec peer.
    mktxp_ipsec_peer_state_info |  | An IPsec peer and its state, in labels.
    mktxp_ipsec_peer_uptime |  | For how long the IPsec peer is connected.
    mktxp_ipv4_connections_total |  | IPv4 connections that the router tracks.
    mktxp_ipv6_connections_total |  | IPv6 connections that the router tracks.
    mktxp_ipv6_neighbor_info |  | An IPv6 neighbour of the router, in labels.
    mktxp_kid_control_device_idle_time |  | For how long the device is idle.
    mktxp_kid_control_device_info |  | A device that kid control knows, in labels.
    mktxp_kid_control_device_rate_down | bps | What the device downloads.
    mktxp_kid_control_device_rate_up | bps | What the device uploads.
    mktxp_last_handshake |  | Time since the WireGuard peer's last handshake.
    mktxp_lte_current_operator_info |  | The modem's operator, in labels.
    mktxp_lte_nr_rsrp |  | Reference signal power of 5G, dBm.
    mktxp_lte_nr_rsrq |  | Reference signal quality of 5G, dB.
    mktxp_lte_nr_sinr |  | Signal to noise of 5G, dB.
    mktxp_lte_pin_status |  | 1 where the SIM's PIN is accepted.
    mktxp_lte_registration_status |  | 1 where the modem is registered.
    mktxp_lte_rsrp |  | Reference signal power of LTE, dBm.
    mktxp_lte_rsrq |  | Reference signal quality of LTE, dB.
    mktxp_lte_rssi |  | Strength of the LTE signal, dBm.
    mktxp_lte_session_uptime |  | For how long the modem is connected.
    mktxp_lte_sinr |  | Signal to noise of LTE, dB.
    mktxp_neighbor_info |  | A neighbour of the router, in labels.
    mktxp_netwatch_done_tests |  | Tests that netwatch made.
    mktxp_netwatch_failed_tests |  | Tests of netwatch that failed.
    mktxp_netwatch_http_resp_time |  | Time that the last page took, milliseconds.
    mktxp_netwatch_http_status_code |  | Status that the last page was answered with.
    mktxp_netwatch_icmp_loss_count |  | Pings of the last test that were lost.
    mktxp_netwatch_icmp_loss_percent | percent | Pings of the last test that were lost.
    mktxp_netwatch_icmp_rtt_avg_ms |  | Mean round-trip time of the last test, milliseconds.
    mktxp_netwatch_icmp_rtt_jitter_ms |  | Jitter of the last test, milliseconds.
    mktxp_netwatch_icmp_rtt_max_ms |  | Longest round-trip time of the last test, milliseconds.
    mktxp_netwatch_icmp_rtt_min_ms |  | Shortest round-trip time of the last test, milliseconds.
    mktxp_netwatch_icmp_rtt_stdev_ms |  | Standard deviation of the last test's round-trip times, milliseconds.
    mktxp_netwatch_info |  | What netwatch watches, in labels.
    mktxp_netwatch_status |  | 1 where netwatch finds the host up.
    mktxp_netwatch_tcp_connect_time_ms |  | Time that the last connection took, milliseconds.
    mktxp_peer_disabled |  | 1 where the WireGuard peer is switched off.
    mktxp_poe_info |  | How the port gives power, in labels.
    mktxp_poe_out_current |  | Current that the port gives, mA.
    mktxp_poe_out_power | watts | Power that the port gives.
    mktxp_poe_out_voltage | volts | Voltage that the port gives.
    mktxp_public_ip_address_info |  | Public address and name of the router, in labels.
    mktxp_routerboard_firmware_upgrade_available |  | 1 where a newer firmware waits for a restart.
    mktxp_routerboard_info |  | Board, serial number and firmware, in labels.
    mktxp_routes_protocol_count |  | IPv4 routes by where they come from.
    mktxp_routes_protocol_count_ipv6 |  | IPv6 routes by where they come from.
    mktxp_routes_total_routes |  | IPv4 routes of the router.
    mktxp_routes_total_routes_ipv6 |  | IPv6 routes of the router.
    mktxp_routing_stats_private_mem |  | Private memory of the routing process.
    mktxp_routing_stats_processes_info |  | A routing process, in labels.
    mktxp_routing_stats_shared_mem |  | Shared memory of the routing process.
    mktxp_system_2pin_voltage | volts | Voltage at the two-pin connector.
    mktxp_system_board_temperature1 | celsius | First temperature of the board.
    mktxp_system_board_temperature2 | celsius | Second temperature of the board.
    mktxp_system_cpu_count |  | CPU cores of the router.
    mktxp_system_cpu_frequency |  | CPU frequency, MHz.
    mktxp_system_cpu_load | percent | CPU load of the router, percent.
    mktxp_system_cpu_temperature | celsius | Temperature of the CPU, °C.
    mktxp_system_fan_four_speed | rpm | Speed of the fourth fan.
    mktxp_system_fan_one_speed | rpm | Speed of the first fan.
    mktxp_system_fan_three_speed | rpm | Speed of the third fan.
    mktxp_system_fan_two_speed | rpm | Speed of the second fan.
    mktxp_system_free_hdd_space | bytes | Free space of the router's storage.
    mktxp_system_free_memory | bytes | Free memory of the router.
    mktxp_system_identity_info |  | The router's name, in a label.
    mktxp_system_jack_voltage | volts | Voltage at the power jack.
    mktxp_system_phy_temperature | celsius | Temperature of the network chip.
    mktxp_system_poe_in_voltage | volts | Voltage that comes over Ethernet.
    mktxp_system_poe_out_consumption | watts | Power that all ports together give.
    mktxp_system_power_consumption | watts | Power that the router takes.
    mktxp_system_psu1_current |  | Current of the first power supply, A.
    mktxp_system_psu1_state |  | 1 where the first power supply is good.
    mktxp_system_psu1_voltage | volts | Voltage of the first power supply.
    mktxp_system_psu2_current |  | Current of the second power supply, A.
    mktxp_system_psu2_state |  | 1 where the second power supply is good.
    mktxp_system_psu2_voltage | volts | Voltage of the second power supply.
    mktxp_system_routerboard_temperature | celsius | Temperature of the board, °C.
    mktxp_system_routerboard_voltage | volts | Supply voltage of the board.
    mktxp_system_switch_temperature | celsius | Temperature of the switch chip.
    mktxp_system_total_hdd_space | bytes | Size of the router's storage.
    mktxp_system_total_memory | bytes | Memory of the router.
    mktxp_system_update_available |  | 1 where there is a newer RouterOS, by the router's own last check.
    mktxp_system_uptime | seconds | Time since the router started.
    mktxp_w60g_baseband_temperature | celsius | Temperature of the 60 GHz radio's baseband.
    mktxp_w60g_connected |  | 1 where the 60 GHz link is up.
    mktxp_w60g_distance |  | Length of the 60 GHz link, metres.
    mktxp_w60g_frequency |  | Frequency of the 60 GHz link, MHz.
    mktxp_w60g_remote_address_info |  | The other end of the 60 GHz link, in labels.
    mktxp_w60g_rf_temperature | celsius | Temperature of the 60 GHz radio.
    mktxp_w60g_rssi |  | Strength of the 60 GHz signal, dBm.
    mktxp_w60g_signal |  | Quality of the 60 GHz signal.
    mktxp_w60g_tx_mcs |  | Modulation of the 60 GHz link.
    mktxp_w60g_tx_packet_error_rate | percent | Packets of the 60 GHz link that fail.
    mktxp_w60g_tx_phy_rate |  | Rate of the 60 GHz link.
    mktxp_w60g_tx_sector |  | Sector that the 60 GHz radio sends in.
    mktxp_w60g_tx_sector_info |  | Sector of the 60 GHz radio, in labels.
    mktxp_wlan_clients_devices_info |  | A wireless client, in labels.
    mktxp_wlan_clients_signal_strength |  | Signal of the wireless client, dBm.
    mktxp_wlan_clients_signal_to_noise |  | Signal to noise of the wireless client, dB.
    mktxp_wlan_clients_tx_ccq | percent | Connection quality of the wireless client.
    mktxp_wlan_noise_floor |  | Noise floor of the radio, dBm.
    mktxp_wlan_overall_tx_ccq | percent | Connection quality of the radio.
    mktxp_wlan_registered_clients |  | Clients of the radio.
`;

/** Named as counters by MKTXP, though each is what there is now. */
export const ROUTER_RATES = `
    mktxp_queue_simple_queued_bytes_downloadd_total | bytes | Bytes of the download that wait in the queue.
    mktxp_queue_simple_queued_bytes_upload_total | bytes | Bytes of the upload that wait in the queue.
    mktxp_queue_simple_rates_download_total | bps | What is downloaded through the queue.
    mktxp_queue_simple_rates_upload_total | bps | What is uploaded through the queue.
    mktxp_queue_tree_queued_bytes_total | bytes | Bytes that wait in the queue of the tree.
    mktxp_queue_tree_rates_total | bps | What goes through the queue of the tree.
`;

export const ROUTER_COUNTERS = `
    linewarden_routeros_hotspot_session_download_bytes_total | bytes | Bytes that the hotspot's user downloaded in this session.
    linewarden_routeros_hotspot_session_upload_bytes_total | bytes | Bytes that the hotspot's user uploaded in this session.
    linewarden_routeros_ospf_neighbor_state_changes_total |  | How often the OSPF neighbour's state changed.
    linewarden_routeros_ppp_session_download_bytes_total | bytes | Bytes that the PPP user downloaded in this session.
    linewarden_routeros_ppp_session_upload_bytes_total | bytes | Bytes that the PPP user uploaded in this session.
    mktxp_bfd_rx_packet_total |  | Packets that the BFD peer sent.
    mktxp_bfd_state_change_total |  | How often the BFD session went up or down.
    mktxp_bfd_tx_packet_total |  | Packets that the router sent to the BFD peer.
    mktxp_bgp_local_bytes_total | bytes | Bytes that the router sent to the BGP peer.
    mktxp_bgp_local_messages_total |  | Messages that the router sent to the BGP peer.
    mktxp_bgp_remote_bytes_total | bytes | Bytes that the BGP peer sent.
    mktxp_bgp_remote_messages_total |  | Messages that the BGP peer sent.
    mktxp_capsman_clients_rx_bytes_total | bytes | Bytes received from a managed access point's client.
    mktxp_capsman_clients_tx_bytes_total | bytes | Bytes sent to a managed access point's client.
    mktxp_collection_time_total |  | Time spent on polling the router, milliseconds.
    mktxp_firewall_filter_ipv6_total | bytes | Bytes that the IPv6 filter rule matched.
    mktxp_firewall_filter_total | bytes | Bytes that the filter rule matched.
    mktxp_firewall_mangle_ipv6_total | bytes | Bytes that the IPv6 mangle rule matched.
    mktxp_firewall_mangle_total | bytes | Bytes that the mangle rule matched.
    mktxp_firewall_nat_ipv6_total | bytes | Bytes that the IPv6 NAT rule matched.
    mktxp_firewall_nat_total | bytes | Bytes that the NAT rule matched.
    mktxp_firewall_raw_ipv6_total | bytes | Bytes that the IPv6 raw rule matched.
    mktxp_firewall_raw_total | bytes | Bytes that the raw rule matched.
    mktxp_interface_rx_byte_total | bytes | Bytes received on the interface.
    mktxp_interface_rx_drop_total |  | Received packets that were dropped.
    mktxp_interface_rx_error_total |  | Receive errors on the interface.
    mktxp_interface_rx_packet_total |  | Packets received on the interface.
    mktxp_interface_tx_byte_total | bytes | Bytes sent on the interface.
    mktxp_interface_tx_drop_total |  | Packets to send that were dropped.
    mktxp_interface_tx_error_total |  | Send errors on the interface.
    mktxp_interface_tx_packet_total |  | Packets sent on the interface.
    mktxp_ipsec_peer_rx_byte_total | bytes | Bytes received from the IPsec peer.
    mktxp_ipsec_peer_rx_packet_total |  | Packets received from the IPsec peer.
    mktxp_ipsec_peer_tx_byte_total | bytes | Bytes sent to the IPsec peer.
    mktxp_ipsec_peer_tx_packet_total |  | Packets sent to the IPsec peer.
    mktxp_kid_control_device_bytes_down_total | bytes | Bytes that the device downloaded.
    mktxp_kid_control_device_bytes_up_total | bytes | Bytes that the device uploaded.
    mktxp_link_downs_total |  | How often the interface lost its link.
    mktxp_peer_rx_total | bytes | Bytes received from the WireGuard peer.
    mktxp_peer_tx_total | bytes | Bytes sent to the WireGuard peer.
    mktxp_queue_simple_bytes_download_total | bytes | Bytes that were downloaded through the queue.
    mktxp_queue_simple_bytes_upload_total | bytes | Bytes that were uploaded through the queue.
    mktxp_queue_simple_dropped_download_total |  | Packets of the download that the queue dropped.
    mktxp_queue_simple_dropped_upload_total |  | Packets of the upload that the queue dropped.
    mktxp_queue_tree_bytes_total | bytes | Bytes that went through the queue of the tree.
    mktxp_queue_tree_dropped_total |  | Packets that the queue of the tree dropped.
    mktxp_routing_stats_kernel_time_total |  | Time that the routing process spent in the kernel.
    mktxp_routing_stats_max_busy_total |  | The longest time that the routing process was busy.
    mktxp_routing_stats_max_calc_total |  | The longest time that the routing process calculated.
    mktxp_routing_stats_process_time_total |  | Time that the routing process took.
    mktxp_switch_driver_rx_byte_total | bytes | Bytes that the switch chip gave to the CPU.
    mktxp_switch_driver_rx_packet_total |  | Packets that the switch chip gave to the CPU.
    mktxp_switch_driver_tx_byte_total | bytes | Bytes that the CPU gave to the switch chip.
    mktxp_switch_driver_tx_packet_total |  | Packets that the CPU gave to the switch chip.
    mktxp_switch_rx_align_error_total |  | Misaligned frames that the switch port received.
    mktxp_switch_rx_broadcast_total |  | Broadcasts that the switch port received.
    mktxp_switch_rx_bytes_total | bytes | Bytes that the switch port received.
    mktxp_switch_rx_drop_total |  | Frames that the switch port received and dropped.
    mktxp_switch_rx_fcs_error_total |  | Frames with a wrong checksum that the switch port received.
    mktxp_switch_rx_fragment_total |  | Fragments that the switch port received.
    mktxp_switch_rx_multicast_total |  | Multicasts that the switch port received.
    mktxp_switch_rx_overflow_total |  | Frames that the switch port had no room for.
    mktxp_switch_rx_pause_total |  | Pause frames that the switch port received.
    mktxp_switch_tx_broadcast_total |  | Broadcasts that the switch port sent.
    mktxp_switch_tx_bytes_total | bytes | Bytes that the switch port sent.
    mktxp_switch_tx_collision_total |  | Collisions at the switch port.
    mktxp_switch_tx_deferred_total |  | Frames that the switch port had to hold back.
    mktxp_switch_tx_drop_total |  | Frames that the switch port should have sent and dropped.
    mktxp_switch_tx_multicast_total |  | Multicasts that the switch port sent.
    mktxp_switch_tx_pause_total |  | Pause frames that the switch port sent.
    mktxp_switch_tx_underrun_total |  | Frames that the switch port sent too late.
    mktxp_wlan_clients_rx_bytes_total | bytes | Bytes received from the wireless client.
    mktxp_wlan_clients_tx_bytes_total | bytes | Bytes sent to the wireless client.
`;
