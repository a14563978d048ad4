/** The logs of this system that are worth reading and can be read. Only what is there is proposed. */
import fs from 'node:fs';
import path from 'node:path';
import type { TailOptions } from './file-source.ts';
import { expandTail } from './expand.ts';
import { nodeFileAccess, type FileAccess } from './file-access.ts';

const LOGS: readonly Pick<TailOptions, 'path' | 'channel'>[] = [
  { path: 'var/log/auth.log', channel: 'linux-syslog' },
  { path: 'var/log/secure', channel: 'linux-syslog' },
  { path: 'var/log/syslog', channel: 'linux-syslog' },
  { path: 'var/log/messages', channel: 'linux-syslog' },
  { path: 'var/log/dpkg.log', channel: 'dpkg' },
  { path: 'var/log/nginx/*access*.log', channel: 'web-access' },
  { path: 'var/log/apache2/*access*.log', channel: 'web-access' },
  { path: 'var/log/httpd/*access_log', channel: 'web-access' },
];

export interface DiscoverOptions {
  /** Default `/`. */
  root?: string | undefined;
  access?: FileAccess | undefined;
  isReadable?: ((file: string) => boolean) | undefined;
}

/**
 * A glob is proposed when at least one file of it can be read. History is left alone: found logs start at their end,
 * so that a first start does not send years of old lines over a thin line.
 */
export function discoverLogs(options: DiscoverOptions = {}): TailOptions[] {
  const { root = '/', access = nodeFileAccess, isReadable = canRead } = options;
  const found: TailOptions[] = [];
  for (const log of LOGS) {
    const pattern = path.join(root, log.path);
    if (matching(access, pattern).some((file) => access.stat(file)?.regular === true && isReadable(file))) {
      found.push({ path: pattern, channel: log.channel, startAt: 'end' });
    }
  }
  return found;
}

function matching(access: FileAccess, pattern: string): string[] {
  try {
    return expandTail(access, pattern).files;
  } catch {
    // A folder that cannot be read holds no log that could be.
    return [];
  }
}

function canRead(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
