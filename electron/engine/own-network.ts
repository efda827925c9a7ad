// Whether this computer is on a network: without one nobody answers, and that is nobody's fault.
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** Bridges and tunnels of this computer's own keep their addresses when the cable is out. */
const VIRTUAL =
  /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vnic|lxc|lxd|cni|flannel|podman|tun|tap|wg|utun|zt|tailscale|vEthernet)/i;

const isUsable = ({ internal, address }: NetworkInterfaceInfo): boolean =>
  !internal && !address.startsWith('169.254.') && !address.toLowerCase().startsWith('fe80:');

export function hasNetwork(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): boolean {
  return Object.entries(interfaces).some(([name, addresses]) => !VIRTUAL.test(name) && addresses?.some(isUsable));
}
