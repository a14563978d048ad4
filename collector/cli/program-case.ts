/** `vonggac case` on the command line. */
import { Option, type Command } from 'commander';
import { CASE_CLASSES, CASE_OUTCOMES, type CaseOutcome } from '../case/case-words.ts';
import { CASE_SORTS } from '../registry/cases/list-cases.ts';
import type { CaseCreateFlags, CaseListFlags } from './commands/case.ts';
import { addIncident } from './program-incident.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const load = () => import('./commands/case.ts');
const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

export function addCase(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const root = add(program, 'case', help.case);
  add(root, 'list', help.caseList, ['vonggac case list --severity high,critical --sort due'])
    .option('--state <states>', help.caseState)
    .option('--severity <severities>', help.caseSeverity)
    .option('--class <classes>', help.caseClass)
    .addOption(new Option('--agency <id>', help.alertAgency).argParser(integer))
    .option('--owner <name>', help.caseOwnerFilter)
    .option('--text <words>', help.caseText)
    .addOption(new Option('--sort <field>', help.caseSort).choices(CASE_SORTS))
    .addOption(new Option('--limit <n>', help.caseLimit).argParser(integer))
    .addOption(jsonOption())
    .action((flags: CaseListFlags) =>
      run(async (context) => (await load()).listCasesCommand(context, flags)),
    );
  add(root, 'show', help.caseShow, ['vonggac case show VG-2026-0012'])
    .argument('<number>', help.caseId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showCaseCommand(context, id, flags)),
    );
  add(root, 'create', help.caseCreate, [
    'vonggac case create "Mã độc tống tiền" --severity critical --class malware --alert 696070d5 --checklist',
  ])
    .argument('<title>', help.caseTitle)
    .addOption(new Option('--severity <severity>', help.caseSeverity).choices(SEVERITIES))
    .addOption(new Option('--class <class>', help.caseClass).choices(CASE_CLASSES))
    .option('--summary <text>', help.caseSummary)
    .option('--owner <name>', help.caseOwner)
    .addOption(new Option('--agency <id>', help.caseAgency).argParser(integer))
    .option('--alert <id>', help.caseAlert, collect)
    .option('--drill', help.caseDrill)
    .option('--checklist', help.caseChecklist)
    .addOption(jsonOption())
    .action((title: string, flags: CaseCreateFlags) =>
      run(async (context) => (await load()).createCaseCommand(context, title, flags)),
    );
  addActs(root, options);
  addIncident(root, options);
}

function addActs(root: Command, { help, add, jsonOption, run, integer }: SimulateProgram): void {
  add(root, 'add-alert', help.caseAddAlert)
    .argument('<number>', help.caseId)
    .argument('<alerts...>', help.caseAlert)
    .addOption(jsonOption())
    .action((id: string, alerts: string[], flags: { json?: boolean }) =>
      run(async (context) => (await load()).addAlertCommand(context, id, alerts, flags)),
    );
  add(root, 'note', help.caseNote)
    .argument('<number>', help.caseId)
    .argument('<text>', help.caseNoteText)
    .addOption(jsonOption())
    .action((id: string, text: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).noteCommand(context, id, text, flags)),
    );
  add(root, 'task', help.caseTask, ['vonggac case task VG-2026-0012 "Cô lập máy" --for lan'])
    .argument('<number>', help.caseId)
    .argument('[text]', help.caseTaskText)
    .addOption(new Option('--done <n>', help.caseTaskDone).argParser(integer))
    .option('--for <name>', help.caseTaskFor)
    .addOption(jsonOption())
    .action((id: string, text: string | undefined, flags: { done?: number; for?: string; json?: boolean }) =>
      run(async (context) => (await load()).taskCommand(context, id, text, flags)),
    );
  add(root, 'close', help.caseClose)
    .argument('<number>', help.caseId)
    .addOption(
      new Option('--outcome <outcome>', help.caseOutcome).choices(CASE_OUTCOMES).makeOptionMandatory(),
    )
    .requiredOption('--reason <text>', help.caseReason)
    .option('--lessons <text>', help.caseLessons)
    .addOption(jsonOption())
    .action((id: string, flags: { outcome: CaseOutcome; reason: string; lessons?: string; json?: boolean }) =>
      run(async (context) => (await load()).closeCaseCommand(context, id, flags)),
    );
  add(root, 'handover', help.caseHandover, [
    'vonggac case handover --to lan --hours 8 --next "VG-2026-0012=chờ đơn vị trả lời"',
  ])
    .requiredOption('--to <name>', help.caseTo)
    .addOption(new Option('--hours <n>', help.caseHours).argParser(integer))
    .option('--note <text>', help.caseHandoverNote)
    .option('--next <number=text>', help.caseNext, collect)
    .addOption(jsonOption())
    .action((flags: { to: string; hours?: number; note?: string; next?: string[]; json?: boolean }) =>
      run(async (context) => (await load()).handoverCommand(context, flags)),
    );
  add(root, 'export', help.caseExport, ['vonggac case export VG-2026-0012 --out vu-viec.zip'])
    .argument('<number>', help.caseId)
    .requiredOption('--out <file>', help.caseOut)
    .action((id: string, flags: { out: string }) =>
      run(async (context) => (await load()).exportCaseCommand(context, id, flags)),
    );
}
