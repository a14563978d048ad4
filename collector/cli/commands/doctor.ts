/** `vonggac doctor`: what the collector says of itself, and what this machine says of it. */
import { statSync } from 'node:fs';
import { readMachine } from '../../doctor/read-machine.ts';
import { type CollectorFacts, type Finding, findings } from '../../doctor/verdicts.ts';
import { version } from '../../version.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { quickCheck } from '../../registry/snapshot.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { doctor } from '../operations/doctor.ts';
import { printable } from '../printable.ts';
import { backupFolderOf, type Environment } from './backup-place.ts';

async function gather(context: CommandContext, env: Environment): Promise<CollectorFacts> {
  const { backupFolder, live, rejectedRules, ...told } = await call(context, doctor, { version: version() });
  const folder = dataFolder(context.dataDir);
  return {
    ...told,
    live,
    rejectedRules,
    nowMs: Date.now(),
    version: version(),
    ...(await readMachine(folder.path, backupFolder ?? backupFolderOf(context.dataDir, env))),
    registryFault: statSync(folder.registry, { throwIfNoEntry: false }) && quickCheck(folder.registry),
  };
}

function lines(found: readonly Finding[], m: CommandContext['m']['doctor']): string[] {
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const levels = width(Object.values(m.levels));
  const names = width(Object.values(m.names));
  return found.map(({ name, level, args }) => {
    const sentence = level === 'unknown' ? m.unknown : m.findings[name](level, args);
    return printable(`${m.levels[level].padEnd(levels)}  ${m.names[name].padEnd(names)}  ${sentence}`);
  });
}

/** Exit code 1 when something is bad. */
export async function doctorCommand(
  context: CommandContext,
  flags: { json?: boolean },
  env: Environment,
): Promise<ExitCode> {
  const { m, print } = context;
  const found = findings(await gather(context, env));
  const bad = found.filter(({ level }) => level === 'fail').length;
  if (flags.json === true) print(JSON.stringify({ ok: bad === 0, findings: found }, undefined, 2));
  else {
    lines(found, m.doctor).forEach(print);
    print('');
    print(bad === 0 ? m.doctor.good : m.doctor.bad(bad));
  }
  return bad === 0 ? EXIT.ok : EXIT.failure;
}
