/** `vonggac-agent run` */
import { loadConfig } from '../config.ts';
import type { LogLevel } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { hostFacts } from '../host-facts.ts';
import { loadIdentity } from '../identity.ts';
import { makeLogger } from '../log.ts';
import { runAgent } from '../main.ts';
import { createSources } from '../sources/registry.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface RunCommandOptions {
  state?: string;
  config?: string;
  watch?: string[];
  tail?: string[];
  onlyGiven?: boolean;
  logLevel?: LogLevel;
}

export async function runCommand(options: RunCommandOptions, context: CommandContext): CommandResult {
  const config = loadConfig({
    stateDir: options.state,
    file: options.config,
    watch: options.watch,
    tails: options.tail,
    onlyGiven: options.onlyGiven,
    logLevel: options.logLevel,
  });
  const identity = loadIdentity(config.stateDir);
  const logger = makeLogger(config.log.level);
  logger.info({ version: AGENT_VERSION, stateDir: config.stateDir, url: identity.url }, 'starting');
  const end = await runAgent({
    config,
    identity,
    host: hostFacts(),
    agentVersion: AGENT_VERSION,
    sources: await createSources(config),
    logger,
    signal: context.signal,
    // Started with an IPC channel, it tells its starter.
    onWatching: () => void process.send?.({ type: 'watching' }),
  });
  if (end.kind !== 'refused') return EXIT.ok;
  context.complain(context.m.refusedStop(end.code, end.message));
  return EXIT.refused;
}
