/** What the host calls its users and groups; a number that has no name stays a number. */
import type { HostView } from '../host-view.ts';

export interface Names {
  user: (uid: number) => string;
  group: (gid: number) => string;
}

export function readNames(view: HostView): Promise<Names> {
  return view.once('names of ids', async () => {
    const users = byId(await view.text('/etc/passwd'));
    const groups = byId(await view.text('/etc/group'));
    return {
      user: (uid) => users.get(uid) ?? String(uid),
      group: (gid) => groups.get(gid) ?? String(gid),
    };
  });
}

/** passwd and group agree in these fields; the first name of a number counts. */
function byId(text: string | undefined): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of (text ?? '').split('\n')) {
    const [name, , id] = line.split(':');
    if (name === undefined || id === undefined || name === '' || !/^\d+$/.test(id)) continue;
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
