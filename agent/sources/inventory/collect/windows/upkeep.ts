/** How well a Windows host is kept: its clock, its backups, its certificates. */
import fs from 'node:fs';
import { fileHistories, productBackups, serverBackups, taskBackups } from '../../../../windows/backups.ts';
import { readCertificateStores } from '../../../../windows/certificate-stores.ts';
import { messageOf } from '../../../../windows/installed-programs.ts';
import { readRegistryKey } from '../../../../windows/read-registry.ts';
import { readTimeService } from '../../../../windows/time-service.ts';
import { registryText } from '../../../../windows/windows-release.ts';
import { picture, within, type Collector, type UnreadPart } from '../../inventory-item.ts';
import { OFFSET_MS, validityOf } from '../upkeep.ts';
import type { WindowsLook } from './windows-collectors.ts';

const TIME = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';
const USERS_MAX = 200;

export function clockCollector({ host }: WindowsLook): Collector {
  return {
    category: 'clock',
    rhythm: 'normal',
    steady: { offsetMs: within(0, OFFSET_MS), stratum: within(0, 16), source: () => true },
    async collect({ signal }) {
      const key = await readRegistryKey(host, TIME, signal);
      const type = registryText(key, 'Type');
      const wanted =
        type === 'NT5DS' ? 'domain' : registryText(key, 'NtpServer').replace(/,0x[0-9a-f]+/gi, '');
      const told = await readTimeService(host, signal);
      const off = type === 'NoSync' || told.kind === 'stopped';
      const isTold = told.kind === 'told';
      return picture(
        [
          {
            key: 'clock',
            detail: {
              service: 'w32time',
              type,
              running: isTold ? true : told.kind === 'stopped' ? false : undefined,
              synchronised: off ? false : isTold ? told.synchronised : undefined,
              offsetMs: isTold && told.offsetMs !== undefined ? Math.round(told.offsetMs) : undefined,
              stratum: isTold ? told.stratum : undefined,
              source: isTold && told.source !== '' ? told.source : wanted,
            },
          },
        ],
        told.kind === 'unread' ? [{ part: 'w32time', reason: told.reason, holds: () => false }] : [],
      );
    },
  };
}

/** Of people who have signed in once. */
export function profileFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const users = `${env['SystemDrive'] ?? 'C:'}\\Users`;
  const names = fs.existsSync(users) ? fs.readdirSync(users).slice(0, USERS_MAX) : [];
  return names.map((name) => `${users}\\${name}`);
}

export function backupJobsCollector({ cim }: WindowsLook, profiles: readonly string[]): Collector {
  return {
    category: 'backup-job',
    rhythm: 'slow',
    async collect({ signal }) {
      const unread: UnreadPart[] = [];
      const jobs = [];
      for (const [section, jobsOf] of [
        ['backup', serverBackups],
        ['services', productBackups],
        ['tasks', taskBackups],
      ] as const) {
        const answer = await cim.ask(section, signal);
        if (answer.kind === 'rows') jobs.push(...jobsOf(answer.rows));
        else unread.push({ part: section, reason: answer.reason });
      }
      try {
        jobs.push(...fileHistories(profiles));
      } catch (error) {
        unread.push({ part: 'file-history', reason: messageOf(error) });
      }
      return picture(
        jobs.map((job) => ({
          key: `${job.tool} ${job.place} ${job.schedule}`.trimEnd(),
          detail: { ...job },
        })),
        unread,
      );
    },
  };
}

export function certificatesCollector({ host, now }: WindowsLook): Collector {
  return {
    category: 'certificate',
    rhythm: 'slow',
    async collect({ signal }) {
      const { items, unread, truncated } = await readCertificateStores(host, signal);
      return picture(
        items.map(({ kind, thumbprint, keyBits, ...facts }) => ({
          key: `${facts.store}\\${thumbprint}`,
          detail: {
            ...facts,
            kind,
            thumbprint,
            keyBits,
            // A root that is over is no fault of whoever keeps the host.
            ...(kind === 'own' ? { validity: validityOf(facts.notAfter, now()) } : {}),
          },
        })),
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (key) => (part === 'HKU' ? key.startsWith('S-1-') : key.startsWith(`${part}\\`)),
        })),
        truncated,
      );
    },
  };
}
