/** `vonggac-agent enrol` */
import { loadConfig } from '../config.ts';
import { enrol } from '../enrol.ts';
import { EXIT } from '../exit-code.ts';
import { hint } from '../hint.ts';
import { hostFacts, machineId } from '../host-facts.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface EnrolCommandOptions {
  url: string;
  token: string;
  state?: string;
  config?: string;
  force?: boolean;
}

export async function enrolCommand(options: EnrolCommandOptions, context: CommandContext): CommandResult {
  const { stateDir, proxy } = loadConfig({ stateDir: options.state, file: options.config });
  const identity = await enrol({
    url: options.url,
    token: options.token,
    stateDir,
    force: options.force,
    host: hostFacts(),
    machineId: machineId(),
    agentVersion: AGENT_VERSION,
    now: Date.now,
    proxy,
    signal: context.signal,
  });
  context.print(context.m.enrolled(identity.agencyName, identity.agentId));
  context.print(context.m.startIt(hint('run', options.state ?? stateDir)));
  return EXIT.ok;
}
