/** `vonggac-agent run` */
import { ERRORS } from '#protocol/error.ts';
import type { AgentEnd } from '../agent-options.ts';
import { loadConfig } from '../config.ts';
import type { ConfigOverrides, LogLevel } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { lowerPriority } from '../governor/lower-priority.ts';
import { readHardware } from '../hardware/read-hardware.ts';
import { hostFacts, machineId } from '../host-facts.ts';
import { makeLogger } from '../log.ts';
import { ownIdentity, replaceIdentity } from '../own-identity.ts';
import { effectiveConfig } from '../policy/effective-config.ts';
import { runUnderPolicy } from '../policy/run-under-policy.ts';
import { ownPlaces } from '../self/own-places.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';

/**
 * From how large a piece Node cuts small buffers: one that is kept (a key, a hash) keeps its whole piece, so that pieces
 * of 64 KiB, which newer Nodes have, cost an agent almost 1 MB.
 */
const BUFFER_PIECE_BYTES = 8_192;

export interface RunCommandOptions {
  state?: string;
  config?: string;
  watch?: string[];
  tail?: string[];
  onlyGiven?: boolean;
  logLevel?: LogLevel;
}

export async function runCommand(options: RunCommandOptions, context: CommandContext): CommandResult {
  const overrides: ConfigOverrides = {
    stateDir: options.state,
    file: options.config,
    watch: options.watch,
    tails: options.tail,
    onlyGiven: options.onlyGiven,
    logLevel: options.logLevel,
  };
  Buffer.poolSize = BUFFER_PIECE_BYTES;
  const config = loadConfig(overrides);
  const { stateDir, proxy } = config;
  const logger = makeLogger(config.log.level);
  const lowered = await lowerPriority(config.governor);
  if (lowered.problem !== undefined) logger.warn(lowered, 'the priority of the agent could not be lowered');
  const hardware = await readHardware();
  const own = {
    stateDir,
    hardware,
    logger,
    host: hostFacts(),
    machineId: machineId(),
    agentVersion: AGENT_VERSION,
    now: Date.now,
    proxy,
    signal: context.signal,
  };
  let identity = await ownIdentity(own);
  for (;;) {
    logger.info({ version: AGENT_VERSION, stateDir, url: identity.url }, 'starting');
    const { startUpdates } = await import('../update/start-updates.ts');
    const updates = await startUpdates({
      // Handing out to neighbours may come by policy; it counts from the next start on.
      config: { stateDir, proxy, updates: effectiveConfig(overrides).updates },
      identity,
      entry: process.argv[1],
      agentVersion: AGENT_VERSION,
      logger,
    });
    let end: AgentEnd;
    try {
      end = await runUnderPolicy({
        overrides,
        own: config,
        identity,
        host: hostFacts(),
        hardware,
        agentVersion: AGENT_VERSION,
        logger,
        ownFiles: ownPlaces(stateDir, options.config, process.argv[1]),
        signal: AbortSignal.any([context.signal, updates.restart]),
        onAcknowledged: () => updates.acknowledged(),
        onBandwidth: (bandwidth) => updates.useBandwidth(bandwidth),
        // Started with an IPC channel, it tells its starter.
        onWatching: () => void process.send?.({ type: 'watching' }),
      });
    } finally {
      await updates.stop();
    }
    if (end.kind !== 'refused') return updates.restart.aborted ? EXIT.again : EXIT.ok;
    if (ERRORS[end.code].next !== 'enrol') {
      context.complain(context.m.refusedStop(end.code, end.message));
      return EXIT.refused;
    }
    logger.error({ code: end.code }, end.message);
    identity = await replaceIdentity(own);
  }
}
