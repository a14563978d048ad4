/** `vonggac response bulk ACTION` on the command line. */
import { Option, type Command } from 'commander';
import type { ResponseAction } from '../protocol/response-names.ts';
import type { BulkResponseFlags } from './commands/response-bulk.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

/** Those that name nothing of one host alone. */
const BULK_ACTIONS = [
  'isolate',
  'release',
  'quarantine-file',
  'disable-account',
  'enable-account',
  'collect-bundle',
] as const satisfies readonly ResponseAction[];

const load = () => import('./commands/response-bulk.ts');

export function addResponseBulk(response: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const bulk = add(response, 'bulk', help.responseBulk, [
    'vonggac response bulk isolate --rule 12e8305e --reason "worm" --dry-run',
    'vonggac response bulk isolate --rule 12e8305e --reason "worm" --user an --follow',
    'vonggac response bulk collect-bundle --agency 7 --reason "review" --user an',
  ]);
  for (const action of BULK_ACTIONS) {
    const command = add(bulk, action, m.response.actions[action])
      .option('--agent <agent>', help.responseBulkAgent, collect)
      .addOption(new Option('--agency <id>', help.responseBulkAgency).argParser(integer))
      .option('--group <name>', help.responseBulkGroup)
      .option('--tag <tag>', help.responseBulkTag)
      .option('--rule <id>', help.responseBulkRule)
      .option('--include-servers', help.responseBulkServers)
      .requiredOption('--reason <text>', help.responseReason)
      .option('--user <name>', help.responseUser)
      .option('--dry-run', help.responseBulkDryRun)
      .option('--rehearse', help.responseDryRun)
      .option('--follow', help.responseBulkFollow)
      .addOption(jsonOption());
    if (action === 'isolate')
      command.addOption(new Option('--minutes <n>', help.responseMinutes).argParser(integer));
    if (action === 'quarantine-file')
      command.option('--path <path>', help.responsePath).option('--sha256 <hex>', help.responseSha256);
    if (action === 'disable-account' || action === 'enable-account')
      command.option('--account <name>', help.responseAccount);
    command.action((flags: BulkResponseFlags) =>
      run(async (context) => (await load()).bulkResponseCommand(context, action, flags)),
    );
  }
}
