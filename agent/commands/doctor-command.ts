/** `vonggac-agent doctor` */
import { loadConfig } from '../config.ts';
import { examine, formatChecks } from '../doctor/doctor.ts';
import { EXIT } from '../exit-code.ts';
import { printable } from '../printable.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface DoctorCommandOptions {
  state?: string;
  config?: string;
  json?: boolean;
}

export async function doctorCommand(options: DoctorCommandOptions, context: CommandContext): CommandResult {
  const config = loadConfig({ stateDir: options.state, file: options.config });
  const checks = await examine(config, context.m, Date.now);
  const failed = checks.some(({ level }) => level === 'fail');
  context.print(
    options.json === true
      ? JSON.stringify({ ok: !failed, checks })
      : printable(formatChecks(checks, context.m)),
  );
  return failed ? EXIT.failure : EXIT.ok;
}
