/** How well the host is kept: updates that wait, the clock, backups, certificates. */
import { readBackupJobs } from '../../../host/backup-jobs.ts';
import { readCertificates } from '../../../host/certificates.ts';
import { readClockState } from '../../../host/clock-state.ts';
import type { Host } from '../../../host/host.ts';
import { readScheduledTasks } from '../../../host/scheduled-tasks.ts';
import { readKernelState, readReplacedPrograms } from '../../../host/kernel-state.ts';
import { readUpdateSources } from '../../../host/update-sources.ts';
import { readUpdates } from '../../../host/updates.ts';
import { picture, within, type Collector, type InventoryItem, type UnreadPart } from '../inventory-item.ts';
import { isoDay } from '../../../iso-time.ts';

const DAY_MS = 86_400_000;
const EXPIRES_SOON_MS = 30 * DAY_MS;
/** Clocks that agree to within this much are not told anew. */
export const OFFSET_MS = 100;

/** @param notAfter ISO 8601 */
export function validityOf(notAfter: string, nowMs: number): 'expired' | 'expires-soon' | 'valid' {
  const leftMs = Date.parse(notAfter) - nowMs;
  return leftMs < 0 ? 'expired' : leftMs < EXPIRES_SOON_MS ? 'expires-soon' : 'valid';
}

export function patchLevelCollector(host: Host): Collector {
  return {
    category: 'patch-level',
    // The package manager works its dependencies out for each look.
    rhythm: 'slow',
    async collect({ signal, turn }) {
      const { running, installed, rebootNeeded, reason } = await readKernelState(host);
      const replaced = await readReplacedPrograms(host, turn);
      const items: InventoryItem[] = [
        { key: 'kernel', detail: { running, installed, rebootNeeded, reason } },
        { key: 'restart', detail: { programs: replaced.length, names: replaced.join(' ') } },
      ];
      const { servers, proxy } = await readUpdateSources(host);
      items.push({ key: 'sources', detail: { servers: servers.join(' '), proxy } });
      const updates = await readUpdates(host, signal);
      if (updates === undefined) return picture(items);
      const { manager, knownAtMs, pending } = updates;
      const unread: UnreadPart[] = pending.unread.map((part) => ({
        ...part,
        holds: (key) => key.startsWith('update') || key === 'updates',
      }));
      if (unread.length > 0) return picture(items, unread, pending.truncated);
      items.push({
        key: 'updates',
        detail: {
          manager,
          pending: pending.items.length,
          security: pending.items.filter(({ security }) => security).length,
          knownAt: knownAtMs === undefined ? '' : isoDay(knownAtMs),
        },
      });
      for (const { name, ...detail } of pending.items)
        items.push({ key: `update ${name}`, detail: { name, ...detail } });
      return picture(items, unread, pending.truncated);
    },
  };
}

export function clockCollector(host: Host): Collector {
  return {
    category: 'clock',
    rhythm: 'quick',
    steady: { offsetMs: within(0, OFFSET_MS), stratum: within(0, 16), source: () => true },
    async collect({ signal }) {
      const { service, synchronised, offsetMs, source, stratum, reason } = await readClockState(host, signal);
      return picture(
        [
          {
            key: 'clock',
            detail: {
              service,
              synchronised: synchronised ?? null,
              offsetMs: offsetMs === undefined ? null : Math.round(offsetMs),
              source,
              stratum: stratum ?? null,
            },
          },
        ],
        reason === undefined ? [] : [{ part: service, reason, holds: () => false }],
      );
    },
  };
}

export function scheduledTasksCollector(host: Host): Collector {
  return {
    category: 'scheduled-task',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readScheduledTasks(host);
      return picture(
        items.map((task) => ({
          key:
            task.kind === 'timer'
              ? (task.file.split('/').at(-1) ?? task.file)
              : `${task.file}: ${task.schedule} ${task.command}`,
          detail: { ...task },
        })),
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (_, { file }) => typeof file === 'string' && (file === part || file.startsWith(`${part}/`)),
        })),
        truncated,
      );
    },
  };
}

export function backupJobsCollector(host: Host): Collector {
  return {
    category: 'backup-job',
    rhythm: 'slow',
    async collect() {
      const { items, unread, truncated } = await readBackupJobs(host, await readScheduledTasks(host));
      return picture(
        items.map((job) => ({
          key: `${job.tool} ${job.place} ${job.schedule}`.trimEnd(),
          detail: { ...job },
        })),
        unread.map(({ part, reason }) => ({ part, reason, holds: (key) => key.includes(part) })),
        truncated,
      );
    },
  };
}

export function certificatesCollector(host: Host, now: () => number): Collector {
  return {
    category: 'certificate',
    rhythm: 'slow',
    async collect({ turn }) {
      const { items, unread, truncated, missing } = await readCertificates(host, turn);
      const nowMs = now();
      const shown = items.map(({ file, keyBits, ...facts }): InventoryItem => {
        return { key: file, detail: { ...facts, keyBits, validity: validityOf(facts.notAfter, nowMs) } };
      });
      const gone = missing.map(({ file, usedBy }) => ({
        key: file,
        detail: { usedBy, validity: 'missing' },
      }));
      return picture(
        [...shown, ...gone],
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (key, { usedBy }) => key === part || (typeof usedBy === 'string' && usedBy.includes(part)),
        })),
        truncated,
      );
    },
  };
}
