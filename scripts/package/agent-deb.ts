/** vonggac-agent_VERSION_amd64.deb: the program folder, its command, a hardened service, a manual page. */
import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fillLinuxFolder, ROOT, SERVICE } from './agent-folder.ts';
import type { AgentFolderOptions } from './agent-folder.ts';
import { makeDeb, type DebMaking } from './deb.ts';

export interface AgentDebOptions extends AgentFolderOptions, DebMaking {
  version: string;
  /** Empty. */
  scratch: string;
}

/** @returns the file it made */
export function makeAgentDeb(options: AgentDebOptions): string {
  const { scratch } = options;
  const at = (...parts: string[]): string => {
    const file = path.join(scratch, ...parts);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  const service = path.join(SERVICE, 'linux');
  fillLinuxFolder(at('opt/vonggac-agent'), options);
  fs.symlinkSync('/opt/vonggac-agent/vonggac-agent', at('usr/bin/vonggac-agent'));
  fs.copyFileSync(
    path.join(service, 'vonggac-agent.service'),
    at('usr/lib/systemd/system/vonggac-agent.service'),
  );
  fs.copyFileSync(path.join(service, 'default'), at('etc/default/vonggac-agent'));
  fs.writeFileSync(
    at('usr/share/man/man8/vonggac-agent.8.gz'),
    gzipSync(fs.readFileSync(path.join(service, 'vonggac-agent.8')), { level: 9 }),
  );
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), at('usr/share/doc/vonggac-agent/copyright'));
  return makeDeb({
    ...options,
    tree: scratch,
    name: 'vonggac-agent',
    summary: 'agent of the security watch post Vong Gac',
    description: [
      'Watches this host (logs, files, processes, settings) and reports to a collector of Vong Gac, over lines as thin as they are. Brings its own runtime and needs no network to install.',
    ],
    depends: ['libc6 (>= 2.28)', 'libstdc++6 (>= 9)', 'init-system-helpers'],
    recommends: ['auditd'],
    scripts: path.join(service, 'deb'),
    conffiles: ['/etc/default/vonggac-agent'],
  });
}
