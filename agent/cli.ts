/** vonggac-agent: the command line. Commands load what they need when they run. */
import { Command, CommanderError, Option } from 'commander';
import { LOG_LEVELS, defaultStateDir, processEnvironment } from './config.ts';
import type { AuditCommandOptions } from './commands/audit-command.ts';
import type { IntegrityCommandOptions } from './commands/integrity-command.ts';
import type { CommandContext, CommandResult } from './commands/command.ts';
import type { CheckPolicyOptions } from './commands/check-policy-command.ts';
import type { DiscoverCommandOptions } from './commands/discover-command.ts';
import type { DoctorCommandOptions } from './commands/doctor-command.ts';
import type { EnrolCommandOptions } from './commands/enrol-command.ts';
import type { PauseCommandOptions, ResumeCommandOptions } from './commands/pause-command.ts';
import type { PostureRunOptions } from './commands/posture-run-command.ts';
import type { ProbeListOptions } from './commands/probe-list-command.ts';
import type { ProbeRunOptions } from './commands/probe-run-command.ts';
import type { ReplayCommandOptions } from './commands/replay-command.ts';
import type { RunCommandOptions } from './commands/run-command.ts';
import type { StatusCommandOptions } from './commands/status-command.ts';
import type { UninstallCommandOptions } from './commands/uninstall-command.ts';
import { EXIT, explain } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { LANGUAGES, chooseLanguage, messagesIn } from './messages/language.ts';
import { TranslatedHelp, usageMessage } from './translated-help.ts';
import { printable } from './printable.ts';
import { AGENT_VERSION } from './version.ts';

/** Columns. */
const HELP_WIDTH = Math.min(process.stdout.columns ?? 100, 110);
/** A stop that hangs is cut off. */
const STOP_MS_MAX = 1_900;

const m = messagesIn(chooseLanguage(process.argv.slice(2), process.env));
const stop = new AbortController();
let exitCode: ExitCode = EXIT.ok;

