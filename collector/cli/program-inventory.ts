/** The commands about inventories. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { INVENTORY_CATEGORIES } from '../protocol/record-names.ts';
import type { CommandContext } from './command.ts';
import type {
  InventoryDiffOptions,
  InventoryFindOptions,
  InventoryShowOptions,
} from './commands/inventory.ts';
import type { ExitCode } from './exit-code.ts';
import type { Messages } from './messages/en.ts';
import { UsageError } from './usage-error.ts';

export interface InventoryProgram {
  m: Messages;
  add: (parent: Command, form: string, description: string, examples?: readonly string[]) => Command;
  agencyOption: (description: string) => Option;
  jsonOption: () => Option;
  run: (work: (context: CommandContext) => Promise<ExitCode | void>) => Promise<void>;
}

const CATEGORIES = INVENTORY_CATEGORIES.filter((category) => category !== 'collection');

const CATEGORY = '--category <name>';

/** A moment; of a day alone its end here, since what is meant is what there was on that day. */
export function parseMoment(text: string): number | undefined {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day === null) {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? undefined : ms;
  }
  const [, year, month, date] = day;
  const end = new Date(Number(year), Number(month) - 1, Number(date) + 1).getTime() - 1;
  return Number.isNaN(Date.parse(text)) ? undefined : end;
}

export function addInventory(program: Command, parts: InventoryProgram): void {
  const { m, add, agencyOption, jsonOption, run } = parts;
  const { help } = m;
  const moment = (text: string): number => {
    const ms = parseMoment(text);
    if (ms === undefined) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
  const where = (
    text: string,
    earlier: { name: string; value: string }[] = [],
  ): { name: string; value: string }[] => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError(m.usageError.notFact(text));
    return [...earlier, { name: text.slice(0, equals), value: text.slice(equals + 1) }];
  };
  // Options that the command above has too are given to that one: both are asked.
  const category = (description: string): Option => new Option(CATEGORY, description).choices(CATEGORIES);

  const inventory = add(program, 'inventory', help.inventory, [
    'vonggac inventory web-01',
    'vonggac inventory web-01 --category package --at 2026-11-01',
    'vonggac inventory diff web-01 --from 2026-11-01 --to 2026-11-08',
    'vonggac inventory find --category package --key openssl --version-below 3.0.15',
    'vonggac inventory find --category os --where support=ended',
  ])
    .argument('<host>', help.inventoryHost)
    .addOption(new Option('--at <time>', help.inventoryAt).argParser(moment))
    .addOption(category(help.inventoryCategory))
    .addOption(jsonOption())
    .action((host: string, flags: InventoryShowOptions) =>
      run(async (context) =>
        (await import('./commands/inventory.ts')).showInventoryCommand(context, host, flags),
      ),
    );

  add(inventory, 'diff', help.inventoryDiff)
    .argument('<host>', help.inventoryHost)
    .addOption(new Option('--from <time>', help.inventoryFrom).argParser(moment).makeOptionMandatory())
    .addOption(new Option('--to <time>', help.inventoryTo).argParser(moment))
    .addOption(category(help.inventoryCategory))
    .addOption(jsonOption())
    .action((host: string, _flags: unknown, command: Command) =>
      run(async (context) =>
        (await import('./commands/inventory.ts')).diffInventoryCommand(
          context,
          host,
          command.optsWithGlobals<InventoryDiffOptions>(),
        ),
      ),
    );

  add(inventory, 'find', help.inventoryFind)
    .addOption(category(help.inventoryFindCategory))
    .option('--key <name>', help.inventoryKey)
    .option('--version-below <version>', help.inventoryVersionBelow)
    .addOption(new Option('--where <fact>', help.inventoryWhere).argParser(where))
    .addOption(new Option('--at <time>', help.inventoryAt).argParser(moment))
    .addOption(agencyOption(help.inventoryAgency))
    .addOption(jsonOption())
    .action((_flags: unknown, command: Command) =>
      run(async (context) => {
        const { category: name, ...flags } = command.optsWithGlobals<InventoryFindOptions>();
        if (name === undefined) throw new UsageError(m.usageError.missingOption(CATEGORY));
        return (await import('./commands/inventory.ts')).findInventoryCommand(context, {
          ...flags,
          category: name,
        });
      }),
    );
}
