/** `vonggac indicator` on the command line. */
import { Option, type Command } from 'commander';
import { INDICATOR_KINDS, TLP_LEVELS } from '../indicator/indicator.ts';
import { INDICATOR_FORMS } from '../indicator/read-indicators.ts';
import { SHARED_TLP_MAX } from '../indicator/write-stix.ts';
import type { IndicatorAddFlags, IndicatorListFlags, RetroFlags } from './commands/indicator.ts';
import type { IndicatorExportFlags } from './commands/indicator-export.ts';
import type { IndicatorImportFlags } from './commands/indicator-import.ts';
import { addIndicatorSources } from './program-indicator-sources.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';
import { timeParser } from './parse-time.ts';

const LIMIT = 100;
const load = () => import('./commands/indicator.ts');

export function addIndicator(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const time = timeParser(m);
  const integers = (text: string, before: number[] = []): number[] => [...before, integer(text)];
  const indicator = add(program, 'indicator', help.indicator);
  const types = (): Option => new Option('--type <type>', help.indicatorType).choices(INDICATOR_KINDS);
  const facts = (command: Command, sourceHelp: string): Command =>
    command
      .option('--source <name>', sourceHelp)
      .addOption(new Option('--confidence <n>', help.indicatorConfidence).argParser(integer))
      .addOption(new Option('--days <n>', help.indicatorDays).argParser(integer))
      .addOption(new Option('--tlp <level>', help.indicatorTlp).choices(TLP_LEVELS));

  facts(
    add(indicator, 'import', help.indicatorImport, [
      'vonggac indicator import ncsc.csv --source NCSC --confidence 80 --days 90 --dry-run',
      'vonggac indicator import bundle.json',
    ]).argument('<file>', help.indicatorFile),
    help.indicatorImportSource,
  )
    .addOption(new Option('--form <form>', help.indicatorForm).choices(INDICATOR_FORMS))
    .option('--dry-run', help.indicatorDryRun)
    .addOption(jsonOption())
    .action((file: string, flags: IndicatorImportFlags) =>
      run(async (context) =>
        (await import('./commands/indicator-import.ts')).importIndicatorsCommand(context, file, flags),
      ),
    );
  add(indicator, 'list', help.indicatorList, [
    'vonggac indicator list --source NCSC --state active',
    'vonggac indicator list --value hxxp://evil[.]example/',
  ])
    .addOption(types())
    .option('--source <name>', help.indicatorSource)
    .option('--tag <tag>', help.indicatorTag)
    .option('--value <value>', help.indicatorValue)
    .option('--text <text>', help.indicatorText)
    .addOption(
      new Option('--state <state>', help.indicatorState).choices([
        'active',
        'expired',
        'retired',
        'throttled',
      ]),
    )
    .addOption(new Option('--limit <n>', help.indicatorLimit).argParser(integer).default(LIMIT))
    .addOption(jsonOption())
    .action((flags: IndicatorListFlags) =>
      run(async (context) => (await load()).listIndicatorsCommand(context, flags)),
    );
  add(indicator, 'export', help.indicatorExport, [
    'vonggac indicator export --out bundle.json --state active --tlp-max green',
  ])
    .requiredOption('--out <file>', help.exportOut)
    .addOption(types())
    .option('--source <name>', help.indicatorSource)
    .option('--tag <tag>', help.indicatorTag)
    .addOption(new Option('--state <state>', help.indicatorState).choices(['active', 'expired', 'retired']))
    .addOption(
      new Option('--tlp-max <level>', help.indicatorTlpMax).choices(TLP_LEVELS).default(SHARED_TLP_MAX),
    )
    .action((flags: IndicatorExportFlags) =>
      run(async (context) =>
        (await import('./commands/indicator-export.ts')).exportIndicatorsCommand(context, flags),
      ),
    );
  add(indicator, 'show', help.indicatorShow)
    .argument('<id>', help.indicatorId, integer)
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showIndicatorCommand(context, id, flags)),
    );
  facts(
    add(indicator, 'add', help.indicatorAdd, [
      'vonggac indicator add hxxp://evil[.]example/a --confidence 90 --days 30 --tag c2',
    ]).argument('<value>', help.indicatorAddValue),
    help.indicatorSource,
  )
    .addOption(types())
    .option('--tag <tag>', help.indicatorTags, collect)
    .option('--description <text>', help.indicatorDescription)
    .addOption(jsonOption())
    .action((value: string, flags: IndicatorAddFlags) =>
      run(async (context) => (await load()).addIndicatorCommand(context, value, flags)),
    );
  for (const [act, text] of [
    ['retire', help.indicatorRetire],
    ['restore', help.indicatorRestore],
  ] as const) {
    add(indicator, act, text)
      .argument('<id>', help.indicatorId, integer)
      .requiredOption('--reason <text>', help.indicatorReason)
      .addOption(jsonOption())
      .action((id: number, flags: { reason: string; json?: boolean }) =>
        run(async (context) => (await load()).moveIndicatorCommand(context, act, id, flags)),
      );
  }
  add(indicator, 'sightings', help.indicatorSightings)
    .argument('<id>', help.indicatorId, integer)
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).sightingsCommand(context, id, flags)),
    );
  add(indicator, 'retro', help.indicatorRetro, [
    'vonggac indicator retro --source NCSC --from 2026-10-01',
    'vonggac indicator retro --added-since 2026-11-26 --from 2026-01-01',
  ])
    .addOption(new Option('--id <id>', help.indicatorRetroId).argParser(integers))
    .option('--source <name>', help.indicatorSource)
    .addOption(new Option('--added-since <time>', help.indicatorAddedSince).argParser(time))
    .addOption(new Option('--from <time>', help.indicatorFrom).argParser(time))
    .addOption(new Option('--to <time>', help.indicatorTo).argParser(time))
    .addOption(jsonOption())
    .action((flags: RetroFlags) => run(async (context) => (await load()).retroCommand(context, flags)));
  addIndicatorSources(indicator, options);
}
