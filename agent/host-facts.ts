/** Facts about this host that the collector is told at enrolment and with each hello. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { LIMITS } from '#protocol/limits.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { OS_RELEASE_FILES, parseOsRelease } from './host/os-release.ts';

/** First of the files that can be read; undefined when none can: absence is an answer here, not a fault. */
function readFirst(files: readonly string[]): string | undefined {
  for (const file of files) {
    try {
      return fs.readFileSync(file, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  return undefined;
}

/**
 * IANA name of the host's time zone. Asking Intl costs a running agent 8 MB for good, so where the system keeps a
 * link to the zone's file, that is read.
 */
export function hostTimeZone(localtime = '/etc/localtime'): string {
  const zone = process.env['TZ'] ?? zoneOfLink(localtime);
  return zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function zoneOfLink(localtime: string): string | undefined {
  try {
    return /\/zoneinfo\/(?:posix\/|right\/)?([A-Za-z][\w+/-]*)$/.exec(fs.readlinkSync(localtime))?.[1];
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

const name = (text: string): string => text.slice(0, LIMITS.nameMax);

/** @throws Error on a platform the protocol does not know. */
export function hostFacts(): HostFacts {
  const platform = process.platform;
  if (platform !== 'linux' && platform !== 'win32' && platform !== 'darwin') {
    throw new Error(`this operating system (${platform}) is not supported`);
  }
  const release =
    platform === 'linux' ? parseOsRelease(readFirst(OS_RELEASE_FILES) ?? '') : new Map<string, string>();
  return {
    hostname: name(os.hostname()) || 'unknown',
    platform,
    osName: name(release.get('NAME') ?? os.version()),
    osVersion: name(release.get('VERSION_ID') ?? os.release()),
    arch: os.arch(),
    timeZone: hostTimeZone().slice(0, 64),
  };
}

/** What identifies this installation of the operating system; empty when it has nothing of the kind. */
export function machineId(): string {
  if (process.platform === 'linux') {
    return name(readFirst(['/etc/machine-id', '/var/lib/dbus/machine-id'])?.trim() ?? '');
  }
  if (process.platform !== 'win32') return '';
  try {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';
    const output = execFileSync('reg', ['query', key, '/v', 'MachineGuid'], {
      encoding: 'utf8',
      timeout: 5_000,
    });
    return name(/REG_SZ\s+(\S+)/.exec(output)?.[1] ?? '');
  } catch (error) {
    if (error instanceof Error) return '';
    throw error;
  }
}
