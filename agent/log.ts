/** Structured logs on standard output, one JSON object per line; what could be a secret never gets there. */
import { pino } from 'pino';
import type { Logger } from 'pino';
import type { LogLevel } from './config.ts';
import { isoTime } from './iso-time.ts';

export type { Logger } from 'pino';

const SECRET_KEYS = [
  'token',
  'tokenSecret',
  'secret',
  'privateKey',
  'signature',
  'authorization',
  'password',
];

export function makeLogger(level: LogLevel, fileDescriptor = 1): Logger {
  return pino(
    {
      level,
      base: { app: 'vonggac-agent' },
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: fileDescriptor, sync: true }),
  );
}
