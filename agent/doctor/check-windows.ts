/** On Windows: whether this Windows can have the agent, and with whose rights it is asked here. */
import type { Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { fail, ok, warn, type Check } from './check.ts';

const SYSTEM = 'S-1-5-18';
/** Of a process with an administrator's rights, or the system's. */
const ELEVATED = /S-1-16-(?:12288|16384)\b/;
const ADMINISTRATORS = /S-1-5-32-544\b/;
/** Windows 10 1607 and Server 2016: what the runtime needs. */
const BUILD_MIN = 14_393;

export interface SystemWord {
  /** `os.release()`, e.g. `10.0.19045`. */
  release: string;
  /** `process.arch`. */
  arch: string;
  /** `PROCESSOR_ARCHITEW6432`: what the machine is when a 32-bit program asks. */
  wow64: string | undefined;
}

export type Unfit = 'old-system' | 'not-64-bit';

/** Undefined: the agent runs there. */
export function unfitness({ release, arch, wow64 }: SystemWord): Unfit | undefined {
  const [major = 0, , build = 0] = release.split('.').map(Number);
  if (major < 10 || build < BUILD_MIN) return 'old-system';
  return arch === 'ia32' && wow64 === undefined ? 'not-64-bit' : undefined;
}

export function checkWindowsAge(word: SystemWord, m: Messages): Check[] {
  const unfit = unfitness(word);
  const texts = m.doctor.windows;
  return unfit === undefined
    ? [ok('system', texts.fit(word.release))]
    : [fail('system', texts[unfit](word.release))];
}

/** By security identifiers, since names are other words in each language. */
export async function checkWindowsRights(host: Pick<Host, 'run'>, m: Messages): Promise<Check[]> {
  const ask = async (what: string): Promise<string | undefined> => {
    const answer = await host.run('whoami', [what, '/fo', 'csv', '/nh']);
    return answer.kind === 'ended' && answer.code === 0 ? answer.stdout : undefined;
  };
  const [user, groups] = [await ask('/user'), await ask('/groups')];
  const texts = m.doctor.windows;
  if (user === undefined || groups === undefined) return [warn('rights', texts.rightsUnknown)];
  if (new RegExp(`"${SYSTEM}"`).test(user)) return [ok('rights', texts.system)];
  if (ELEVATED.test(groups)) return [ok('rights', texts.administrator)];
  return [fail('rights', ADMINISTRATORS.test(groups) ? texts.notElevated : texts.notAdministrator)];
}
