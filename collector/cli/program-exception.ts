/** `vonggac exception` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { EXCEPTION_KINDS } from '../exceptions/vocabulary.ts';
import type { RaiseFlags } from './commands/exception-hidden.ts';
import type { ExceptionDraftFlags, ExceptionListFlags } from './commands/exception.ts';
import type { PersonFlags } from './as-person.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const load = () => import('./commands/exception.ts');
const loadHidden = () => import('./commands/exception-hidden.ts');

export function addException(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const exception = add(program, 'exception', help.exception);
  add(exception, 'list', help.exceptionList, ['vonggac exception list --due'])
    .option('--state <states>', help.exceptionState)
    .addOption(new Option('--kind <kind>', help.exceptionKind).choices(EXCEPTION_KINDS))
    .option('--rule <id>', help.exceptionRule)
    .addOption(new Option('--agency <id>', help.exceptionAgency).argParser(integer))
    .option('--due', help.exceptionDue)
    .addOption(new Option('--limit <n>', help.exceptionLimit).argParser(integer))
    .addOption(jsonOption())
    .action((flags: ExceptionListFlags) =>
      run(async (context) => (await load()).listExceptionsCommand(context, flags)),
    );
  for (const form of ['show', 'history'] as const) {
    add(exception, form, form === 'show' ? help.exceptionShow : help.exceptionHistory)
      .argument('<id>', help.exceptionId, integer)
      .addOption(jsonOption())
      .action((id: number, flags: { json?: boolean }) =>
        run(async (context) => {
          const { showExceptionCommand, exceptionHistoryCommand } = await load();
          return form === 'show'
            ? showExceptionCommand(context, id, flags)
            : exceptionHistoryCommand(context, id, flags);
        }),
      );
  }
  add(exception, 'hidden', help.exceptionHidden)
    .argument('<id>', help.exceptionId, integer)
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await loadHidden()).hiddenCommand(context, id, flags)),
    );
  add(exception, 'raise', help.exceptionRaise, [
    'vonggac exception raise 12 --reason "it hid too much"',
    'vonggac exception raise 12 --rule 1f2e --reason "it hid too much" --yes',
  ])
    .argument('<id>', help.exceptionId, integer)
    .option('--rule <id>', help.exceptionRaiseRule, collect)
    .option('--host <id>', help.exceptionRaiseHost, collect)
    .requiredOption('--reason <text>', help.exceptionReason)
    .option('--yes', help.alertYes)
    .addOption(jsonOption())
    .action((id: number, flags: RaiseFlags) =>
      run(async (context) => (await loadHidden()).raiseCommand(context, id, flags)),
    );
  draftOptions(
    add(exception, 'request', help.exceptionRequest, [
      'vonggac exception request --rule 1f2e --field user.name=backup --reason "nightly backup" --expires 2027-01-31',
      'vonggac exception request --alert 696070d5 --alert-field source.ip --reason scanner --expires 2027-01-31',
      `vonggac exception request --all-rules --agency 7 --window '{"from":"22:00","to":"02:00","days":[7]}' --reason patches --expires 2027-06-30`,
    ]),
    options,
  ).action((flags: ExceptionDraftFlags) =>
    run(async (context) => (await load()).requestExceptionCommand(context, flags)),
  );
  draftOptions(
    add(exception, 'simulate', help.exceptionSimulate, [
      'vonggac exception simulate 12',
      'vonggac exception simulate --rule 1f2e --field user.name=backup --reason trial --expires 2027-01-31',
    ]),
    options,
  )
    .argument('[id]', help.exceptionId, integer)
    .addOption(new Option('--days <n>', help.exceptionDays).argParser(integer))
    .action((id: number | undefined, flags: ExceptionDraftFlags & { days?: number }) =>
      run(async (context) => (await load()).simulateExceptionCommand(context, id, flags)),
    );
  addDecisions(exception, options);
}

function draftOptions(command: Command, { help, jsonOption, integer }: SimulateProgram): Command {
  return command
    .option('--name <text>', help.exceptionName)
    .addOption(new Option('--kind <kind>', help.exceptionKind).choices(EXCEPTION_KINDS))
    .option('--field <field=value>', help.exceptionField, collect)
    .option('--condition <file>', help.exceptionCondition)
    .option('--alert <id>', help.exceptionAlert)
    .option('--alert-field <field>', help.exceptionAlertField, collect)
    .option('--window <json>', help.exceptionWindow)
    .option('--rule <id>', help.exceptionRule, collect)
    .option('--category <word>', help.exceptionCategory, collect)
    .option('--all-rules', help.exceptionAllRules)
    .option('--takes-all', help.exceptionTakesAll)
    .addOption(new Option('--agency <id>', help.exceptionAgency).argParser(integer))
    .option('--host <id>', help.exceptionHost)
    .option('--group <name>', help.exceptionGroup)
    .option('--reason <text>', help.exceptionReason)
    .option('--starts <time>', help.exceptionStarts, iso)
    .option('--expires <time>', help.exceptionExpires, iso)
    .option('--review <time>', help.exceptionReview, iso)
    .addOption(jsonOption());
}

/** A day too: the local midnight that begins it. */
function milliseconds(text: string): number {
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError(`"${text.slice(0, 64)}"`);
  return ms;
}

const iso = (text: string): string => new Date(milliseconds(text)).toISOString();

function addDecisions(exception: Command, { help, add, jsonOption, run, integer }: SimulateProgram): void {
  add(exception, 'approve', help.exceptionApprove, [
    'vonggac exception approve 12 --user binh --close benign',
  ])
    .argument('<id>', help.exceptionId, integer)
    .requiredOption('--user <name>', help.responseUser)
    .option('--reason <text>', help.exceptionReason)
    .addOption(new Option('--close <verdict>', help.exceptionClose).choices(['benign', 'false-positive']))
    .addOption(jsonOption())
    .action(
      (
        id: number,
        flags: PersonFlags & { reason?: string; close?: 'benign' | 'false-positive'; json?: boolean },
      ) => run(async (context) => (await load()).approveExceptionCommand(context, id, flags)),
    );
  const ends = {
    reject: help.exceptionReject,
    withdraw: help.exceptionWithdraw,
    revoke: help.exceptionRevoke,
  };
  for (const act of ['reject', 'withdraw', 'revoke'] as const) {
    add(exception, act, ends[act])
      .argument('<id>', help.exceptionId, integer)
      .requiredOption('--reason <text>', help.exceptionReason)
      .action((id: number, flags: { reason: string }) =>
        run(async (context) => (await load()).endExceptionCommand(context, act, id, flags)),
      );
  }
  add(exception, 'extend', help.exceptionExtend, [
    'vonggac exception extend 12 --user binh --expires 2027-03-31 --reason "still needed"',
  ])
    .argument('<id>', help.exceptionId, integer)
    .requiredOption('--user <name>', help.responseUser)
    .requiredOption('--reason <text>', help.exceptionReason)
    .addOption(
      new Option('--expires <time>', help.exceptionExpires).argParser(milliseconds).makeOptionMandatory(),
    )
    .addOption(new Option('--review <time>', help.exceptionReview).argParser(milliseconds))
    .action((id: number, flags: PersonFlags & { reason: string; expires: number; review?: number }) =>
      run(async (context) => (await load()).extendExceptionCommand(context, id, flags)),
    );
}
