/** Commands that are told of tasks, services, start-up items and containers hold no secrets. */
import { expect, test } from 'vitest';
import { servicesCollector } from '../../../../../agent/sources/inventory/collect/software.ts';
import {
  containersCollector,
  startupItemsCollector,
} from '../../../../../agent/sources/inventory/collect/surroundings.ts';
import {
  backupJobsCollector,
  scheduledTasksCollector,
} from '../../../../../agent/sources/inventory/collect/upkeep.ts';
import { hostFolder } from '../../host/host-folder.ts';

test('whatever names a command names it without its secrets', async () => {
  const host = hostFolder();
  host.put('/etc/cron.d/x', '0 2 * * * root mysqldump --password="ge heim" --all-databases\n');
  host.put('/usr/lib/systemd/system/x.service', '[Service]\nExecStart=/usr/bin/x --token geheim\n');
  host.put('/etc/rc.local', '#!/bin/sh\nmount -o username=a,password=geheim //h/s /m\n');
  host.put(
    '/run/containerd/io.containerd.runtime.v2.task/default/x/config.json',
    '{"process":{"args":["db","--password=geheim"]}}',
  );
  // What every Debian does saves nothing of the host's.
  host.put('/usr/lib/systemd/system/dpkg-db-backup.timer', '[Timer]\nOnCalendar=daily\n');
  const look = { signal: new AbortController().signal, turn: () => Promise.resolve() };
  const counts: number[] = [];
  for (const collector of [
    scheduledTasksCollector(host),
    backupJobsCollector(host),
    servicesCollector(host),
    startupItemsCollector(host),
    containersCollector(host),
  ]) {
    const { items } = await collector.collect(look);
    counts.push(items.length);
    expect(JSON.stringify(items)).not.toMatch(/heim/);
  }
  expect(counts).toEqual([2, 1, 1, 1, 1]);
  host.remove();
});
