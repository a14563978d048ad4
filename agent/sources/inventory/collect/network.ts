/** The host on its network: interfaces, listening ports, neighbours, routes and name servers. */
import os from 'node:os';
import type { Host } from '../../../host/host.ts';
import { readNeighbours, readRoutes, readResolvers } from '../../../host/network.ts';
import { readListeningPorts } from '../../../host/sockets.ts';
import { picture, type Collector, type InventoryItem } from '../inventory-item.ts';
import { monotonicNow } from '../../../monotonic-now.ts';

/** Ends of containers' lines come and go with them. */
const FLEETING = /^(veth|cali|lxc|tap|vnet)/;
/** A neighbour not heard of for so long has gone; the kernel forgets it within minutes. */
const NEIGHBOUR_MS = 24 * 3_600_000;

/** @param interfaces as of os.networkInterfaces */
export function networkInterfacesCollector(
  interfaces: () => NodeJS.Dict<os.NetworkInterfaceInfo[]> = os.networkInterfaces,
): Collector {
  return {
    category: 'network-interface',
    rhythm: 'quick',
    async collect() {
      return Promise.resolve(
        picture(
          Object.entries(interfaces())
            .filter(([key]) => !FLEETING.test(key))
            .map(([key, addresses = []]) => ({
              key,
              detail: {
                mac: addresses[0]?.mac ?? '',
                internal: addresses[0]?.internal ?? false,
                addresses: addresses
                  .map(({ cidr, address }) => cidr ?? address)
                  .sort()
                  .join(' '),
              },
            })),
        ),
      );
    },
  };
}

export function listeningPortsCollector(host: Host): Collector {
  return {
    category: 'listening-port',
    rhythm: 'quick',
    async collect({ turn }) {
      const { items, unread } = await readListeningPorts(host, turn);
      return picture(
        items.map(({ protocol, address, port, uid, process, executable }) => ({
          key: `${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`,
          detail: { protocol, address, port, uid, process: process ?? null, executable: executable ?? null },
        })),
        // The ports are all there; only who holds them is not known.
        unread.map((part) => ({ ...part, holds: () => false })),
      );
    },
  };
}

/** @param monotonicMs on a clock that nobody sets */
export function neighboursCollector(host: Host, monotonicMs: () => number = monotonicNow): Collector {
  const seen = new Map<string, { item: InventoryItem; atMs: number }>();
  return {
    category: 'neighbour',
    async collect({ signal }) {
      const { items, unread, truncated } = await readNeighbours(host, signal);
      const nowMs = monotonicMs();
      for (const { address, mac, device, gateway } of items) {
        const key = `${address} ${device}`;
        seen.set(key, { item: { key, detail: { address, mac, device, gateway } }, atMs: nowMs });
      }
      for (const [key, { atMs }] of seen) if (nowMs - atMs > NEIGHBOUR_MS) seen.delete(key);
      return picture(
        [...seen.values()].map(({ item }) => item),
        unread,
        truncated,
      );
    },
  };
}

export function routesCollector(host: Host): Collector {
  return {
    category: 'route',
    async collect() {
      const { items, unread, truncated } = await readRoutes(host);
      return picture(
        items
          .filter(({ device }) => !FLEETING.test(device))
          .map(({ destination, gateway, device, metric }) => ({
            key: `${destination}${gateway === '' ? '' : ` via ${gateway}`} dev ${device}`,
            detail: { destination, gateway, device, metric },
          })),
        unread,
        truncated,
      );
    },
  };
}

export function nameServersCollector(host: Host): Collector {
  return {
    category: 'dns-server',
    rhythm: 'quick',
    async collect() {
      const { items, unread } = await readResolvers(host);
      return picture(
        items.map(({ address, file, order, search, options }) => ({
          key: `${address} (${file})`,
          detail: { address, file, order, search, options },
        })),
        unread,
      );
    },
  };
}
