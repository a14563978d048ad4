/** The collector's log: JSON lines by pino, in files that rotate by size, secrets redacted by name. */
import path from 'node:path';
import { pino, type Logger, type LoggerOptions } from 'pino';
import roll from 'pino-roll';

export type { Logger };

const SECRET_NAMES = ['password', 'secret', 'token', 'tokenSecret', 'authorization', 'cookie', 'privateKey'];

function optionsFor(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
  };
}

/** Log in `<dir>/collector.N.log`: at most five files of 10 MiB. A full disk costs log lines, never the process. */
export async function openLogFile(
  dir: string,
  level: string,
): Promise<{ log: Logger; close: () => Promise<void> }> {
  const stream = await roll({
    file: path.join(dir, 'collector'),
    extension: '.log',
    size: '10m',
    limit: { count: 4, removeOtherLogFiles: true },
    mkdir: true,
    mode: 0o600,
  });
  let complained = false;
  stream.on('error', (error: Error) => {
    if (!complained) process.stderr.write(`the log in ${dir} cannot be written: ${error.message}\n`);
    complained = true;
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      stream.once('close', resolve);
      stream.end();
    });
  return { log: pino(optionsFor(level), stream), close };
}
