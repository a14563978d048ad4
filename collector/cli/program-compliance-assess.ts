/** `vonggac compliance assess | explain | trend | snapshots | gaps` on the command line. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { RESULTS } from '../compliance/evidence/evidence-kind.ts';
import { GAP_STATES } from '../registry/tables/compliance.ts';
import type { AssessFlags } from './commands/compliance-assess.ts';
import type { GapFlags } from './commands/compliance-gaps.ts';
import { dayParser } from './parse-day.ts';
import { parseMoment } from './program-inventory.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/compliance-assess.ts');
const loadExplain = () => import('./commands/compliance-explain.ts');
const loadGaps = () => import('./commands/compliance-gaps.ts');

/** @param compliance the command that they belong to */
export function addComplianceAssess(compliance: Command, options: SimulateProgram): void {
  addAssessments(compliance, options);
  addSnapshots(compliance, options);
  addGaps(compliance, options);
}

function addAssessments(
  compliance: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const moment = (text: string): number => {
    const ms = parseMoment(text);
    if (ms === undefined) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
  const day = dayParser(m);
  const at = (): Option => new Option('--at <time>', help.complianceAssessAt).argParser(moment);
  const limit = (): Option => new Option('--limit <n>', help.complianceLimit).argParser(integer);
  const system = (): Argument => new Argument('<system>', help.complianceExplainSystem).argParser(integer);
  add(compliance, 'assess', help.complianceAssess, [
    'vonggac compliance assess',
    'vonggac compliance assess 7 --at 2026-12-14',
    'vonggac compliance assess --agency 3 --json',
  ])
    .addArgument(new Argument('[system]', help.complianceAssessSystem).argParser(integer))
    .addOption(new Option('--agency <id>', help.complianceAssessAgency).argParser(integer))
    .addOption(at())
    .addOption(jsonOption())
    .action((systemId: number | undefined, flags: AssessFlags) =>
      run(async (context) => (await load()).assessCommand(context, systemId, flags)),
    );
  add(compliance, 'explain', help.complianceExplain, [
    'vonggac compliance explain LG-07 7',
    'vonggac compliance explain CF-01 7 --result not-met --limit 1000 --json',
  ])
    .addArgument(new Argument('<control>', help.complianceExplainControl))
    .addArgument(system())
    .addOption(at())
    .addOption(new Option('--day <day>', help.complianceExplainDay).argParser(day))
    .addOption(new Option('--result <result>', help.complianceExplainResult).choices(RESULTS))
    .addOption(limit())
    .addOption(jsonOption())
    .action((control: string, systemId: number, flags: AssessFlags) =>
      run(async (context) => (await loadExplain()).explainCommand(context, control, systemId, flags)),
    );
  add(compliance, 'trend', help.complianceTrend, ['vonggac compliance trend 7 --from 2026-09-01'])
    .addArgument(system())
    .addOption(new Option('--from <day>', help.complianceTrendFrom).argParser(day))
    .addOption(new Option('--to <day>', help.complianceTrendTo).argParser(day))
    .addOption(jsonOption())
    .action((systemId: number, flags: AssessFlags) =>
      run(async (context) => (await load()).trendCommand(context, systemId, flags)),
    );
}

function addSnapshots(
  compliance: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const snapshots = add(compliance, 'snapshots', help.complianceSnapshots);
  add(snapshots, 'list', help.complianceSnapshotList)
    .addOption(new Option('--limit <n>', help.complianceLimit).argParser(integer))
    .addOption(jsonOption())
    .action((flags: AssessFlags) => run(async (context) => (await load()).snapshotsCommand(context, flags)));
  add(snapshots, 'take', help.complianceSnapshotTake)
    .addOption(jsonOption())
    .action((flags: AssessFlags) =>
      run(async (context) => (await load()).snapshotTakeCommand(context, flags)),
    );
  add(snapshots, 'prove', help.complianceSnapshotProve, ['vonggac compliance snapshots prove 2026-12-14'])
    .argument('<day>', help.complianceSnapshotDay, dayParser(m))
    .addOption(jsonOption())
    .action((day: string, flags: AssessFlags) =>
      run(async (context) => (await load()).snapshotProveCommand(context, day, flags)),
    );
}

function addGaps(compliance: Command, { m, help, add, jsonOption, run, integer }: SimulateProgram): void {
  const gaps = add(compliance, 'gaps', help.complianceGaps);
  const place = (command: Command): Command =>
    command
      .addArgument(new Argument('<control>', help.complianceExplainControl))
      .addArgument(new Argument('<system>', help.complianceExplainSystem).argParser(integer))
      .addOption(jsonOption());
  add(gaps, 'list', help.complianceGapList, ['vonggac compliance gaps list --late'])
    .addOption(new Option('--system <id>', help.complianceExplainSystem).argParser(integer))
    .addOption(new Option('--agency <id>', help.complianceAssessAgency).argParser(integer))
    .option('--late', help.complianceGapLate)
    .addOption(jsonOption())
    .action((flags: GapFlags) => run(async (context) => (await loadGaps()).gapsCommand(context, flags)));
  place(
    add(gaps, 'plan', help.complianceGapPlan, [
      'vonggac compliance gaps plan CF-01 7 --owner "Nguyễn Văn A" --due 2027-03-31',
    ]),
  )
    .requiredOption('--owner <name>', help.complianceGapOwner)
    .requiredOption('--due <day>', help.complianceGapDue, dayParser(m))
    .option('--note <text>', help.complianceGapNote)
    .addOption(new Option('--state <state>', help.complianceGapState).choices(GAP_STATES))
    .action((control: string, systemId: number, flags: GapFlags) =>
      run(async (context) => (await loadGaps()).gapPlanCommand(context, control, systemId, flags)),
    );
  place(add(gaps, 'request', help.complianceGapRequest)).action(
    (control: string, systemId: number, flags: GapFlags) =>
      run(async (context) => (await loadGaps()).gapRequestCommand(context, control, systemId, flags)),
  );
}
