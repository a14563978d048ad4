/** Disks with their health and encryption, and what is mounted with its free space. */
import type { Host } from '../../../host/host.ts';
import { DiskHealth } from '../../../host/disk-health.ts';
import { readDisks } from '../../../host/disks.ts';
import { isNetworkFileSystem, readMounts, readSpace, type Mount } from '../../../host/mounts.ts';
import { isEncrypted } from '../../../host/block-devices.ts';
import { picture, within, type Collector, type InventoryItem, type UnreadPart } from '../inventory-item.ts';

/** File systems that hold no data of their own. */
const PSEUDO =
  /^(proc|sysfs|cgroup2?|devpts|devtmpfs|mqueue|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|hugetlbfs|binfmt_misc|efivarfs|rpc_pipefs|autofs|nsfs|ramfs|selinuxfs|squashfs)$/;
/** Layers and volumes of containers come and go with them. */
const CONTAINERS =
  /^\/(var\/lib\/(docker|containers|containerd|kubelet)|run\/(docker|containerd|user|credentials))\//;

function matters({ target, fsType }: Mount): boolean {
  return (
    !PSEUDO.test(fsType) && !CONTAINERS.test(target) && !(fsType === 'tmpfs' && target.startsWith('/run/'))
  );
}

export function mountsCollector(host: Host): Collector {
  return {
    category: 'mount',
    rhythm: 'quick',
    // Told anew when a twentieth of the disk has come or gone, or when it gets tight.
    steady: {
      usedPercent: (before, after) => within(0, 5)(before, after) && tight(before) === tight(after),
      usedInodesPercent: within(0, 10),
      totalBytes: within(1),
    },
    async collect({ turn }) {
      const { items: mounts, unread, truncated } = await readMounts(host);
      const items: InventoryItem[] = [];
      const parts: UnreadPart[] = [...unread];
      for (const mount of mounts.filter(matters)) {
        await turn();
        const { target, source, fsType, options } = mount;
        const space = await readSpace(host, mount);
        const network = isNetworkFileSystem(fsType);
        if (typeof space === 'string' && !network)
          parts.push({ part: target, reason: space, holds: () => false });
        items.push({
          key: target,
          detail: {
            source,
            fsType,
            options: options.join(','),
            network,
            encrypted: source.startsWith('/dev/') ? await isEncrypted(host, source) : null,
            ...(typeof space === 'string'
              ? {}
              : {
                  totalBytes: space.totalBytes,
                  usedPercent: percent(space.totalBytes - space.freeBytes, space.totalBytes),
                  usedInodesPercent: percent(space.totalInodes - space.freeInodes, space.totalInodes),
                }),
          },
        });
      }
      return picture(items, parts, truncated);
    },
  };
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 100);
}

function tight(usedPercent: unknown): number {
  return typeof usedPercent === 'number'
    ? [80, 90, 95, 100].filter((bound) => usedPercent >= bound).length
    : 0;
}

export function disksCollector(host: Host): Collector {
  const health = new DiskHealth();
  return {
    category: 'disk',
    // Asking a disk for its health may wake it up.
    rhythm: 'slow',
    steady: {
      powerOnHours: within(10, 24 * 30),
      temperature: within(0, 1_000),
      wearPercent: within(0, 5),
    },
    async collect({ signal, turn }) {
      const { items, unread, truncated } = await readDisks(host, signal, turn, health);
      return picture(
        items.map(({ key, ...detail }) => ({ key, detail: { ...detail } })),
        unread.map((part) => ({ ...part, holds: () => false })),
        truncated,
      );
    },
  };
}
