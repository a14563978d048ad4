/** vonggac_VERSION_amd64.deb: the collector with its engine, console, rules and guides; its command, user and hardened service. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from './agent-folder.ts';
import { COLLECTOR_HOST, fillCollectorFolder, type CollectorFolderOptions } from './collector-folder.ts';
import { makeDeb, type DebMaking } from './deb.ts';

export interface CollectorDebOptions extends CollectorFolderOptions, DebMaking {
  /** Empty. */
  scratch: string;
}

const GUIDES = ['README.md', 'README.vi.md', 'CHANGELOG.md', 'SECURITY.md'];

/** @returns the file it made */
export function makeCollectorDeb(options: CollectorDebOptions): string {
  const { scratch } = options;
  const at = (...parts: string[]): string => {
    const file = path.join(scratch, ...parts);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  fillCollectorFolder(at('opt/vonggac'), options);
  fs.symlinkSync('/opt/vonggac/vonggac', at('usr/bin/vonggac'));
  const host = (name: string): string => path.join(COLLECTOR_HOST, name);
  fs.copyFileSync(host('vonggac.service'), at('usr/lib/systemd/system/vonggac.service'));
  fs.copyFileSync(host('vonggac.conf'), at('etc/vonggac/vonggac.conf'));
  fs.writeFileSync(
    at('usr/share/man/man8/vonggac.8.gz'),
    gzipSync(fs.readFileSync(host('vonggac.8')), { level: 9 }),
  );
  const doc = 'usr/share/doc/vonggac';
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), at(doc, 'copyright'));
  for (const name of GUIDES) fs.copyFileSync(path.join(ROOT, name), at(doc, name));
  fs.cpSync(path.join(ROOT, 'docs'), at(doc, 'docs'), {
    recursive: true,
    filter: (file) => path.basename(file) !== 'screenshots',
  });
  return makeDeb({
    ...options,
    tree: scratch,
    name: 'vonggac',
    summary: 'collector and console of the security watch post Vong Gac',
    description: [
      'Takes in what agents send, matches rules, keeps events as the law asks, and serves the console and its API. Brings its own runtime and its own ClickHouse engine and needs no network to install.',
    ],
    depends: ['libc6 (>= 2.28)', 'libstdc++6 (>= 9)', 'init-system-helpers', 'passwd', 'util-linux'],
    scripts: host('deb'),
    conffiles: ['/etc/vonggac/vonggac.conf'],
  });
}
