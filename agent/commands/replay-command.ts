/** `vonggac-agent replay` */
import fs from 'node:fs';
import { LOG_CHANNELS } from '#protocol/record-names.ts';
import { EXIT } from '../exit-code.ts';
import { hostFacts } from '../host-facts.ts';
import { makeLogger } from '../log.ts';
import { loadConfig } from '../config.ts';
import type { LogLevel } from '../config.ts';
import { replay } from '../replay.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface ReplayCommandOptions {
  url: string;
  token: string;
  channel: string;
  config?: string;
  logLevel?: LogLevel;
}

const PROGRESS_EVERY_MS = 1_000;
const STANDARD_ERROR = 2;

export async function replayCommand(
  files: readonly string[],
  options: ReplayCommandOptions,
  context: CommandContext,
): CommandResult {
  const { m, complain, print, signal } = context;
  const channels = ['auto', ...LOG_CHANNELS] as const;
  const channel = channels.find((name) => name === options.channel);
  if (channel === undefined) {
    complain(m.badChannel(options.channel, channels.join(', ')));
    return EXIT.usage;
  }
  for (const file of files) {
    try {
      fs.accessSync(file, fs.constants.R_OK);
    } catch (error) {
      complain(m.cannotRead(file, error instanceof Error ? error.message : String(error)));
      return EXIT.failure;
    }
  }
  let shownMs = monotonicNow();
  const { end, progress } = await replay({
    url: options.url,
    token: options.token,
    files: files.map((file) => ({ path: file, channel })),
    host: hostFacts(),
    agentVersion: AGENT_VERSION,
    proxy: loadConfig({ file: options.config }).proxy,
    // Standard output ends with the result, so the log goes to the other one.
    logger: makeLogger(options.logLevel ?? 'warn', STANDARD_ERROR),
    signal,
    onProgress: ({ read, acked }) => {
      if (monotonicNow() - shownMs < PROGRESS_EVERY_MS) return;
      shownMs = monotonicNow();
      complain(m.replayProgress(read, acked));
    },
  });
  if (end.kind === 'refused') complain(m.refused(end.code, end.message));
  if (end.kind === 'stopped') complain(m.replayStopped);
  print(JSON.stringify(progress));
  if (end.kind === 'refused') return EXIT.refused;
  return end.kind === 'delivered' ? EXIT.ok : EXIT.failure;
}
