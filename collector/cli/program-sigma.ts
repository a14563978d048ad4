/** The Sigma commands of the command line. */
import { Help, Option, type Command, type CommandOptions } from 'commander';
import type { CommandContext } from './command.ts';
import { hasColours } from './commands/paint.ts';
import type { SigmaCheckOptions } from './commands/sigma-check.ts';
import type { SigmaConvertOptions } from './commands/sigma-convert.ts';
import type { SigmaExplainOptions } from './commands/sigma-explain.ts';
import type { SigmaMatchOptions } from './commands/sigma-match.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';
import { collect } from './collect.ts';

export interface SigmaProgram {
  help: Messages['help'];
  env: Readonly<Record<string, string | undefined>>;
  columns: number | undefined;
  add: (
    parent: Command,
    form: string,
    description: string,
    examples?: readonly string[],
    options?: CommandOptions,
  ) => Command;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

const NOTES_WIDTH = 90;

export function addSigma(program: Command, { help, env, columns, add, jsonOption, run }: SigmaProgram): void {
  const withPipelines = (command: Command): Command =>
    command
      .option('--pipeline <file>', help.pipeline, collect)
      .option('--no-builtin-pipelines', help.noBuiltinPipelines)
      .option('--placeholders <file>', help.placeholders);
  const withRouting = (command: Command): Command =>
    withPipelines(
      command
        .addOption(new Option('--route <how>', help.route).choices(['pipelines', 'fields', 'off']))
        .option('--logsource <p/c/s>', help.logsource),
    );
  const withNotes = (command: Command, notes: string): Command =>
    command.addHelpText(
      'after',
      `\n${new Help().boxWrap(notes, Math.min(columns ?? NOTES_WIDTH, NOTES_WIDTH))}`,
    );

  const sigma = add(program, 'sigma', help.sigma);
  const match = add(sigma, 'match', help.sigmaMatch, [
    'vonggac sigma match --rules rules/ --events events.ndjson.gz --stats',
    'vonggac sigma match --rules rule.yml --events - --logsource windows/process_creation/',
  ])
    .requiredOption('--rules <path...>', help.sigmaRules)
    .requiredOption('--events <file>', help.sigmaEvents);
  withNotes(withRouting(match), help.sigmaMatchNotes)
    .option('--stats', help.stats)
    .action((flags: SigmaMatchOptions) =>
      run(async (context) => (await import('./commands/sigma-match.ts')).sigmaMatchCommand(context, flags)),
    );

  const check = add(sigma, 'check', help.sigmaCheck, [
    'vonggac sigma check rules/',
    'vonggac sigma check rules/ --strict --skip filename-form,filename-prefix',
  ]).argument('<path...>', help.sigmaCheckPaths);
  withNotes(withPipelines(check), help.sigmaCheckNotes)
    .addOption(new Option('--json', help.jsonLines))
    .option('--only <codes>', help.only, collect)
    .option('--skip <codes>', help.skip, collect)
    .option('--strict', help.strict)
    .action((paths: string[], flags: SigmaCheckOptions) =>
      run(async (context) =>
        (await import('./commands/sigma-check.ts')).sigmaCheckCommand(context, paths, flags, hasColours(env)),
      ),
    );

  const explain = add(sigma, 'explain', help.sigmaExplain, [
    'vonggac sigma explain rule.yml event.json',
    'vonggac sigma explain rules.yml#8202070f-edeb-4d31-a010-a26c72ac5600 events.ndjson:12',
    'vonggac sigma explain rule.yml \'{"Image": "C:\\\\Temp\\\\a.exe"}\' --route off',
    'vonggac sigma explain --rules rules/ --id "Whoami Execution" -',
  ])
    .argument('[rule]', help.explainRule)
    .argument('[event]', help.explainEvent);
  withNotes(withRouting(explain), help.sigmaExplainNotes)
    .option('--rules <path>', help.explainRules, collect)
    .option('--id <id>', help.explainId)
    .addOption(jsonOption())
    .action((rule: string | undefined, event: string | undefined, flags: SigmaExplainOptions) =>
      run(async (context) => {
        const operands = [rule, event].flatMap((operand) => operand ?? []);
        const { sigmaExplainCommand } = await import('./commands/sigma-explain.ts');
        return sigmaExplainCommand(context, operands, flags, { columns, isColoured: hasColours(env) });
      }),
    );

  const convert = add(sigma, 'convert', help.sigmaConvert, [
    'vonggac sigma convert --to clickhouse rule.yml --from 2026-11-01',
    'vonggac sigma convert --to clickhouse rule.yml --shell',
  ])
    .argument('<path...>', help.sigmaCheckPaths)
    .addOption(new Option('--to <language>', help.convertTo).choices(['clickhouse']).makeOptionMandatory());
  withNotes(withPipelines(convert), help.sigmaConvertNotes)
    .option('--from <time>', help.convertFrom)
    .option('--until <time>', help.convertUntil)
    .option('--table <name>', help.table)
    .option('--schema <file>', help.schema)
    .option('--shell', help.shell)
    .addOption(new Option('--json', help.jsonLines))
    .action((paths: string[], flags: SigmaConvertOptions) =>
      run(async (context) =>
        (await import('./commands/sigma-convert.ts')).sigmaConvertCommand(context, paths, flags),
      ),
    );
}
