/** `vonggac-agent status` */
import { attentionOf } from '../attention.ts';
import { systemClock } from '../clock.ts';
import { loadConfig } from '../config.ts';
import { enrolmentProblem } from '../enrolment-problem.ts';
import { EXIT, explain } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import { hint } from '../hint.ts';
import { hasIdentity, loadIdentity } from '../identity.ts';
import { fitted, inColumns, processScreen } from '../paint.ts';
import { PolicyStore } from '../policy/policy-store.ts';
import { printable } from '../printable.ts';
import { isAlive, readStatus } from '../status-file.ts';
import { statusRows } from '../status-view.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface StatusCommandOptions {
  state?: string;
  json?: boolean;
  check?: boolean;
  watch?: boolean;
}

const AGAIN_MS = 2_000;
/** Cursor home and everything below it cleared: less flicker than clearing first. */
const HOME = '\u001b[H\u001b[J';

/** Exit code 1: the agent does not run; with `check`, 9: it runs, and somebody should look at it. */
export async function statusCommand(options: StatusCommandOptions, context: CommandContext): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  if (options.watch !== true) return show(stateDir, options, context);
  const clears = options.json !== true && processScreen().width !== undefined;
  let exitCode: ExitCode = EXIT.ok;
  while (!context.signal.aborted) {
    const lines: string[] = [];
    exitCode = show(stateDir, options, { ...context, print: (line) => lines.push(line) });
    context.print(clears ? `${HOME}${fitted(lines, process.stdout.rows).join('\n')}` : lines.join('\n'));
    await systemClock.sleep(AGAIN_MS, context.signal);
  }
  return exitCode;
}

function show(stateDir: string, options: StatusCommandOptions, { m, print }: CommandContext): ExitCode {
  const status = readStatus(stateDir);
  const alive = status !== undefined && isAlive(status);
  const policy = new PolicyStore(stateDir).report();
  const attention = attentionOf(status, alive, policy.state);
  const failed = hasIdentity(stateDir) ? undefined : enrolmentProblem(stateDir);
  const why = failed && (explain(failed.error, { m, stateDir, url: failed.url })?.message ?? '');
  const enrolment = failed === undefined ? null : { code: failed.error.code, message: why, at: failed.at };
  if (options.json === true) {
    print(
      JSON.stringify({ version: 1, stateDir, alive, attention, status: status ?? null, policy, enrolment }),
    );
  } else if (failed !== undefined) {
    print(m.status.notEnrolled(formatTime(failed.at), printable(why ?? '')));
  } else if (status === undefined) {
    loadIdentity(stateDir); // or says how to enrol
    print(m.status.never(stateDir));
    print(m.startIt(hint('run', options.state ?? stateDir)));
  } else {
    const screen = processScreen();
    const view = { status, alive, policy, attention, nowMs: Date.now() };
    const rows = statusRows(view, m).map(([name, text]) => [name, printable(text)] as const);
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, text] of rows) {
      const lines = inColumns(name, width, text, screen);
      const bad = name === m.status.attention || text.startsWith('  ! ');
      for (const line of lines) print(bad ? screen.paint(line, 'yellow') : line);
    }
  }
  if (!alive) return EXIT.failure;
  return options.check === true && attention.length > 0 ? EXIT.attention : EXIT.ok;
}
