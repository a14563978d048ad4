/**
 * Runs the collector as a process: says when it is ready, stops on a signal or when whoever started it has gone,
 * and turns every way a start can fail into one clear message.
 */
import process from 'node:process';
import { ConfigError, readConfig } from './config.ts';
import { RulesUnreadableError } from './detect/rule-book.ts';
import { EngineStartError } from './engine/supervisor.ts';
import { startCollector, type RunningCollector } from './main.ts';
import { CertificateError } from './registry/certificate.ts';
import { DataFolderError } from './registry/data-folder.ts';
import { DataFolderInUseError } from './registry/data-lock.ts';
import { RegistryOpenError } from './registry/database.ts';

/** A stop that takes longer than this ends by force; what was accepted is stored or still with the agents. */
const STOP_MS_MAX = 4_000;

export interface ServeFlags {
  data?: string | undefined;
  listen?: string | undefined;
  rules?: readonly string[] | undefined;
}

const KNOWN = [
  ConfigError,
  DataFolderError,
  DataFolderInUseError,
  EngineStartError,
  CertificateError,
  RegistryOpenError,
  RulesUnreadableError,
] as const;

/** @returns what to tell the user, or undefined when the error is a defect of ours. */
export function startFailure(error: unknown, listen: string): string | undefined {
  if (KNOWN.some((known) => error instanceof known) && error instanceof Error) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `${listen} is taken by another program: choose another address with --listen HOST:PORT or VONGGAC_LISTEN`;
    case 'EADDRNOTAVAIL':
      return `${listen} is not an address of this machine: choose another with --listen HOST:PORT or VONGGAC_LISTEN`;
    case 'EACCES':
      return `this user may not listen on ${listen}: choose a port above 1023, or grant the right to this one`;
    case 'ENOSPC':
      return 'the disk is full: free some space, or move the data folder with --data or VONGGAC_DATA';
    default:
      return undefined;
  }
}

/** Resolves with the process's exit code after the collector has stopped. */
export async function main(flags: ServeFlags): Promise<number> {
  process.umask(0o077);
  const listen = flags.listen ?? process.env['VONGGAC_LISTEN'] ?? '127.0.0.1:8443';
  let running: RunningCollector;
  try {
    running = await startCollector(readConfig(process.env, flags));
  } catch (error) {
    const message = startFailure(error, listen);
    if (message === undefined) throw error;
    process.stderr.write(`vonggac: ${message}\n`);
    return 1;
  }
  const stopped = untilToldToStop(running);
  announce(running);
  return stopped;
}

/** Started with an IPC channel, it tells its starter, who speaks to people; else it speaks itself. */
function announce(running: RunningCollector): void {
  for (const { source, line, column, message } of running.rules.rejected) {
    process.stderr.write(`rule rejected: ${source}:${line}:${column}: ${message}\n`);
  }
  const { url, fingerprint, initialPasswordFile } = running;
  if (process.connected) {
    process.send?.({ type: 'ready', url, fingerprint, initialPasswordFile });
    return;
  }
  process.stdout.write(`Console and API: ${url} (certificate SHA-256 ${fingerprint})\n`);
  if (initialPasswordFile !== undefined) {
    process.stdout.write(`Sign in as admin with the one-time password in ${initialPasswordFile}\n`);
  }
  process.stdout.write(
    `Rules: ${running.rules.loaded} loaded, ${running.rules.rejected.length} rejected\nready\n`,
  );
}

function untilToldToStop(running: RunningCollector): Promise<number> {
  return new Promise((resolve) => {
    let told = false;
    const stop = (): void => {
      if (told) return;
      told = true;
      const force = setTimeout(() => {
        process.stderr.write(`vonggac: stopping took longer than ${STOP_MS_MAX} ms; ended by force\n`);
        process.exit(1);
      }, STOP_MS_MAX);
      void running.stop().then(() => {
        clearTimeout(force);
        if (process.connected) process.disconnect();
        resolve(0);
      });
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    if (process.connected) process.on('disconnect', stop);
  });
}
