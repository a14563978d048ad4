/**
 * Runs the collector as a process: says when it is ready, and stops on a signal or when whoever started it has gone.
 */
import process from 'node:process';
import { EXIT, type ExitCode } from './cli/exit-code.ts';
import type { Messages } from './cli/messages/en.ts';
import { printable } from './cli/printable.ts';
import { readConfig, type CollectorConfig } from './config.ts';
import { startCollector, type RunningCollector } from './main.ts';
import { activeDataDir, isDemonstration, ownDataDir } from './registry/demonstration-folder.ts';
import { startFailure } from './start-failure.ts';

/** A stop that takes longer than this ends by force; what was accepted is stored or still with the agents. */
const STOP_MS_MAX = 4_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface ServeFlags {
  data: string;
  listen?: string | undefined;
  rules?: readonly string[] | undefined;
}

/** Resolves with the process's exit code after the collector has stopped. */
export async function main(flags: ServeFlags, m: Messages): Promise<ExitCode> {
  process.umask(0o077);
  const hasStarter = process.connected;
  const listen = flags.listen ?? process.env['VONGGAC_LISTEN'] ?? '127.0.0.1:8443';
  // While the demonstration is there: once it is gone its folder tells no longer whose it was.
  const own = ownDataDir(flags.data);
  let port: number | undefined;
  for (;;) {
    const again = Promise.withResolvers<void>();
    let running: RunningCollector;
    try {
      running = await startCollector(configOf({ ...flags, data: own }, port), {
        upgradeBackup: (name) => void process.stderr.write(`${m.start.upgradeBackup(name)}\n`),
        restart: () => again.resolve(),
      });
    } catch (error) {
      const failure = startFailure(error, { dataDir: flags.data, listen, m });
      if (failure === undefined) throw error;
      process.stderr.write(`vonggac: ${failure.message}\n`);
      return failure.exitCode;
    }
    const ended = untilToldToStop(running, again.promise, { m, hasStarter });
    announce(running, m);
    const exitCode = await ended;
    if (exitCode !== undefined) return exitCode;
    // Whoever looked at it finds it at the same place.
    port = Number(new URL(running.url).port);
  }
}

/** Of the data folder that counts now. A demonstration tells nobody outside of itself. @param flags their `data` is the own folder */
function configOf(flags: ServeFlags, port: number | undefined): CollectorConfig {
  const data = activeDataDir(flags.data);
  const config = readConfig(process.env, { ...flags, data });
  return {
    ...config,
    ...(port === undefined ? {} : { listen: { ...config.listen, port } }),
    ...(isDemonstration(data) ? { auditHeads: [], backupDir: undefined, heartbeatUrl: undefined } : {}),
  };
}

/** Started with an IPC channel, it tells its starter, who speaks to people; else it speaks itself. */
function announce(running: RunningCollector, m: Messages): void {
  for (const { source, line, column, message } of running.rules.rejected) {
    const told = m.start.ruleRejected(`${source}:${line}:${column}`, message);
    process.stderr.write(`${printable(told)}\n`);
  }
  const { url, fingerprint, initialPasswordFile } = running;
  if (running.fewFiles !== undefined)
    process.stderr.write(`vonggac: ${m.start.fewFiles(running.fewFiles)}\n`);
  if (process.connected) {
    process.send?.({ type: 'ready', url, fingerprint, initialPasswordFile });
    return;
  }
  process.stdout.write(`${m.start.serving(url, fingerprint)}\n`);
  if (initialPasswordFile !== undefined) {
    process.stdout.write(`${m.start.signIn(initialPasswordFile)}\n`);
  }
  const { loaded, rejected } = running.rules;
  process.stdout.write(`${m.status.rules}: ${m.status.rulesLine(loaded, rejected.length)}\nready\n`);
}

/** @returns undefined: it stopped to start anew */
function untilToldToStop(
  running: RunningCollector,
  again: Promise<void>,
  { m, hasStarter }: { m: Messages; hasStarter: boolean },
): Promise<ExitCode | undefined> {
  return new Promise((resolve) => {
    let isTold = false;
    let code: ExitCode | undefined;
    let force: NodeJS.Timeout | undefined;
    const stop = (exitCode: ExitCode | undefined): void => {
      // To start anew it takes the time it needs: nobody waits for its end.
      if (exitCode !== undefined) {
        code ??= exitCode;
        force ??= setTimeout(() => {
          process.stderr.write(`vonggac: ${m.start.stopSlow(STOP_MS_MAX)}\n`);
          process.exit(1);
        }, STOP_MS_MAX);
      }
      if (isTold) return;
      isTold = true;
      void running.stop().then(() => {
        clearTimeout(force);
        for (const signal of SIGNALS) process.off(signal, onSignal);
        process.off('disconnect', onSignal);
        if (code !== undefined && process.connected) process.disconnect();
        resolve(code);
      });
    };
    const onSignal = (): void => stop(EXIT.ok);
    for (const signal of SIGNALS) process.on(signal, onSignal);
    if (process.connected) process.on('disconnect', onSignal);
    else if (hasStarter) stop(EXIT.ok); // gone while it started
    void again.then(() => stop(undefined));
    void running.failed.then((error) => {
      process.stderr.write(`vonggac: ${error.message}\n`);
      stop(EXIT.failure);
    });
  });
}
