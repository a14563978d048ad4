/** `vonggac-agent doctor` */
import { examine, formatChecks } from '../doctor/doctor.ts';
import { EXIT } from '../exit-code.ts';
import { processScreen } from '../paint.ts';
import { effectiveConfig } from '../policy/effective-config.ts';
import { printable } from '../printable.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface DoctorCommandOptions {
  state?: string;
  config?: string;
  json?: boolean;
  strict?: boolean;
}

/** Exit code 1: something failed; with `strict`, 9: nothing failed, but something needs attention. */
export async function doctorCommand(options: DoctorCommandOptions, context: CommandContext): CommandResult {
  const config = effectiveConfig({ stateDir: options.state, file: options.config });
  const found = await examine(config, context.m, Date.now);
  const checks = found.map((check) => ({ ...check, message: printable(check.message) }));
  const failed = checks.some(({ level }) => level === 'fail');
  const warned = checks.some(({ level }) => level === 'warn');
  context.print(
    options.json === true
      ? JSON.stringify({ version: 1, ok: !failed, level: failed ? 'fail' : warned ? 'warn' : 'ok', checks })
      : formatChecks(checks, context.m, processScreen()),
  );
  if (failed) return EXIT.failure;
  return warned && options.strict === true ? EXIT.attention : EXIT.ok;
}
