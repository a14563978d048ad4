/** `vonggac-agent enrol` */
import fs from 'node:fs';
import { loadConfig } from '../config.ts';
import { enrol } from '../enrol.ts';
import { forgetEnrolmentProblem } from '../enrolment-problem.ts';
import { EXIT } from '../exit-code.ts';
import { readHardware } from '../hardware/read-hardware.ts';
import { hint } from '../hint.ts';
import { hostFacts, machineId } from '../host-facts.ts';
import { keepEnrolment } from '../kept-enrolment.ts';
import { AGENT_VERSION } from '../version.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface EnrolCommandOptions {
  url: string;
  token: string;
  state?: string;
  config?: string;
  force?: boolean;
  caFile?: string;
  keepToken?: boolean;
}

export async function enrolCommand(options: EnrolCommandOptions, context: CommandContext): CommandResult {
  const { stateDir, proxy } = loadConfig({ stateDir: options.state, file: options.config });
  const { url, token, caFile } = options;
  const caPem = caFile === undefined ? undefined : fs.readFileSync(caFile, 'utf8');
  const identity = await enrol({
    url,
    token,
    caPem,
    stateDir,
    force: options.force,
    host: hostFacts(),
    machineId: machineId(),
    hardware: await readHardware(),
    agentVersion: AGENT_VERSION,
    now: Date.now,
    proxy,
    signal: context.signal,
  });
  forgetEnrolmentProblem(stateDir);
  if (options.keepToken === true) keepEnrolment(stateDir, { url, token, caPem });
  const { m, print } = context;
  print(m.enrolled(identity.agencyName, identity.agentId));
  if (identity.pending) print(m.enrolledPending);
  print(m.startIt(hint('run', options.state ?? stateDir)));
  return EXIT.ok;
}
