/** vonggac-agent: the process behind the command line, its signals and its exit code (commands: `cli/program.ts`). */
import { CommanderError } from 'commander';
import type { CommandLine } from './cli/command-line.ts';
import { makeProgram } from './cli/program.ts';
import { defaultStateDir, processEnvironment } from './config.ts';
import { EXIT, explain } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { chooseLanguage, messagesIn } from './messages/language.ts';
import { printable } from './printable.ts';
import { usageMessage } from './translated-help.ts';

/** A stop that hangs is cut off. */
const STOP_MS_MAX = 1_900;

const m = messagesIn(chooseLanguage(process.argv.slice(2), process.env));
const stop = new AbortController();
let exitCode: ExitCode = EXIT.ok;

const complain = (line: string): boolean => process.stderr.write(`${printable(line)}\n`);

const commandLine: CommandLine = {
  m,
  context: {
    m,
    print: (line) => process.stdout.write(`${line}\n`),
    complain,
    signal: stop.signal,
  },
  stop: onSignal,
  // What a user can mend is said in plain words, a defect with its stack.
  run: async (options, command) => {
    try {
      exitCode = await command();
    } catch (error) {
      const stateDir = options.state ?? defaultStateDir(processEnvironment());
      const explained = explain(error, { m, stateDir, url: options.url });
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      complain(explained?.message ?? stack);
      exitCode = explained?.exitCode ?? EXIT.failure;
    }
  },
};

/** A signal, or the end of whoever started this process with an IPC channel. */
function onSignal(): void {
  if (stop.signal.aborted) process.exit(EXIT.failure);
  stop.abort();
  setTimeout(() => {
    complain(m.notStopped);
    process.exit(EXIT.failure);
  }, STOP_MS_MAX).unref();
}

process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);
// Windows has these of a terminal: its other key to break off, and that it is closed. Nothing else there can be answered.
if (process.platform === 'win32')
  for (const name of ['SIGBREAK', 'SIGHUP'] as const) process.on(name, onSignal);
if (process.connected) process.on('disconnect', onSignal);
// Windows has no signals: its service holds our standard input, and closes it for a stop and when it dies itself.
if (process.env['VONGGAC_STOP_WITH_STDIN'] === '1') {
  delete process.env['VONGGAC_STOP_WITH_STDIN'];
  process.stdin.on('end', onSignal).on('error', onSignal).resume();
}

try {
  await makeProgram(commandLine, process.stdout.columns).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are no errors; everything else commander refuses is wrong use.
  exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (exitCode !== EXIT.ok) complain(`vonggac-agent: ${usageMessage(error, m)}`);
}
// Whatever a library may still hold open must not keep the process.
process.exit(exitCode);
