/** The host on its network: what listens, name servers, routes and neighbours. */
import { listOf, textOf, type CimRow } from '../../../../windows/cim-look.ts';
import { picture, type Collector, type InventoryItem } from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

/** Clients' ends of UDP are not told from servers'; those above it come and go. */
const CLIENT_PORT_MIN = 49_152;

export function listeningPortsCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'listening-port',
    async collect({ signal }) {
      const tcp = await cim.rows('listeners', signal);
      const udp = await cim.rows('datagrams', signal);
      const processes = await cim.ask('processes', signal);
      const programs = new Map(
        processes.kind === 'rows' ? processes.rows.map((row) => [textOf(row, 'ProcessId'), row]) : [],
      );
      const datagrams = udp.rows.filter((row) => Number(row['LocalPort']) < CLIENT_PORT_MIN);
      const items = [
        ...tcp.rows.map((row) => portItem('tcp', row, programs)),
        ...datagrams.map((row) => portItem('udp', row, programs)),
      ];
      const unread =
        processes.kind === 'rows'
          ? []
          : [{ part: 'processes', reason: processes.reason, holds: () => false }];
      // Several programs may share a port: it is one.
      return picture([...new Map(items.map((item) => [item.key, item])).values()], unread);
    },
  };
}

function portItem(
  protocol: 'tcp' | 'udp',
  row: CimRow,
  programs: ReadonlyMap<string, CimRow>,
): InventoryItem {
  const address = textOf(row, 'LocalAddress').replace(/%.*$/, '');
  const port = Number(row['LocalPort']);
  const program = programs.get(textOf(row, 'OwningProcess'));
  const [process, executable] =
    program === undefined ? ['', ''] : [textOf(program, 'Name'), textOf(program, 'ExecutablePath')];
  return {
    key: `${protocol} ${address.includes(':') ? `[${address}]` : address}:${port}`,
    detail: { protocol, address, port, process, executable },
  };
}

export function nameServersCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'dns-server',
    async collect({ signal }) {
      const { rows } = await cim.rows('nameServers', signal);
      return picture(
        rows.flatMap((row) => {
          const file = textOf(row, 'InterfaceAlias');
          return listOf(row, 'ServerAddresses').map((address, index) => ({
            key: `${address} (${file})`,
            detail: { address, file, order: index + 1 },
          }));
        }),
      );
    },
  };
}

export function routesCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'route',
    async collect({ signal }) {
      const { rows } = await cim.rows('routes', signal);
      return picture(
        rows
          .filter((row) => !/^(ff|224\.|255\.|127\.|::1|fe80)/i.test(textOf(row, 'DestinationPrefix')))
          .map((row) => {
            const [prefix, hop] = [textOf(row, 'DestinationPrefix'), textOf(row, 'NextHop')];
            const destination = prefix === '0.0.0.0/0' || prefix === '::/0' ? 'default' : prefix;
            const gateway = hop === '0.0.0.0' || hop === '::' ? '' : hop;
            const device = textOf(row, 'InterfaceAlias');
            return {
              key: `${destination}${gateway === '' ? '' : ` via ${gateway}`} dev ${device}`,
              detail: { destination, gateway, device, metric: Number(row['RouteMetric'] ?? 0) },
            };
          }),
      );
    },
  };
}

export function neighboursCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'neighbour',
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('neighbours', signal);
      const routes = await cim.ask('routes', signal);
      const gateways = new Set(
        routes.kind === 'rows' ? routes.rows.map((row) => textOf(row, 'NextHop')) : [],
      );
      const items = rows.flatMap((row): InventoryItem[] => {
        const mac = textOf(row, 'LinkLayerAddress').replaceAll('-', ':').toLowerCase();
        const [address, device] = [textOf(row, 'IPAddress'), textOf(row, 'InterfaceAlias')];
        // Groups and nobody: 01:..., 33:33:..., ff:..., 00:00:...
        if (/^(01:00:5e|33:33|ff:ff|00:00:00:00:00:00|$)/.test(mac) || textOf(row, 'State') === 'Unreachable')
          return [];
        return [
          { key: `${address} ${device}`, detail: { address, mac, device, gateway: gateways.has(address) } },
        ];
      });
      return picture(items, [], truncated ? 1 : 0);
    },
  };
}
