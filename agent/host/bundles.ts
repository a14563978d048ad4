/**
 * Software that comes beside the system's packages: snaps, flatpaks, and what pip and npm installed for all users.
 * Only what lies on the disk is read; nobody is asked.
 */
import path from 'node:path';
import type { Host } from './host.ts';
import { linkAt, listFolder, namesIn, textOr } from './read-text.ts';
import { addReading, reading, type Reading } from './reading.ts';

export interface Bundle {
  manager: 'snap' | 'flatpak' | 'pip' | 'npm';
  name: string;
  version: string;
  architecture: string;
}

const BUNDLES_MAX = 5_000;

export async function readBundles(host: Host): Promise<Reading<Bundle>> {
  const all = reading<Bundle>();
  for (const read of [readSnaps, readFlatpaks, readPip, readNpm]) addReading(all, await read(host));
  if (all.items.length > BUNDLES_MAX) {
    all.truncated += all.items.length - BUNDLES_MAX;
    all.items.length = BUNDLES_MAX;
  }
  return all;
}

/** Names in a folder; that it is absent is no fault. */
async function names(host: Host, folder: string, part: string, to: Reading<Bundle>): Promise<string[]> {
  const result = await listFolder(host, folder, BUNDLES_MAX);
  if (result.kind === 'names') {
    to.truncated += result.truncated;
    return result.names;
  }
  if (result.kind === 'unreadable') to.unread.push({ part, reason: `${folder}: ${result.reason}` });
  return [];
}

async function readSnaps(host: Host): Promise<Reading<Bundle>> {
  const found = reading<Bundle>();
  for (const name of await names(host, '/snap', 'snap', found)) {
    const revision = await linkAt(host, `/snap/${name}/current`);
    if (revision === undefined) continue;
    const facts = await textOr(host, `/snap/${name}/current/meta/snap.yaml`);
    const version = /^version:\s*['"]?([^'"\n]*)['"]?\s*$/m.exec(facts ?? '')?.[1] ?? '';
    found.items.push({
      manager: 'snap',
      name,
      version: `${version === '' ? '' : `${version} `}(${path.basename(revision)})`,
      architecture: '',
    });
  }
  return found;
}

async function readFlatpaks(host: Host): Promise<Reading<Bundle>> {
  const found = reading<Bundle>();
  for (const kind of ['app', 'runtime']) {
    const folder = `/var/lib/flatpak/${kind}`;
    for (const name of await names(host, folder, 'flatpak', found)) {
      for (const architecture of await names(host, `${folder}/${name}`, 'flatpak', found)) {
        if (architecture === 'current') continue;
        for (const branch of await namesIn(host, `${folder}/${name}/${architecture}`)) {
          const commit = await linkAt(host, `${folder}/${name}/${architecture}/${branch}/active`);
          if (commit === undefined) continue;
          const version = `${branch} (${path.basename(commit).slice(0, 12)})`;
          found.items.push({ manager: 'flatpak', name, version, architecture });
        }
      }
    }
  }
  return found;
}

/** Those under /usr/lib belong to the system's own packages. */
async function readPip(host: Host): Promise<Reading<Bundle>> {
  const found = reading<Bundle>();
  for (const python of await namesIn(host, '/usr/local/lib')) {
    if (!/^python3(\.\d+)?$/.test(python)) continue;
    for (const place of ['dist-packages', 'site-packages']) {
      for (const entry of await names(host, `/usr/local/lib/${python}/${place}`, 'pip', found)) {
        const match = /^(.+)-([^-]+)\.(?:dist|egg)-info$/.exec(entry);
        if (match === null) continue;
        const [, name = '', version = ''] = match;
        found.items.push({ manager: 'pip', name: name.toLowerCase(), version, architecture: '' });
      }
    }
  }
  return found;
}

async function readNpm(host: Host): Promise<Reading<Bundle>> {
  const found = reading<Bundle>();
  for (const folder of ['/usr/local/lib/node_modules', '/usr/lib/node_modules']) {
    for (const entry of await names(host, folder, 'npm', found)) {
      if (entry.startsWith('.')) continue;
      const inside = entry.startsWith('@')
        ? (await namesIn(host, `${folder}/${entry}`)).map((name) => `${entry}/${name}`)
        : [entry];
      for (const name of inside) {
        const version = versionOf(await textOr(host, `${folder}/${name}/package.json`));
        if (version !== undefined) found.items.push({ manager: 'npm', name, version, architecture: '' });
      }
    }
  }
  return found;
}

function versionOf(packageJson: string | undefined): string | undefined {
  if (packageJson === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(packageJson);
    if (typeof value !== 'object' || value === null || !('version' in value)) return '';
    return typeof value.version === 'string' ? value.version : '';
  } catch {
    // Somebody's broken file; that the package is there is still true.
    return '';
  }
}
