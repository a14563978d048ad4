/**
 * What is installed, by every package manager that left its book on this host. The books are read as files; rpm's is a
 * database, so rpm is asked. A book that cannot be read is named, never taken for an empty one.
 */
import { readBundles } from './bundles.ts';
import { at, type Host } from './host.ts';
import { linesOf } from './lines-of.ts';
import { exists, namesIn, plainReason } from './read-text.ts';
import { addReading, reading, type Reading } from './reading.ts';
import { whyNot } from './run-program.ts';
import { readFile, stat, textParts } from '../async-fs.ts';

export type PackageManager = 'dpkg' | 'rpm' | 'apk' | 'snap' | 'flatpak' | 'pip' | 'npm';

export interface InstalledPackage {
  manager: PackageManager;
  name: string;
  version: string;
  architecture: string;
  /** Source package, where it has another name or version. */
  source: string;
  vendor: string;
  /** As dpkg says, e.g. `installed`, `half-configured`. */
  state: string;
  /** dpkg only: several architectures of it can be installed beside each other. */
  multiArch: boolean;
}

const DPKG_STATUS = '/var/lib/dpkg/status';
const RPM_FORMAT = '%{NAME}\\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{VENDOR}\\t%{SOURCERPM}\\n';
const RPM_TIMEOUT_MS = 60_000;
const RPM_OUTPUT_BYTES_MAX = 32 * 1_048_576;
const PACKAGES_MAX = 50_000;
const LINE_CHARS_MAX = 65_536;
const WANTED = new Set(['Package', 'Status', 'Version', 'Architecture', 'Multi-Arch', 'Source']);

function installed(
  facts: Partial<InstalledPackage> & Pick<InstalledPackage, 'manager' | 'name'>,
): InstalledPackage {
  return { version: '', architecture: '', source: '', vendor: '', state: '', multiArch: false, ...facts };
}

/** @param lines of /var/lib/dpkg/status */
export async function parseDpkgStatus(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<InstalledPackage[]> {
  const packages: InstalledPackage[] = [];
  let fields = new Map<string, string>();
  const end = (): void => {
    const found = dpkgPackage(fields);
    if (found !== undefined && packages.length <= PACKAGES_MAX) packages.push(found);
    fields = new Map();
  };
  for await (const line of lines) {
    if (line === '') {
      end();
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon > 0 && WANTED.has(name)) fields.set(name, line.slice(colon + 1, LINE_CHARS_MAX).trim());
  }
  end();
  return packages;
}

function dpkgPackage(fields: ReadonlyMap<string, string>): InstalledPackage | undefined {
  const name = fields.get('Package');
  const [, , state] = (fields.get('Status') ?? '').split(' ');
  // Only configuration files are left of other packages.
  if (name === undefined || state === undefined || ['not-installed', 'config-files'].includes(state))
    return undefined;
  return installed({
    manager: 'dpkg',
    name,
    version: fields.get('Version') ?? '',
    architecture: fields.get('Architecture') ?? '',
    source: fields.get('Source') ?? '',
    state,
    multiArch: fields.get('Multi-Arch') === 'same',
  });
}

/** @param output of rpm -qa, a package per line */
export function parseRpmList(output: string): InstalledPackage[] {
  const packages: InstalledPackage[] = [];
  for (const line of output.split('\n')) {
    const [name, version, architecture, vendor, source] = line.split('\t');
    if (name === undefined || name === '' || version === undefined) continue;
    // Keys of repositories stand among the packages.
    if (name === 'gpg-pubkey') continue;
    packages.push(
      installed({
        manager: 'rpm',
        name,
        version: version.replace(/^0:/, ''),
        architecture: architecture ?? '',
        vendor: vendor === '(none)' ? '' : (vendor ?? ''),
        source: source === '(none)' ? '' : (source ?? ''),
      }),
    );
  }
  return packages;
}

/** @param text of /lib/apk/db/installed */
export function parseApk(text: string): InstalledPackage[] {
  return text.split('\n\n').flatMap((block) => {
    const fields = new Map(block.split('\n').map((line): [string, string] => [line[0] ?? '', line.slice(2)]));
    const name = fields.get('P');
    if (name === undefined) return [];
    return [
      installed({
        manager: 'apk',
        name,
        version: fields.get('V') ?? '',
        architecture: fields.get('A') ?? '',
        source: fields.get('o') ?? '',
      }),
    ];
  });
}

/** All packages of all managers. */
export async function readPackages(host: Host, signal?: AbortSignal): Promise<Reading<InstalledPackage>> {
  const all = reading<InstalledPackage>();
  addReading(all, await readDpkg(host));
  addReading(all, await readRpm(host, signal));
  addReading(all, await readApk(host));
  const bundles = await readBundles(host);
  addReading(all, { ...bundles, items: bundles.items.map(installed) });
  if (all.items.length > PACKAGES_MAX) {
    all.truncated += all.items.length - PACKAGES_MAX;
    all.items.length = PACKAGES_MAX;
  }
  return all;
}

/** Whether dpkg has installed something: as a tool it is found on systems of rpm, too. */
export async function hasDpkgPackages(host: Pick<Host, 'root'>): Promise<boolean> {
  try {
    return (await stat(at(host, DPKG_STATUS))).size > 0;
  } catch {
    // There is no dpkg.
    return false;
  }
}

async function readDpkg(host: Host): Promise<Reading<InstalledPackage>> {
  const file = DPKG_STATUS;
  if (!(await exists(host, file))) return reading();
  try {
    return reading(await parseDpkgStatus(linesOf(textParts(at(host, file)))));
  } catch (error) {
    return reading<InstalledPackage>([], [{ part: 'dpkg', reason: `${file}: ${plainReason(error)}` }]);
  }
}

async function readRpm(host: Host, signal: AbortSignal | undefined): Promise<Reading<InstalledPackage>> {
  let there = false;
  for (const folder of ['/var/lib/rpm', '/usr/lib/sysimage/rpm']) {
    there ||= (await namesIn(host, folder)).some((name) => /^(rpmdb\.sqlite|Packages)/.test(name));
  }
  if (!there) return reading();
  const options = { timeoutMs: RPM_TIMEOUT_MS, stdoutBytesMax: RPM_OUTPUT_BYTES_MAX, signal };
  const result = await host.run('rpm', ['-qa', '--qf', RPM_FORMAT], options);
  const reason = whyNot('rpm', result);
  if (reason !== undefined || result.kind !== 'ended')
    return reading<InstalledPackage>([], [{ part: 'rpm', reason: reason ?? '' }]);
  const packages = parseRpmList(result.stdout);
  const unread = result.truncated ? [{ part: 'rpm', reason: 'its list is too long' }] : [];
  return reading(packages, unread);
}

async function readApk(host: Host): Promise<Reading<InstalledPackage>> {
  const file = '/lib/apk/db/installed';
  if (!(await exists(host, file))) return reading();
  try {
    return reading(parseApk(await readFile(at(host, file), 'utf8')));
  } catch (error) {
    return reading<InstalledPackage>([], [{ part: 'apk', reason: `${file}: ${plainReason(error)}` }]);
  }
}
