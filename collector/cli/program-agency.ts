/** The commands of the agency tree, and those of systems and hosts that go by it. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { AGENCY_KINDS, type AgencyKind } from '../registry/tables/agency.ts';
import type { ActFlags, MergeFlags } from './commands/agency-change.ts';
import type { RuleFlags } from './commands/agency-csv.ts';
import type { HostFlags } from './commands/system.ts';
import type { RetentionProgram } from './program-retention.ts';
import { collect } from './collect.ts';

/** Parsers of what is typed. */
function parsers({ m, integer }: RetentionProgram) {
  return {
    integers: (text: string, earlier: number[] = []): number[] => [...earlier, integer(text)],
    day: (text: string): string => {
      const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
      if (!isDay) throw new InvalidArgumentError(m.usageError.notTime(text));
      return text;
    },
  };
}

export function addAgency(program: Command, parts: RetentionProgram): void {
  const agency = parts.add(program, 'agency', parts.m.help.agencyCommand);
  addReading(agency, parts);
  addWriting(agency, parts);
  addChanges(agency, parts);
  addFiles(agency, parts);
}

function addReading(agency: Command, parts: RetentionProgram): void {
  const { m, add, jsonOption, integer, run } = parts;
  const { help } = m;
  const { day } = parsers(parts);
  const load = () => import('./commands/agency.ts');
  add(agency, 'list', help.agencyList)
    .option('--text <words>', help.agencyText)
    .addOption(new Option('--as-of <day>', help.agencyAsOf).argParser(day))
    .option('--ended', help.agencyEnded)
    .addOption(jsonOption())
    .action((flags: { json?: boolean; text?: string; asOf?: string; ended?: boolean }) =>
      run(async (context) => (await load()).listAgenciesCommand(context, flags)),
    );
  add(agency, 'show', help.agencyShow)
    .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showAgencyCommand(context, id, flags)),
    );
  add(agency, 'responsible', help.responsible, ['vonggac agency responsible 7 --on 2025-06-30'])
    .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
    .addOption(new Option('--on <day>', help.dayOn).argParser(day).makeOptionMandatory())
    .addOption(jsonOption())
    .action((id: number, flags: { on: string; json?: boolean }) =>
      run(async (context) => (await load()).responsibleCommand(context, id, flags)),
    );
}

function addWriting(agency: Command, parts: RetentionProgram): void {
  const { m, add, integer, run } = parts;
  const { help } = m;
  const { day } = parsers(parts);
  const load = () => import('./commands/agency.ts');
  add(agency, 'create', help.agencyCreate, ['vonggac agency create "Sở Y tế" --kind department'])
    .argument('<name>', help.agencyName)
    .addOption(new Option('--kind <kind>', help.kind).choices(AGENCY_KINDS).makeOptionMandatory())
    .addOption(new Option('--parent <id>', help.parent).argParser(integer))
    .option('--short-name <name>', help.shortName)
    .addOption(new Option('--began <day>', help.began).argParser(day))
    .action(
      (name: string, flags: { kind: AgencyKind; parent?: number; shortName?: string; began?: string }) =>
        run(async (context) => (await load()).createAgencyCommand(context, name, flags)),
    );
  add(agency, 'change', help.agencyChange, ['vonggac agency change 7 --parent 3'])
    .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
    .option('--name <name>', help.agencyNewName)
    .option('--short-name <name>', help.shortName)
    .addOption(new Option('--kind <kind>', help.kind).choices(AGENCY_KINDS))
    .addOption(new Option('--parent <id>', help.mergeParent).argParser(integer))
    .action((id: number, flags: { name?: string; kind?: AgencyKind; parent?: number; shortName?: string }) =>
      run(async (context) => (await load()).changeAgencyCommand(context, id, flags)),
    );
  add(agency, 'add-code', help.addCode, ['vonggac agency add-code 7 H49.18 --from 2025-07-01 --replaces'])
    .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
    .argument('<code>', help.codeText)
    .addOption(new Option('--from <day>', help.codeFrom).argParser(day))
    .addOption(new Option('--to <day>', help.codeTo).argParser(day))
    .option('--replaces', help.codeReplaces)
    .action((id: number, code: string, flags: { from?: string; to?: string; replaces?: boolean }) =>
      run(async (context) => (await load()).addCodeCommand(context, id, code, flags)),
    );
  add(agency, 'end-code', help.endCode)
    .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
    .addArgument(new Argument('<code>', help.codeId).argParser(integer))
    .addOption(new Option('--on <day>', help.dayOn).argParser(day).makeOptionMandatory())
    .action((id: number, codeId: number, flags: { on: string }) =>
      run(async (context) => (await load()).endCodeCommand(context, id, codeId, flags)),
    );
}

