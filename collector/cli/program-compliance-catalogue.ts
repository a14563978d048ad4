/** The commands over catalogues: `vonggac compliance list | show | diff | lint | criteria | overrides`. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_PROFILE, EVIDENCE_MODES, LEVELS, type Level } from '../../rules/compliance/index.ts';
import type { CatalogueFlags } from './commands/compliance-catalogue.ts';
import type { CriteriaFlags } from './commands/compliance-criteria.ts';
import type { OverrideFlags } from './commands/compliance-overrides.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/compliance-catalogue.ts');

/** @param compliance the command that they belong to */
export function addComplianceCatalogue(
  compliance: Command,
  { m, help, add, jsonOption, run }: SimulateProgram,
): void {
  const profile = (): Option =>
    new Option('--profile <name>', help.complianceProfile).default(DEFAULT_PROFILE);
  const toLevel = (text: string): Level => {
    const level = LEVELS.find((each) => String(each) === text);
    if (level === undefined) throw new InvalidArgumentError(m.complianceCatalogue.notLevel(text));
    return level;
  };
  const level = (): Option => new Option('--level <n>', help.complianceLevel).argParser(toLevel);
  add(compliance, 'list', help.complianceList, ['vonggac compliance list --level 3 --group LG --mode auto'])
    .addOption(profile())
    .addOption(level())
    .option('--group <id>', help.complianceGroup)
    .addOption(new Option('--mode <mode>', help.complianceMode).choices(EVIDENCE_MODES))
    .addOption(jsonOption())
    .action((flags: CatalogueFlags) =>
      run(async (context) => (await load()).complianceListCommand(context, flags)),
    );
  add(compliance, 'show', help.complianceShow, ['vonggac compliance show LG-07 --level 3'])
    .addArgument(new Argument('<control>', help.complianceControl))
    .addOption(profile())
    .addOption(level())
    .addOption(jsonOption())
    .action((control: string, flags: CatalogueFlags) =>
      run(async (context) => (await load()).complianceShowCommand(context, control, flags)),
    );
  add(compliance, 'diff', help.complianceDiff, ['vonggac compliance diff vn-2022 vn-2026 --level 3'])
    .argument('<before>', help.complianceBefore)
    .argument('<after>', help.complianceAfter)
    .addOption(level())
    .addOption(jsonOption())
    .action((before: string, after: string, flags: CatalogueFlags) =>
      run(async (context) => (await load()).complianceDiffCommand(context, before, after, flags)),
    );
  add(compliance, 'lint', help.complianceLint, ['vonggac compliance lint /etc/vonggac/compliance'])
    .argument('[folder]', help.complianceFolder)
    .addOption(jsonOption())
    .action((folder: string | undefined, flags: { json?: boolean }) =>
      run(async (context) => (await load()).complianceLintCommand(context, folder, flags)),
    );
  add(compliance, 'criteria', help.complianceCriteria, [
    'vonggac compliance criteria',
    'vonggac compliance criteria --answer kinds=public-service --answer procedures=yes',
  ])
    .addOption(profile())
    .addOption(level())
    .addOption(new Option('--answer <question=answers...>', help.complianceAnswer))
    .addOption(jsonOption())
    .action((flags: CriteriaFlags) =>
      run(async (context) =>
        (await import('./commands/compliance-criteria.ts')).complianceCriteriaCommand(context, flags),
      ),
    );
  addOverrides(compliance, { help, add, jsonOption, run }, profile);
}

function addOverrides(
  compliance: Command,
  { help, add, jsonOption, run }: Pick<SimulateProgram, 'help' | 'add' | 'jsonOption' | 'run'>,
  profile: () => Option,
): void {
  const commands = () => import('./commands/compliance-overrides.ts');
  const overrides = add(compliance, 'overrides', help.complianceOverrides);
  add(overrides, 'list', help.complianceOverrideList)
    .addOption(jsonOption())
    .action((flags: OverrideFlags) =>
      run(async (context) => (await commands()).listOverridesCommand(context, flags)),
    );
  add(overrides, 'set', help.complianceOverrideSet, [
    'vonggac compliance overrides set LG-07 thresholds.keep.2 P2M --profile vn-2022 --reason "TCVN 11930:2017 6.2.1.4"',
  ])
    .argument('<control>', help.complianceControl)
    .argument('<field>', help.complianceOverrideField)
    .argument('<value>', help.complianceOverrideValue)
    .addOption(profile())
    .option('--reason <text>', help.complianceOverrideReason)
    .action((control: string, field: string, value: string, flags: OverrideFlags) =>
      run(async (context) => (await commands()).setOverrideCommand(context, [control, field, value], flags)),
    );
  add(overrides, 'drop', help.complianceOverrideDrop)
    .argument('<control>', help.complianceControl)
    .argument('<field>', help.complianceOverrideField)
    .addOption(profile())
    .action((control: string, field: string, flags: OverrideFlags) =>
      run(async (context) => (await commands()).dropOverrideCommand(context, [control, field], flags)),
    );
}
