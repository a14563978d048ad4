/** Where the agent's own files are, on this machine and this run. */
import fs from 'node:fs';
import path from 'node:path';
import type { OwnFile } from './own-files.ts';

const UNITS = [
  '/etc/systemd/system/vonggac-agent.service',
  '/usr/lib/systemd/system/vonggac-agent.service',
  '/lib/systemd/system/vonggac-agent.service',
];

/** Files of a bundle stand beside its entry; of sources the entry alone is looked at. */
function programFiles(entry: string): string[] {
  const parts = path.join(path.dirname(entry), 'parts');
  if (!entry.endsWith('.js') || !fs.existsSync(parts)) return [entry];
  return [
    entry,
    ...fs
      .readdirSync(parts)
      .filter((name) => name.endsWith('.js'))
      .map((name) => path.join(parts, name)),
  ];
}

export function ownPlaces(
  stateDir: string,
  configFile: string | undefined,
  entry: string | undefined,
): OwnFile[] {
  const program = entry === undefined ? [] : programFiles(fs.realpathSync(entry));
  return [
    ...program.map((file): OwnFile => ({ subject: 'program', path: file, by: 'content' })),
    { subject: 'settings', path: configFile ?? path.join(stateDir, 'agent.json'), by: 'content' },
    ...UNITS.filter((file) => fs.existsSync(file)).map((file): OwnFile => ({
      subject: 'unit',
      path: file,
      by: 'content',
    })),
    { subject: 'identity', path: path.join(stateDir, 'identity.json'), by: 'content' },
    { subject: 'spool', path: path.join(stateDir, 'spool.db'), by: 'place' },
  ];
}
