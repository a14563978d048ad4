/** `vonggac exchange` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ExchangeSendFlags } from './commands/exchange-send.ts';
import type { ExchangeMakeFlags, ExchangeValidateFlags } from './commands/exchange.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/exchange.ts');

export function addExchange(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const time = (text: string): number => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new InvalidArgumentError(m.usageError.notTime(text));
    return ms;
  };
  const exchange = add(program, 'exchange', help.exchange);
  add(exchange, 'make', help.exchangeMake, [
    'vonggac exchange make --settings trung-tam.json --out /media/usb/bao-cao',
    'vonggac exchange make --settings trung-tam.json --agency 3 --from 2026-11-01 --dry-run',
  ])
    .requiredOption('--settings <file>', help.exchangeSettings)
    .option('--out <folder>', help.exchangeOut, '.')
    .addOption(new Option('--agency <id>', help.exchangeAgency).argParser(integer))
    .addOption(new Option('--from <time>', help.exchangeFrom).argParser(time))
    .addOption(new Option('--to <time>', help.exchangeTo).argParser(time))
    .option('--dry-run', help.exchangeDryRun)
    .addOption(jsonOption())
    .action((flags: ExchangeMakeFlags) =>
      run(async (context) => (await load()).makeReportCommand(context, flags)),
    );
  add(exchange, 'validate', help.exchangeValidate, ['vonggac exchange validate avreport-20261126.xml'])
    .argument('<file>', help.exchangeFile)
    .option('--settings <file>', help.exchangeSettings)
    .addOption(jsonOption())
    .action((file: string, flags: ExchangeValidateFlags) =>
      run(async (context) => (await load()).validateReportCommand(context, file, flags)),
    );
  add(exchange, 'list', help.exchangeList, ['vonggac exchange list /media/usb/bao-cao'])
    .argument('<folder>', help.exchangeFolder)
    .addOption(jsonOption())
    .action((folder: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).listReportsCommand(context, folder, flags)),
    );
  addDelivery(exchange, options);
}

const loadDelivery = () => import('./commands/exchange-send.ts');

function addDelivery(exchange: Command, { help, add, jsonOption, run }: SimulateProgram): void {
  add(exchange, 'send', help.exchangeSend, [
    'vonggac exchange send /var/lib/bao-cao --settings trung-tam.json --dry-run',
    'vonggac exchange send /var/lib/bao-cao --settings trung-tam.json',
  ])
    .argument('<folder>', help.exchangeFolder)
    .requiredOption('--settings <file>', help.exchangeSettings)
    .option('--now', help.exchangeNow)
    .option('--dry-run', help.exchangeSendDryRun)
    .action((folder: string, flags: ExchangeSendFlags) =>
      run(async (context) => (await loadDelivery()).sendReportsCommand(context, folder, flags)),
    );
  add(exchange, 'queue', help.exchangeQueue)
    .argument('<folder>', help.exchangeFolder)
    .addOption(jsonOption())
    .action((folder: string, flags: { json?: boolean }) =>
      run(async (context) => (await loadDelivery()).queueCommand(context, folder, flags)),
    );
  add(exchange, 'receipts', help.exchangeReceipts)
    .argument('<folder>', help.exchangeFolder)
    .addOption(jsonOption())
    .action((folder: string, flags: { json?: boolean }) =>
      run(async (context) => (await loadDelivery()).receiptsCommand(context, folder, flags)),
    );
}
