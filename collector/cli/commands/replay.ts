/** `vonggac replay`: an agent of its own sends the file over the real protocol, then we say what came of it. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import type { LogChannel } from '../../protocol/record-names.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { replayBegin, replayEnd } from '../operations/replay.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

const ROOT = path.dirname(path.dirname(path.dirname(import.meta.dirname)));

/** What a user calls a log, and the channel it is. */
const REPLAY_SOURCES = {
  sshd: 'sshd',
  apache: 'web-access',
  'linux-syslog': 'linux-syslog',
  'windows-xml': 'windows-xml',
} as const satisfies Record<string, LogChannel>;
export type ReplaySource = keyof typeof REPLAY_SOURCES;

/** Runs the agent's own replay; its progress goes to standard error as it comes. */
function runAgent(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'agent', 'cli.ts'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    // Ctrl-C reaches the whole group: the agent ends by itself, and we still say what was stored.
    const hold = (): void => undefined;
    process.on('SIGINT', hold);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', hold);
      resolve(code ?? 1);
    });
  });
}

export async function replayCommand(
  context: CommandContext,
  file: string,
  options: { source: ReplaySource; json?: boolean },
): Promise<ExitCode> {
  const { m, print, complain, language } = context;
  try {
    accessSync(file, constants.R_OK);
    if (!statSync(file).isFile()) throw new Error(m.replay.notFile);
  } catch (error) {
    complain(m.sigma.cannotRead(file, error instanceof Error ? error.message : String(error)));
    return EXIT.failure;
  }
  const { tokenId, token, url, sinceMs } = await call(context, replayBegin, {});
  complain(m.replay.sending(file, url));
  const channel = REPLAY_SOURCES[options.source];
  const args = ['--lang', language, 'replay', '--url', url, '--token', token, '--channel', channel];
  const exitCode = await runAgent([...args, path.resolve(file)]);
  const result = await call(context, replayEnd, { tokenId, sinceMs });
  if (exitCode !== 0) complain(m.replay.failed);
  const done = exitCode === 0 ? EXIT.ok : EXIT.failure;
  if (options.json === true) {
    print(JSON.stringify(result, undefined, 2));
    return done;
  }
  print(m.replay.stored(result.events));
  if (result.alerts.length === 0) {
    print(m.replay.noAlerts);
    return done;
  }
  print(m.replay.alerts(result.alerts.length));
  const lines = formatTable(result.alerts, [
    { title: m.columns.severity, value: (alert) => m.severities[alert.severity] },
    { title: m.columns.count, value: (alert) => String(alert.count), align: 'right' },
    {
      title: m.columns.title,
      value: (alert) => (language === 'vi' ? (alert.titleVi ?? alert.title) : alert.title),
    },
    {
      title: m.columns.entity,
      value: (alert) =>
        Object.entries(alert.entity)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
    },
  ]);
  lines.forEach(print);
  print(printable(m.replay.look(result.url)));
  return done;
}