const context: CommandContext = {
  m,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${printable(line)}\n`),
  signal: stop.signal,
};

/** A signal, or the end of whoever started this process with an IPC channel. */
function onSignal(): void {
  if (stop.signal.aborted) process.exit(EXIT.failure);
  stop.abort();
  setTimeout(() => {
    context.complain(m.notStopped);
    process.exit(EXIT.failure);
  }, STOP_MS_MAX).unref();
}

/** Runs a command; what a user can mend is said in plain words, a defect with its stack. */
async function run(options: { state?: string; url?: string }, command: () => CommandResult): Promise<void> {
  try {
    exitCode = await command();
  } catch (error) {
    const stateDir = options.state ?? defaultStateDir(processEnvironment());
    const explained = explain(error, { m, stateDir, url: options.url });
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.complain(explained?.message ?? stack);
    exitCode = explained?.exitCode ?? EXIT.failure;
  }
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

const stateOption = (): Option => new Option('--state <dir>', m.help.state);
const configOption = (): Option => new Option('--config <file>', m.help.config);
/** By the environment, so that the token need not stand in the list of processes. */
const tokenOption = (): Option =>
  new Option('--token <token>', m.help.token).env('VONGGAC_JOIN_TOKEN').makeOptionMandatory();
const levelOption = (): Option => new Option('--log-level <level>', m.help.logLevel).choices(LOG_LEVELS);

function makeProgram(): Command {
  const program = new Command('vonggac-agent')
    .description(m.help.program)
    .version(AGENT_VERSION, '--version', m.help.version)
    .helpOption('-h, --help', m.help.helpOption)
    .helpCommand(false)
    .addOption(new Option('--lang <language>', m.help.lang).choices(LANGUAGES))
    .addHelpText('after', `\n${m.help.exitCodes}`)
    .showHelpAfterError(false)
    .exitOverride()
    // Errors are said below, in the user's language.
    .configureOutput({ outputError: () => undefined });
  program.createHelp = () => Object.assign(new TranslatedHelp(m), { helpWidth: HELP_WIDTH });

  program
    .command('enrol')
    .description(m.help.enrol)
    .requiredOption('--url <url>', m.help.url)
    .addOption(tokenOption())
    .addOption(stateOption())
    .addOption(configOption())
    .option('--force', m.help.force)
    .option('--ca-file <file>', m.help.caFile)
    .option('--keep-token', m.help.keepToken)
    .action((options: EnrolCommandOptions) =>
      run(options, async () => {
        const { enrolCommand } = await import('./commands/enrol-command.ts');
        return enrolCommand(options, context);
      }),
    );

  program
    .command('run')
    .description(m.help.run)
    .addOption(stateOption())
    .addOption(configOption())
    .option('--watch <path>', m.help.watch, collect)
    .option('--tail <file[=channel]>', m.help.tail, collect)
    .option('--only-given', m.help.onlyGiven)
    .addOption(levelOption())
    .action((options: RunCommandOptions) =>
      run(options, async () => {
        const { runCommand } = await import('./commands/run-command.ts');
        return runCommand(options, context);
      }),
    );

  program
    .command('status')
    .description(m.help.status)
    .addOption(stateOption())
    .option('--json', m.help.json)
    .option('--check', m.help.check)
    .option('--watch', m.help.watchStatus)
    .action((options: StatusCommandOptions) =>
      run(options, async () => {
        const { statusCommand } = await import('./commands/status-command.ts');
        return statusCommand(options, context);
      }),
    );

  program
    .command('discover')
    .description(m.discover.help)
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .option('--write', m.discover.helpWrite)
    .action((options: DiscoverCommandOptions) =>
      run(options, async () => {
        const { discoverCommand } = await import('./commands/discover-command.ts');
        return discoverCommand(options, context);
      }),
    );

  program
    .command('doctor')
    .description(m.help.doctor)
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .option('--strict', m.help.strict)
    .action((options: DoctorCommandOptions) =>
      run(options, async () => {
        const { doctorCommand } = await import('./commands/doctor-command.ts');
        return doctorCommand(options, context);
      }),
    );

  program
    .command('check-policy')
    .description(m.help.checkPolicy)
    .argument('<file>', m.help.policyFile)
    .addOption(stateOption())
    .addOption(configOption())
    .action((file: string, options: CheckPolicyOptions) =>
      run(options, async () => {
        const { checkPolicyCommand } = await import('./commands/check-policy-command.ts');
        return checkPolicyCommand(file, options, context);
      }),
    );

  program
    .command('pause')
    .description(m.governor.help.pause)
    .addOption(new Option('--for <time>', m.governor.help.for).default('2h'))
    .addOption(stateOption())
    .action((options: PauseCommandOptions) =>
      run(options, async () => {
        const { pauseCommand } = await import('./commands/pause-command.ts');
        return pauseCommand(options, context);
      }),
    );

  program
    .command('uninstall')
    .description(m.uninstall.help.uninstall)
    .option('--token <token>', m.uninstall.help.token)
    .option('--force', m.uninstall.help.force)
    .option('--keep-state', m.uninstall.help.keepState)
    .addOption(stateOption())
    .addOption(configOption())
    .action((options: UninstallCommandOptions) =>
      run(options, async () => {
        const { uninstallCommand } = await import('./commands/uninstall-command.ts');
        return uninstallCommand(options, context);
      }),
    );

  program
    .command('resume')
    .description(m.governor.help.resume)
    .addOption(stateOption())
    .action((options: ResumeCommandOptions) =>
      run(options, async () => {
        const { resumeCommand } = await import('./commands/pause-command.ts');
        return resumeCommand(options, context);
      }),
    );

  program
    .command('replay')
    .description(m.help.replay)
    .argument('<file...>', m.help.file)
    .requiredOption('--url <url>', m.help.url)
    .addOption(tokenOption())
    .option('--channel <channel>', m.help.channel, 'auto')
    .addOption(configOption())
    .addOption(levelOption())
    .action((files: string[], options: ReplayCommandOptions) =>
      run(options, async () => {
        const { replayCommand } = await import('./commands/replay-command.ts');
        return replayCommand(files, options, context);
      }),
    );

  const posture = program.command('posture').description(m.posture.help.posture).helpCommand(false);
  posture
    .command('run')
    .description(m.posture.help.run)
    .option('--policy <name>', m.posture.help.policy, collect)
    .option('--all', m.posture.help.all)
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .action((options: PostureRunOptions) =>
      run(options, async () => {
        const { postureRunCommand } = await import('./commands/posture-run-command.ts');
        return postureRunCommand(options, context);
      }),
    );
  posture
    .command('look', { hidden: true })
    .description(m.posture.help.look)
    .action((options: object) =>
      run(options, async () => {
        const { postureLookCommand } = await import('./commands/posture-look-command.ts');
        return postureLookCommand(context);
      }),
    );

  const probe = program.command('probe').description(m.probe.help.probe).helpCommand(false);
  probe
    .command('run')
    .description(m.probe.help.run)
    .argument('<target>', m.probe.help.target)
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .action((target: string, options: ProbeRunOptions) =>
      run(options, async () => {
        const { probeRunCommand } = await import('./commands/probe-run-command.ts');
        return probeRunCommand(target, options, context);
      }),
    );

  const audit = program.command('audit').description(m.audit.help.audit).helpCommand(false);
  const rootOption = (): Option => new Option('--root <dir>', m.audit.help.root);
  audit
    .command('install')
    .description(m.audit.help.install)
    .option('--dry-run', m.audit.help.dryRun)
    .option('--connections', m.audit.help.connections)
    .option('--no-connections', m.audit.help.noConnections)
    .addOption(rootOption())
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .action((options: AuditCommandOptions) =>
      run(options, async () => {
        const { auditInstallCommand } = await import('./commands/audit-command.ts');
        return auditInstallCommand(options, context);
      }),
    );
  audit
    .command('uninstall')
    .description(m.audit.help.uninstall)
    .option('--dry-run', m.audit.help.dryRun)
    .addOption(rootOption())
    .option('--json', m.help.json)
    .action((options: AuditCommandOptions) =>
      run(options, async () => {
        const { auditUninstallCommand } = await import('./commands/audit-command.ts');
        return auditUninstallCommand(options, context);
      }),
    );
  audit
    .command('status')
    .description(m.audit.help.status)
    .addOption(rootOption())
    .addOption(stateOption())
    .addOption(configOption())
    .option('--json', m.help.json)
    .action((options: AuditCommandOptions) =>
      run(options, async () => {
        const { auditStatusCommand } = await import('./commands/audit-command.ts');
        return auditStatusCommand(options, context);
      }),
    );

  const integrity = program.command('integrity').description(m.integrity.help.integrity).helpCommand(false);
  const baseline = integrity.command('baseline').description(m.integrity.help.baseline).helpCommand(false);
  const timeoutOption = (): Option => new Option('--timeout <seconds>', m.integrity.help.timeout);
  integrity
    .command('scan')
    .description(m.integrity.help.scan)
    .addOption(stateOption())
    .addOption(timeoutOption())
    .option('--json', m.help.json)
    .action((options: IntegrityCommandOptions) =>
      run(options, async () => {
        const { integrityScanCommand } = await import('./commands/integrity-command.ts');
        return integrityScanCommand(options, context);
      }),
    );
  integrity
    .command('status')
    .description(m.integrity.help.status)
    .addOption(stateOption())
    .option('--json', m.help.json)
    .action((options: IntegrityCommandOptions) =>
      run(options, async () => {
        const { integrityStatusCommand } = await import('./commands/integrity-command.ts');
        return integrityStatusCommand(options, context);
      }),
    );
  baseline
    .command('verify')
    .description(m.integrity.help.verify)
    .addOption(stateOption())
    .addOption(timeoutOption())
    .option('--json', m.help.json)
    .action((options: IntegrityCommandOptions) =>
      run(options, async () => {
        const { baselineVerifyCommand } = await import('./commands/integrity-command.ts');
        return baselineVerifyCommand(options, context);
      }),
    );
  baseline
    .command('accept')
    .description(m.integrity.help.accept)
    .option('--yes', m.integrity.help.yes)
    .addOption(stateOption())
    .addOption(timeoutOption())
    .option('--json', m.help.json)
    .action((options: IntegrityCommandOptions) =>
      run(options, async () => {
        const { baselineAcceptCommand } = await import('./commands/integrity-command.ts');
        return baselineAcceptCommand(options, context);
      }),
    );

  probe
    .command('list')
    .description(m.probe.help.list)
    .addOption(stateOption())
    .option('--json', m.help.json)
    .action((options: ProbeListOptions) =>
      run(options, async () => {
        const { probeListCommand } = await import('./commands/probe-list-command.ts');
        return probeListCommand(options, context);
      }),
    );
  probe
    .command('accept')
    .description(m.probe.help.accept)
    .argument('<name>', m.probe.help.name)
    .argument('[fingerprint]', m.probe.help.fingerprint)
    .addOption(stateOption())
    .action((name: string, fingerprint: string | undefined, options: ProbeListOptions) =>
      run(options, async () => {
        const { probeAcceptCommand } = await import('./commands/probe-accept-command.ts');
        return probeAcceptCommand(name, fingerprint, options, context);
      }),
    );

  for (const command of [
    ...program.commands,
    ...probe.commands,
    ...posture.commands,
    ...audit.commands,
    ...integrity.commands,
    ...baseline.commands,
  ]) {
    command.createHelp = () => program.createHelp();
    command.helpOption('-h, --help', m.help.helpOption);
  }
  return program;
}

process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);
if (process.connected) process.on('disconnect', onSignal);

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and version are no errors; everything else commander refuses is wrong use.
  exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (exitCode !== EXIT.ok) context.complain(`vonggac-agent: ${usageMessage(error, m)}`);
}
// Whatever a library may still hold open must not keep the process.
process.exit(exitCode);
