/** `vonggac-agent check-policy`: what the agent would say of a policy, without a collector and without taking it. */
import fs from 'node:fs';
import { checkPolicyText, describePolicyFault } from '#protocol/policy-settings.ts';
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { makeKey } from '../identity.ts';
import { createSources } from '../sources/registry.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface CheckPolicyOptions {
  state?: string;
  config?: string;
}

export async function checkPolicyCommand(
  file: string,
  options: CheckPolicyOptions,
  { m, print, complain }: CommandContext,
): CommandResult {
  const checked = checkPolicyText(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  if ('fault' in checked) {
    complain(m.policy.refused(file, describePolicyFault(checked.fault)));
    return EXIT.badConfig;
  }
  const overrides = { stateDir: options.state, file: options.config };
  // Only made, never opened: any identity does.
  const identity = { ...makeKey(), enrolledAt: 0 };
  await createSources(loadConfig({ ...overrides, policy: checked.document }), { identity });
  print(m.policy.fits(file));
  return EXIT.ok;
}