function addChanges(agency: Command, parts: RetentionProgram): void {
  const { m, add, jsonOption, integer, run } = parts;
  const { help } = m;
  const { day, integers } = parsers(parts);
  const load = () => import('./commands/agency-change.ts');
  const acting = (command: Command): Command =>
    command
      .addOption(new Option('--on <day>', help.dayOn).argParser(day).makeOptionMandatory())
      .requiredOption('--reason <text>', help.changeReason)
      .option('--dry-run', help.changeDryRun)
      .option('--yes', help.yes)
      .addOption(jsonOption());
  acting(
    add(agency, 'merge', help.merge, [
      'vonggac agency merge --from 8 --into 3 --on 2025-07-01 --reason "Nghị quyết 202/2025/QH15" --merge-twins --dry-run',
    ])
      .addOption(new Option('--from <id>', help.mergeFrom).argParser(integers).makeOptionMandatory())
      .addOption(new Option('--into <id>', help.mergeInto).argParser(integer))
      .option('--new-name <name>', help.mergeNewName)
      .option('--new-short-name <name>', help.shortName)
      .addOption(new Option('--kind <kind>', help.kind).choices(AGENCY_KINDS))
      .addOption(new Option('--parent <id>', help.mergeParent).argParser(integer))
      .option('--code <code>', help.mergeCode, collect)
      .option('--merge-twins', help.mergeTwins),
  ).action((flags: MergeFlags) => run(async (context) => (await load()).mergeCommand(context, flags)));
  acting(
    add(agency, 'split', help.split, [
      'vonggac agency split 9 --plan tach-so.json --on 2026-01-01 --reason "QĐ 12" --dry-run',
    ])
      .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
      .requiredOption('--plan <file>', help.splitPlan),
  ).action((id: number, flags: ActFlags & { plan: string }) =>
    run(async (context) => (await load()).splitCommand(context, id, flags)),
  );
  acting(
    add(agency, 'rename', help.rename, [
      'vonggac agency rename 9 "Sở Khoa học và Công nghệ" --on 2025-03-01 --reason "QĐ 45" --yes',
    ])
      .addArgument(new Argument('<id>', help.agencyId).argParser(integer))
      .argument('<name>', help.agencyName)
      .option('--short-name <name>', help.shortName)
      .option('--code <code>', help.mergeCode, collect),
  ).action((id: number, name: string, flags: ActFlags & { shortName?: string; code?: string[] }) =>
    run(async (context) => (await load()).renameCommand(context, id, name, flags)),
  );
  add(agency, 'changes', help.changes)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listChangesCommand(context, flags)),
    );
  add(agency, 'cancel', help.changeCancel)
    .addArgument(new Argument('<id>', help.changeId).argParser(integer))
    .action((id: number) => run(async (context) => (await load()).cancelChangeCommand(context, id)));
  add(agency, 'reverse', help.changeReverse, ['vonggac agency reverse 4 --dry-run'])
    .addArgument(new Argument('<id>', help.changeId).argParser(integer))
    .option('--dry-run', help.changeDryRun)
    .option('--skip-moved', help.changeSkip)
    .option('--yes', help.yes)
    .addOption(jsonOption())
    .action((id: number, flags: { dryRun?: boolean; yes?: boolean; skipMoved?: boolean; json?: boolean }) =>
      run(async (context) => (await load()).reverseCommand(context, id, flags)),
    );
}

interface ImportFlags {
  dryRun?: boolean;
  json?: boolean;
}

