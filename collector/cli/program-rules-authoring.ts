/** `vonggac rules new|test|stats` on the command line: rules as files, without a collector. */
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { TITLE_VI } from '../../rules/testing/write-rule.ts';
import { hasColours } from './commands/paint.ts';
import type { NewRuleFlags } from './commands/rules-new.ts';
import type { RulesTestFlags } from './commands/rules-test.ts';
import type { SigmaProgram } from './program-sigma.ts';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

export function addRuleAuthoring(
  rules: Command,
  { help, env, columns, add, jsonOption, run }: SigmaProgram,
): void {
  add(rules, 'new', help.ruleNew, [
    'vonggac rules new rules/detections/windows/odd-program.yml --title "An odd program" --logsource windows/process_creation/ --level high',
  ])
    .argument('<file>', help.ruleNewFile)
    .requiredOption('--title <text>', help.ruleNewTitle)
    .option('--title-vi <text>', help.ruleNewTitleVi, TITLE_VI)
    .requiredOption('--logsource <p/c/s>', help.ruleNewLogsource)
    .addOption(new Option('--level <level>', help.ruleNewLevel).choices(LEVELS).default('medium'))
    .option('--author <name>', help.ruleNewAuthor, userInfo().username)
    .action((file: string, flags: NewRuleFlags) =>
      run(async (context) => (await import('./commands/rules-new.ts')).newRuleCommand(context, file, flags)),
    );
  add(rules, 'test', help.ruleTest, [
    'vonggac rules test rules/detections/windows/odd-program.yml',
    'vonggac rules test our-rules/ --rules rules/detections/',
  ])
    .argument('<path...>', help.ruleTestPath)
    .option('--rules <path>', help.ruleTestRules, collect)
    .option('--verbose', help.ruleTestVerbose)
    .addOption(jsonOption())
    .action((places: string[], flags: RulesTestFlags) =>
      run(async (context) => {
        const { testRulesCommand } = await import('./commands/rules-test.ts');
        return testRulesCommand(context, places, flags, { columns, isColoured: hasColours(env) });
      }),
    );
  add(rules, 'stats', help.ruleStats, ['vonggac rules stats', 'vonggac rules stats our-rules/ --json'])
    .argument('[path...]', help.ruleStats)
    .addOption(jsonOption())
    .action((places: string[], flags: { json?: boolean }) =>
      run(async (context) =>
        (await import('./commands/rules-stats.ts')).ruleStatsCommand(context, places, flags),
      ),
    );
}
