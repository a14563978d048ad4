/** `vonggac compliance lists` on the command line. */
import { Argument, Option, type Command } from 'commander';
import { LIST_KINDS, type ListKind } from '../compliance/evidence/assessment-lists.ts';
import type { ListFlags } from './commands/compliance-lists.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/compliance-lists.ts');

/** @param compliance the command that it belongs to */
export function addComplianceLists(
  compliance: Command,
  { help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const lists = add(compliance, 'lists', help.complianceLists);
  const kind = (): Argument => new Argument('<kind>', help.complianceListKind).choices(LIST_KINDS);
  const scoped = (command: Command): Command =>
    command
      .addOption(new Option('--agency <id>', help.complianceListAgency).argParser(integer))
      .addOption(new Option('--system <id>', help.complianceListSystem).argParser(integer))
      .addOption(jsonOption());
  add(lists, 'list', help.complianceListList)
    .addOption(jsonOption())
    .action((flags: ListFlags) => run(async (context) => (await load()).listListsCommand(context, flags)));
  scoped(add(lists, 'show', help.complianceListShow).addArgument(kind())).action(
    (name: ListKind, flags: ListFlags) =>
      run(async (context) => (await load()).showListCommand(context, name, flags)),
  );
  scoped(
    add(lists, 'set', help.complianceListSet, [
      'vonggac compliance lists set admin-sources quan-tri.txt --system 7 --note "QĐ 12/QĐ-STTTT"',
    ])
      .addArgument(kind())
      .argument('<file>', help.complianceListFile)
      .option('--note <text>', help.complianceListNote),
  ).action((name: ListKind, file: string, flags: ListFlags) =>
    run(async (context) => (await load()).setListCommand(context, name, file, flags)),
  );
  scoped(
    add(lists, 'drop', help.complianceListDrop).addArgument(kind()).option('--yes', help.complianceListYes),
  ).action((name: ListKind, flags: ListFlags) =>
    run(async (context) => (await load()).dropListCommand(context, name, flags)),
  );
}
