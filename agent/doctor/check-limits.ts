/** Limits of the system that the agent may run into: watches of files, open files. */
import type { Host } from '../host/host.ts';
import { readText, textOr } from '../host/read-text.ts';
import type { Messages } from '../messages/en.ts';
import { ok, warn } from './check.ts';
import type { Check } from './check.ts';

/** Folders under watch beside what other programs need. */
const WATCHES_MIN = 65_536;
const INSTANCES_MIN = 128;
const FILES_MIN = 4_096;

/** @param pid of the agent that runs; undefined: of this process, which stands for it. */
export async function checkLimits(
  host: Pick<Host, 'root'>,
  pid: number | undefined,
  watches: boolean,
  m: Messages,
): Promise<Check[]> {
  const texts = m.doctor.more;
  const checks: Check[] = [];
  if (watches) {
    const folder = '/proc/sys/fs/inotify';
    const watchesMax = Number(await textOr(host, `${folder}/max_user_watches`));
    const instancesMax = Number(await textOr(host, `${folder}/max_user_instances`));
    if (watchesMax > 0 && watchesMax < WATCHES_MIN)
      checks.push(warn('limits', texts.inotifyLow('fs.inotify.max_user_watches', watchesMax, WATCHES_MIN)));
    if (instancesMax > 0 && instancesMax < INSTANCES_MIN)
      checks.push(
        warn('limits', texts.inotifyLow('fs.inotify.max_user_instances', instancesMax, INSTANCES_MIN)),
      );
    if (checks.length === 0 && watchesMax > 0) checks.push(ok('limits', texts.inotifyOk(watchesMax)));
  }
  const limits = await readText(host, `/proc/${pid ?? 'self'}/limits`);
  const files =
    limits.kind === 'text' ? /^Max open files\s+(\d+|unlimited)/m.exec(limits.text)?.[1] : undefined;
  if (files === undefined) return checks;
  const low = files !== 'unlimited' && Number(files) < FILES_MIN;
  return [
    ...checks,
    low ? warn('limits', texts.filesLow(Number(files), FILES_MIN)) : ok('limits', texts.filesOk(files)),
  ];
}
