/** `vonggac exchange` on the command line. */
import { Option, type Command } from 'commander';
import { EXCHANGE_STATES } from '../registry/tables/exchange.ts';
import type { LinkAddFlags, LinkRunFlags } from './commands/exchange-links.ts';
import type { ExchangeListFlags } from './commands/exchange-queue.ts';
import type { ExchangeSendFlags } from './commands/exchange-send.ts';
import type { ExchangeMakeFlags, ExchangeValidateFlags } from './commands/exchange.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { timeParser } from './parse-time.ts';

const load = () => import('./commands/exchange.ts');

export function addExchange(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const time = timeParser(m);
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
  add(exchange, 'list', help.exchangeList, [
    'vonggac exchange list --state failed',
    'vonggac exchange list /media/usb/bao-cao',
  ])
    .argument('[folder]', help.exchangeListFolder)
    .addOption(new Option('--state <state>', help.exchangeState).choices(EXCHANGE_STATES))
    .addOption(new Option('--link <link>', help.exchangeLink).argParser(integer))
    .addOption(jsonOption())
    .action((folder: string | undefined, flags: ExchangeListFlags) =>
      run(async (context) =>
        folder === undefined
          ? (await loadQueue()).listDocumentsCommand(context, flags)
          : (await load()).listReportsCommand(context, folder, flags),
      ),
    );
  addDocuments(exchange, options);
  addLinks(exchange, options, time);
  addDelivery(exchange, options);
}

const loadQueue = () => import('./commands/exchange-queue.ts');

function addDocuments(exchange: Command, { help, add, jsonOption, run }: SimulateProgram): void {
  add(exchange, 'show', help.exchangeShow)
    .argument('<document>', help.exchangeDocument)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await loadQueue()).showDocumentCommand(context, id, flags)),
    );
  add(exchange, 'retry', help.exchangeRetry)
    .argument('<document>', help.exchangeDocument)
    .action((id: string) => run(async (context) => (await loadQueue()).retryDocumentCommand(context, id)));
  add(exchange, 'cancel', help.exchangeCancel)
    .argument('<document>', help.exchangeDocument)
    .action((id: string) => run(async (context) => (await loadQueue()).cancelDocumentCommand(context, id)));
  add(exchange, 'save', help.exchangeSave, ['vonggac exchange save 1b2c3d4e --out /media/usb/bao-cao'])
    .argument('<document>', help.exchangeDocument)
    .option('--out <folder>', help.exchangeOut, '.')
    .action((id: string, flags: { out: string }) =>
      run(async (context) => (await loadQueue()).saveDocumentCommand(context, id, flags)),
    );
  add(exchange, 'carried', help.exchangeCarried)
    .argument('<document>', help.exchangeDocument)
    .requiredOption('--note <text>', help.exchangeNote)
    .action((id: string, flags: { note: string }) =>
      run(async (context) => (await loadQueue()).carriedDocumentCommand(context, id, flags)),
    );
}

const loadLinks = () => import('./commands/exchange-links.ts');

function addLinks(exchange: Command, options: SimulateProgram, time: (text: string) => number): void {
  const { help, add, jsonOption, run, integer } = options;
  add(exchange, 'links', help.exchangeLinks)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await loadLinks()).listLinksCommand(context, flags)),
    );
  add(exchange, 'add', help.exchangeAdd, ['vonggac exchange add trung-tam.json --name "Trung tâm"'])
    .argument('<file>', help.exchangeLinkFile)
    .requiredOption('--name <name>', help.exchangeName)
    .addOption(new Option('--agency <id>', help.exchangeAgency).argParser(integer))
    .action((file: string, flags: LinkAddFlags) =>
      run(async (context) => (await loadLinks()).addLinkCommand(context, file, flags)),
    );
  add(exchange, 'change', help.exchangeChange)
    .argument('<link>', help.exchangeLink, integer)
    .argument('<file>', help.exchangeLinkFile)
    .action((id: number, file: string) =>
      run(async (context) => (await loadLinks()).changeLinkCommand(context, id, file)),
    );
  for (const [name, text, enabled] of [
    ['enable', help.exchangeEnable, true],
    ['disable', help.exchangeDisable, false],
  ] as const)
    add(exchange, name, text)
      .argument('<link>', help.exchangeLink, integer)
      .action((id: number) =>
        run(async (context) => (await loadLinks()).enableLinkCommand(context, id, enabled)),
      );
  add(exchange, 'remove', help.exchangeRemove)
    .argument('<link>', help.exchangeLink, integer)
    .action((id: number) => run(async (context) => (await loadLinks()).removeLinkCommand(context, id)));
  add(exchange, 'test', help.exchangeTest)
    .argument('<link>', help.exchangeLink, integer)
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await loadLinks()).testLinkCommand(context, id, flags)),
    );
  add(exchange, 'run', help.exchangeRun, ['vonggac exchange run 1 --dry-run'])
    .argument('<link>', help.exchangeLink, integer)
    .addOption(new Option('--from <time>', help.exchangeFrom).argParser(time))
    .addOption(new Option('--to <time>', help.exchangeTo).argParser(time))
    .option('--dry-run', help.exchangeDryRun)
    .addOption(jsonOption())
    .action((id: number, flags: LinkRunFlags) =>
      run(async (context) => (await loadLinks()).runLinkCommand(context, id, flags)),
    );
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