function addFiles(agency: Command, { m, add, jsonOption, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/agency-csv.ts');
  add(agency, 'import', help.agencyImport, ['vonggac agency import co-quan.csv --dry-run'])
    .argument('<file>', help.csvFile)
    .option('--dry-run', help.importDryRun)
    .addOption(jsonOption())
    .action((file: string, flags: ImportFlags) =>
      run(async (context) => (await load()).importAgenciesCommand(context, file, flags)),
    );
  add(agency, 'export', help.agencyExport)
    .argument('<file>', help.csvFile)
    .action((file: string) => run(async (context) => (await load()).exportCommand(context, 'agency', file)));
}

/** Beside those of program-retention.ts. */
export function addSystemRules(system: Command, parts: RetentionProgram): void {
  const { m, add, jsonOption, integer, run } = parts;
  const { help } = m;
  const { integers } = parsers(parts);
  const load = () => import('./commands/agency-csv.ts');
  const idArgument = (): Argument => new Argument('<id>', help.systemId).argParser(integer);
  add(system, 'import', help.systemImport, ['vonggac system import he-thong.csv --dry-run'])
    .argument('<file>', help.csvFile)
    .option('--dry-run', help.importDryRun)
    .addOption(jsonOption())
    .action((file: string, flags: ImportFlags) =>
      run(async (context) => (await load()).importSystemsCommand(context, file, flags)),
    );
  add(system, 'export', help.systemExport)
    .argument('<file>', help.csvFile)
    .action((file: string) => run(async (context) => (await load()).exportCommand(context, 'system', file)));
  add(system, 'starter', help.systemStarter, ['vonggac system starter --agency 3 --dry-run'])
    .addOption(new Option('--agency <id>', help.systemAgency).argParser(integer).makeOptionMandatory())
    .option('--dry-run', help.starterDryRun)
    .addOption(jsonOption())
    .action((flags: { agency: number } & ImportFlags) =>
      run(async (context) => (await load()).starterCommand(context, flags)),
    );
  add(system, 'why', help.systemWhy)
    .addArgument(idArgument())
    .argument('<agent>', help.agentId)
    .addOption(jsonOption())
    .action((id: number, agent: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).whyCommand(context, id, agent, flags)),
    );
  const rule = add(system, 'rule', help.systemRule);
  add(rule, 'add', help.systemRuleAdd, [
    'vonggac system rule add 4 --host "web-*" --os "linux" --in-agency 3',
  ])
    .addArgument(idArgument())
    .addOption(new Option('--in-agency <id>', help.ruleAgency).argParser(integers))
    .option('--group <name>', help.ruleGroup, collect)
    .option('--host <name>', help.ruleHost, collect)
    .option('--address <prefix>', help.ruleAddress, collect)
    .option('--os <name>', help.ruleOs, collect)
    .option('--tag <tag>', help.ruleTag, collect)
    .option('--note <text>', help.ruleNote)
    .option('--dry-run', help.changeDryRun)
    .action((id: number, flags: RuleFlags) =>
      run(async (context) => (await load()).addRuleCommand(context, id, flags)),
    );
  add(rule, 'list', help.systemRuleList)
    .addArgument(idArgument())
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).listRulesCommand(context, id, flags)),
    );
  add(rule, 'remove', help.systemRuleRemove)
    .addArgument(idArgument())
    .addArgument(new Argument('<rule>', help.ruleId).argParser(integer))
    .action((id: number, ruleId: number) =>
      run(async (context) => (await load()).removeRuleCommand(context, id, ruleId)),
    );
}

/** `vonggac agent tag` */
export function addAgentTags(agent: Command, { m, add, run }: RetentionProgram): void {
  const { help } = m;
  add(agent, 'tag', help.agentTag, ['vonggac agent tag --host web01 --add cong-dvc'])
    .option('--agent <id>', help.hostAgent, collect)
    .option('--host <name>', help.hostName, collect)
    .option('--group <name>', help.hostGroup, collect)
    .option('--add <tag>', help.tagAdd, collect)
    .option('--remove <tag>', help.tagRemove, collect)
    .action((flags: HostFlags & { add?: string[]; remove?: string[] }) =>
      run(async (context) => (await import('./commands/agency-csv.ts')).tagCommand(context, flags)),
    );
}
