/** `vonggac rules new`: a rule that passes our checks as it is, with the events of its test beside it. Overwrites nothing. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RULE_TEMPLATES } from '../../../rules/testing/rule-templates.ts';
import { writeRule } from '../../../rules/testing/write-rule.ts';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';

export interface NewRuleFlags {
  title: string;
  titleVi: string;
  logsource: string;
  level: string;
  author: string;
}

/** @throws UsageError for a name or log source that will not do, or a file that is there already */
export async function newRuleCommand(
  { m, print }: Pick<CommandContext, 'm' | 'print'>,
  file: string,
  flags: NewRuleFlags,
  { now = Date.now(), id = randomUUID() }: { now?: number; id?: string } = {},
): Promise<void> {
  const words = m.ruleAuthoring;
  const name = path.basename(file);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*\.yml$/.test(name)) throw new UsageError(words.badName(name));
  const logsource = wholeLogsource(flags.logsource);
  const template = RULE_TEMPLATES.get(logsource);
  if (template === undefined)
    throw new UsageError(words.noTemplate(flags.logsource, [...RULE_TEMPLATES.keys()].sort().join(', ')));
  const testFile = file.replace(/\.yml$/, '.test.yml');
  const date = new Date(now).toISOString().slice(0, 10);
  const texts = writeRule({ ...flags, logsource, id, date }, template);
  await mkdir(path.dirname(file), { recursive: true });
  await writeNew(file, texts.rule, words);
  try {
    await writeNew(testFile, texts.test, words);
  } catch (error) {
    // A rule without its test is half a rule.
    await rm(file, { force: true });
    throw error;
  }
  print(words.made(file, testFile));
}

/** Slashes at the end may be left out. */
const wholeLogsource = (text: string): string => text + '/'.repeat(Math.max(0, 3 - text.split('/').length));

async function writeNew(file: string, text: string, m: CommandContext['m']['ruleAuthoring']): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (isThere) throw new UsageError(m.isThere(file), { cause: error });
    throw error;
  }
}
