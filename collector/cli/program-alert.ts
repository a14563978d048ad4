/** `vonggac alert` and `vonggac job` on the command line. */
import { Option, type Command } from 'commander';
import { ALERT_VERDICTS } from '../api/contract-alerts.ts';
import { ALERT_SORTS } from '../api/contract-alerts.ts';
import { JOB_STATES, type JobState } from '../registry/tables/job.ts';
import type { AlertListFlags, BulkFlags, CloseFlags } from './commands/alert.ts';
import type { PersonFlags } from './as-person.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const load = () => import('./commands/alert.ts');

export function addAlert(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const alert = add(program, 'alert', help.alert);
  const filters = (command: Command): Command =>
    command
      .option('--state <states>', help.alertState)
      .option('--severity <severities>', help.alertSeverity)
      .option('--kind <kinds>', help.alertKind)
      .addOption(new Option('--agency <id>', help.alertAgency).argParser(integer))
      .option('--host <name>', help.alertHost)
      .option('--user <name>', help.alertUser)
      .option('--rule <id>', help.alertRule)
      .option('--technique <id>', help.alertTechnique)
      .option('--assignee <name>', help.alertAssignee)
      .option('--tag <tag>', help.alertTag)
      .option('--text <words>', help.alertText)
      .option('--overdue', help.alertOverdue);
  filters(add(alert, 'list', help.alertList, ['vonggac alert list --severity high,critical --sort due']))
    .addOption(new Option('--sort <field>', help.alertSort).choices(ALERT_SORTS))
    .addOption(new Option('--limit <n>', help.alertLimit).argParser(integer))
    .addOption(jsonOption())
    .action((flags: AlertListFlags) =>
      run(async (context) => (await load()).listAlertsCommand(context, flags)),
    );
  filters(add(alert, 'export', help.alertExport, ['vonggac alert export --state all --out alerts.csv']))
    .requiredOption('--out <file>', help.exportOut)
    .addOption(new Option('--sort <field>', help.alertSort).choices(ALERT_SORTS))
    .addOption(new Option('--limit <n>', help.exportLimit).argParser(integer))
    .action((flags: AlertListFlags & { out: string }) =>
      run(async (context) => (await import('./commands/csv-export.ts')).exportAlertsCommand(context, flags)),
    );
  add(alert, 'show', help.alertShow)
    .argument('<id>', help.alertId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showAlertCommand(context, id, flags)),
    );
  add(alert, 'assign', help.alertAssign, ['vonggac alert assign 696070d5 lan'])
    .argument('<id>', help.alertId)
    .argument('<user>', help.alertAssignTo)
    .addOption(jsonOption())
    .action((id: string, username: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).assignAlertCommand(context, id, username, flags)),
    );
  for (const [form, state, text] of [
    ['acknowledge', 'acknowledged', help.alertAcknowledge],
    ['take', 'in-progress', help.alertTake],
    ['reopen', 'new', help.alertReopen],
  ] as const) {
    add(alert, form, text)
      .argument('<id>', help.alertId)
      .option('--reason <text>', help.alertReason)
      .addOption(jsonOption())
      .action((id: string, flags: { json?: boolean; reason?: string }) =>
        run(async (context) => (await load()).moveAlertCommand(context, id, state, flags)),
      );
  }
  add(alert, 'close', help.alertClose, [
    'vonggac alert close 696070d5 --verdict benign --reason "patch night"',
  ])
    .argument('<id>', help.alertId)
    .addOption(
      new Option('--verdict <verdict>', help.alertVerdict).choices(ALERT_VERDICTS).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', help.alertReason)
    .option('--duplicate-of <id>', help.alertDuplicateOf)
    .addOption(jsonOption())
    .action((id: string, flags: CloseFlags) =>
      run(async (context) => (await load()).closeAlertCommand(context, id, flags)),
    );
  filters(
    add(alert, 'bulk', help.alertBulk, [
      'vonggac alert bulk --rule 1f2e --close benign --reason "patch night"',
      'vonggac alert bulk --rule 1f2e --close benign --reason "patch night" --yes',
    ]),
  )
    .addOption(new Option('--close <verdict>', help.alertBulkClose).choices(ALERT_VERDICTS))
    .option('--assign <user>', help.alertBulkAssign)
    .option('--add-tag <tag>', help.alertAddTag, collect)
    .option('--remove-tag <tag>', help.alertRemoveTag, collect)
    .requiredOption('--reason <text>', help.alertReason)
    .option('--yes', help.alertYes)
    .addOption(jsonOption())
    .action((flags: BulkFlags) => run(async (context) => (await load()).bulkAlertsCommand(context, flags)));
  addJobs(program, options);
}

function addJobs(program: Command, { help, add, jsonOption, run }: SimulateProgram): void {
  const job = add(program, 'job', help.job);
  add(job, 'list', help.jobList)
    .addOption(new Option('--state <state>', help.jobState).choices(JOB_STATES))
    .addOption(jsonOption())
    .action((flags: { state?: JobState; json?: boolean }) =>
      run(async (context) => (await load()).listJobsCommand(context, flags)),
    );
  add(job, 'show', help.jobShow)
    .argument('<id>', help.jobId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showJobCommand(context, id, flags)),
    );
  for (const form of ['approve', 'reject'] as const) {
    add(job, form, form === 'approve' ? help.jobApprove : help.jobReject, [
      `vonggac job ${form} 5b0c9c1e --user binh`,
    ])
      .argument('<id>', help.jobId)
      .requiredOption('--user <name>', help.responseUser)
      .option('--reason <text>', help.alertReason)
      .action((id: string, flags: PersonFlags & { reason?: string }) =>
        run(async (context) => (await load()).decideJobCommand(context, id, form === 'approve', flags)),
      );
  }
  add(job, 'cancel', help.jobCancel)
    .argument('<id>', help.jobId)
    .action((id: string) => run(async (context) => (await load()).cancelJobCommand(context, id)));
  add(job, 'undo', help.jobUndo)
    .argument('<id>', help.jobId)
    .requiredOption('--reason <text>', help.alertReason)
    .action((id: string, flags: { reason: string }) =>
      run(async (context) => (await load()).undoJobCommand(context, id, flags)),
    );
}
