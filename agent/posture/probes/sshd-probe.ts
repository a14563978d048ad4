/**
 * `sshd`: a keyword as it is in force, by `sshd -T` where it answers, else by the files; and no Match block may weaken
 * it, which `sshd -T` does not show.
 */
import type { z } from 'zod';
import type { sshdTestSchema } from '#protocol/posture-tests.ts';
import { listed, NotAssessedError, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { describeValue, judgeValue } from '../judge-value.ts';
import { readSshdConfig, SSHD_DEFAULTS, type SshdSetting } from '../readers/sshd-config.ts';

/** Older names of keywords. */
const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
};

export async function probeSshd(
  { keyword, value: test }: z.infer<typeof sshdTestSchema>,
  view: HostView,
): Promise<Finding> {
  const config = await readSshdConfig(view);
  if (config === undefined) throw new NotAssessedError('not-tellable', 'there is no sshd_config');
  const name = ALIASES[keyword.toLowerCase()] ?? keyword.toLowerCase();
  const inFile = find(config.global, name);
  const effective = await effectiveValue(name, inFile, view);
  const wrong: string[] = [];
  const place = inFile === undefined ? '' : ` (${inFile.place})`;
  const shown = `${keyword} ${effective === '' ? 'not set' : effective}${place}`;
  if (!judgeValue(effective, test)) wrong.push(shown);
  for (const { criteria, settings } of config.matches) {
    const setting = find(settings, name);
    if (setting !== undefined && !judgeValue(setting.value, test))
      wrong.push(`Match ${criteria}: ${keyword} ${setting.value} (${setting.place})`);
  }
  return {
    ok: wrong.length === 0,
    observed: wrong.length === 0 ? shown : listed(wrong),
    expected: `${keyword} ${describeValue(test)}`,
  };
}

function find(settings: ReadonlyMap<string, SshdSetting>, name: string): SshdSetting | undefined {
  const own = settings.get(name);
  if (own !== undefined) return own;
  const older = Object.entries(ALIASES).find(([alias, is]) => is === name && settings.has(alias));
  return older === undefined ? undefined : settings.get(older[0]);
}

async function effectiveValue(
  name: string,
  inFile: SshdSetting | undefined,
  view: HostView,
): Promise<string> {
  const told = await view.once('sshd -T', () => askSshd(view));
  // What it does not print is not set.
  if (typeof told !== 'string') return told.get(name) ?? inFile?.value ?? SSHD_DEFAULTS[name] ?? '';
  const value = inFile?.value ?? SSHD_DEFAULTS[name];
  if (value !== undefined) return value;
  throw new NotAssessedError(
    'not-tellable',
    `${name} is not set, and "sshd -T", which knows its default, gave no answer: ${told}`,
  );
}

/** Why not, where it does not answer, as without root: then the files must do. */
async function askSshd(view: HostView): Promise<ReadonlyMap<string, string> | string> {
  try {
    const settings = new Map<string, string>();
    for (const line of (await view.run('sshd-effective')).split('\n')) {
      const space = line.indexOf(' ');
      if (space < 1) continue;
      const key = line.slice(0, space).toLowerCase();
      const before = settings.get(key);
      settings.set(key, before === undefined ? line.slice(space + 1) : `${before} ${line.slice(space + 1)}`);
    }
    return settings.size > 0 ? settings : 'it printed no settings';
  } catch (error) {
    if (error instanceof NotAssessedError) return error.message;
    throw error;
  }
}
