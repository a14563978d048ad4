/** Installed packages: from dpkg's status file, which is read as a stream, or by asking rpm. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import type { Collector, InventoryItem } from './inventory-item.ts';

const run = promisify(execFile);
const RPM_FORMAT = '%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{VENDOR}\\n';
const RPM_TIMEOUT_MS = 60_000;
const RPM_OUTPUT_BYTES_MAX = 32 * 1_048_576;

const WANTED = new Set(['Package', 'Status', 'Version', 'Architecture', 'Multi-Arch', 'Source']);

/** @param lines of /var/lib/dpkg/status. */
export async function parseDpkgStatus(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<InventoryItem[]> {
  const items: InventoryItem[] = [];
  let fields = new Map<string, string>();
  const end = (): void => {
    const item = dpkgItem(fields);
    if (item !== undefined) items.push(item);
    fields = new Map();
  };
  for await (const line of lines) {
    if (line === '') {
      end();
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon > 0 && WANTED.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  end();
  return items;
}

function dpkgItem(fields: ReadonlyMap<string, string>): InventoryItem | undefined {
  const name = fields.get('Package');
  const [, , state] = (fields.get('Status') ?? '').split(' ');
  // Only configuration files are left of other packages.
  if (name === undefined || state === undefined || ['not-installed', 'config-files'].includes(state))
    return undefined;
  const architecture = fields.get('Architecture') ?? '';
  return {
    // Several architectures of such a package can be installed beside each other.
    key: fields.get('Multi-Arch') === 'same' ? `${name}:${architecture}` : name,
    detail: {
      name,
      version: fields.get('Version') ?? '',
      architecture,
      source: fields.get('Source') ?? '',
      state,
      manager: 'dpkg',
    },
  };
}

/** @param output of rpm -qa, a package per line. */
export function parseRpmList(output: string): InventoryItem[] {
  const items = new Map<string, InventoryItem>();
  for (const line of output.split('\n')) {
    const [name, version, architecture, vendor] = line.split('\t');
    if (name === undefined || name === '' || version === undefined) continue;
    const detail = {
      name,
      version: version.replace(/^0:/, ''),
      architecture: architecture ?? '',
      vendor: vendor === '(none)' ? '' : (vendor ?? ''),
      manager: 'rpm',
    };
    // Kernels are installed beside each other.
    const taken = items.has(name);
    items.set(taken ? `${name} ${detail.version} ${detail.architecture}` : name, { key: name, detail });
  }
  return [...items].map(([key, item]) => ({ ...item, key }));
}

/** @param root of the file system, for tests. */
export function packagesCollector(root: string): Collector {
  return {
    category: 'package',
    async collect(signal) {
      const status = path.join(root, 'var/lib/dpkg/status');
      const items: InventoryItem[] = [];
      if (fs.existsSync(status)) {
        const input = fs.createReadStream(status, 'utf8');
        try {
          items.push(...(await parseDpkgStatus(readline.createInterface({ input, crlfDelay: Infinity }))));
        } finally {
          input.destroy();
        }
      }
      if (['var/lib/rpm', 'usr/lib/sysimage/rpm'].some((folder) => hasEntries(path.join(root, folder)))) {
        const { stdout } = await run('rpm', ['-qa', '--qf', RPM_FORMAT], {
          timeout: RPM_TIMEOUT_MS,
          maxBuffer: RPM_OUTPUT_BYTES_MAX,
          signal,
        });
        items.push(...parseRpmList(stdout));
      }
      return items;
    },
  };
}

function hasEntries(folder: string): boolean {
  try {
    return fs.readdirSync(folder).some((name) => /^(rpmdb\.sqlite|Packages)/.test(name));
  } catch {
    // No such folder: not a system of rpm.
    return false;
  }
}
