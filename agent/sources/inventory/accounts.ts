/** Local accounts and the groups they are in, from passwd and group. */
import fs from 'node:fs';
import path from 'node:path';
import type { Collector, InventoryItem } from './inventory-item.ts';

export function parseAccounts(passwd: string, group: string): InventoryItem[] {
  const groupNames = new Map<string, string>();
  const memberships = new Map<string, string[]>();
  for (const line of group.split('\n')) {
    const [name, , gid, members] = line.split(':');
    if (name === undefined || gid === undefined || line.startsWith('#')) continue;
    groupNames.set(gid, name);
    for (const member of (members ?? '').split(',').filter(Boolean)) {
      memberships.set(member, [...(memberships.get(member) ?? []), name]);
    }
  }
  const items: InventoryItem[] = [];
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid, comment, home, shell] = line.split(':');
    if (name === undefined || name === '' || uid === undefined || gid === undefined || line.startsWith('#')) {
      continue;
    }
    items.push({
      key: name,
      detail: {
        uid: Number(uid),
        gid: Number(gid),
        group: groupNames.get(gid) ?? '',
        groups: (memberships.get(name) ?? []).sort().join(','),
        comment: comment ?? '',
        home: home ?? '',
        shell: shell ?? '',
      },
    });
  }
  return items;
}

/** @param root of the file system, for tests. */
export function accountsCollector(root: string): Collector {
  return {
    category: 'user',
    async collect() {
      const passwd = await fs.promises.readFile(path.join(root, 'etc/passwd'), 'utf8');
      const group = await fs.promises.readFile(path.join(root, 'etc/group'), 'utf8');
      return parseAccounts(passwd, group);
    },
  };
}
