/** `vonggac indicator source` and `vonggac indicator own` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { TLP_LEVELS } from '../indicator/indicator.ts';
import { NONE, type SourceFlags } from './commands/indicator-sources-flags.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { wholeNumber } from './whole-number.ts';

const load = () => import('./commands/indicator-sources.ts');

export function addIndicatorSources(indicator: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const whole = wholeNumber(m);
  const orNone = (text: string): number | typeof NONE => (text === NONE ? NONE : whole(text));
  const level = (text: string) => {
    if (text === NONE) return NONE;
    const found = TLP_LEVELS.find((one) => one === text);
    if (found === undefined) throw new InvalidArgumentError(m.indicator.fault('bad-tlp'));
    return found;
  };
  const source = add(indicator, 'source', help.indicatorSources);
  add(source, 'list', help.indicatorSourceList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listSourcesCommand(context, flags)),
    );
  add(source, 'set', help.indicatorSourceSet, [
    'vonggac indicator source set NCSC --confidence 85 --days 90 --tlp amber',
    'vonggac indicator source set NCSC --days none',
  ])
    .argument('<name>', help.indicatorSourceName)
    .addOption(new Option('--confidence <n>', help.indicatorConfidence).argParser(orNone))
    .addOption(new Option('--days <n>', help.indicatorDays).argParser(orNone))
    .addOption(new Option('--tlp <level>', help.indicatorTlp).argParser(level))
    .option('--description <text>', help.indicatorDescription)
    .addOption(new Option('--at-version <n>', help.indicatorAtVersion).argParser(whole))
    .addOption(jsonOption())
    .action((name: string, flags: SourceFlags) =>
      run(async (context) => (await load()).setSourceCommand(context, name, flags)),
    );
  const own = add(indicator, 'own', help.indicatorOwn);
  add(own, 'list', help.indicatorOwnList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listOwnCommand(context, flags)),
    );
  add(own, 'add', help.indicatorOwnAdd, ["vonggac indicator own add tinh.gov.vn --reason 'của tỉnh'"])
    .argument('<value>', help.indicatorOwnValue)
    .requiredOption('--reason <text>', help.indicatorReason)
    .addOption(jsonOption())
    .action((value: string, flags: { reason: string; json?: boolean }) =>
      run(async (context) => (await load()).addOwnCommand(context, value, flags)),
    );
  add(own, 'remove', help.indicatorOwnRemove)
    .argument('<id>', help.indicatorOwnId, integer)
    .action((id: number) => run(async (context) => (await load()).removeOwnCommand(context, id)));
}
