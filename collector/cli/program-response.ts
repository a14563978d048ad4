/** `vonggac response` on the command line. */
import { Option, type Command } from 'commander';
import type { CommandAction } from '../protocol/command.ts';
import { RESPONSE_ACTIONS } from '../protocol/response-names.ts';
import { RESPONSE_STATES, type ResponseState } from '../registry/tables/response.ts';
import type { PersonFlags } from './as-person.ts';
import type { RequestFlags } from './commands/response.ts';
import { addAuthorisations } from './program-authorisation.ts';
import { addResponseBulk } from './program-response-bulk.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/response.ts');

export function addResponse(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const response = add(program, 'response', help.response);
  const request = add(response, 'request', help.responseRequest, [
    'vonggac response request isolate 6a2f41a3 --minutes 60 --reason "beacon to 203.0.113.9" --user an',
    'vonggac response request kill-process 6a2f41a3 --pid 4711 --started 2026-11-26T08:00:03+07:00 --exe /tmp/x --reason "miner" --user an',
    'vonggac response request collect-bundle 6a2f41a3 --reason "alert 81" --user an',
  ]);
  for (const action of RESPONSE_ACTIONS) addRequest(request, action, options);
  const decide = (form: 'approve' | 'reject', text: string): void => {
    add(response, form, text, [`vonggac response ${form} 5b0c9c1e --user binh`])
      .argument('<id>', help.responseId)
      .requiredOption('--user <name>', help.responseUser)
      .option('--reason <text>', help.responseReason)
      .action((id: string, flags: PersonFlags & { reason?: string }) =>
        run(async (context) => (await load()).decideResponseCommand(context, id, form === 'approve', flags)),
      );
  };
  decide('approve', help.responseApprove);
  decide('reject', help.responseReject);
  add(response, 'list', help.responseList)
    .addOption(new Option('--state <state>', help.responseState).choices(RESPONSE_STATES))
    .option('--agent <agent>', help.responseAgent)
    .option('--job <id>', help.responseJob)
    .addOption(jsonOption())
    .action((flags: { state?: ResponseState; agent?: string; job?: string; json?: boolean }) =>
      run(async (context) => (await load()).listResponsesCommand(context, flags)),
    );
  add(response, 'show', help.responseShow)
    .argument('<id>', help.responseId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showResponseCommand(context, id, flags)),
    );
  add(response, 'rotate-key', help.responseRotateKey).action(() =>
    run(async (context) =>
      (await import('./commands/policy.ts')).rotateSigningKeyCommand(context, 'command'),
    ),
  );
  addResponseBulk(response, options);
  addAuthorisations(response, options);

  function addRequest(parent: Command, action: CommandAction['action'], { m }: SimulateProgram): void {
    const command = add(parent, action, m.response.actions[action])
      .argument('<agent>', help.responseAgent)
      .requiredOption('--reason <text>', help.responseReason)
      .requiredOption('--user <name>', help.responseUser)
      .option('--dry-run', help.responseDryRun)
      .addOption(jsonOption());
    if (action === 'isolate')
      command.addOption(new Option('--minutes <n>', help.responseMinutes).argParser(integer));
    if (action === 'kill-process')
      command
        .addOption(new Option('--pid <n>', help.responsePid).argParser(integer))
        .option('--started <time>', help.responseStarted)
        .option('--exe <path>', help.responseExe);
    if (action === 'quarantine-file')
      command.option('--path <path>', help.responsePath).option('--sha256 <hex>', help.responseSha256);
    if (action === 'restore-file') command.option('--of <id>', help.responseOf);
    if (action === 'disable-account' || action === 'enable-account')
      command.option('--account <name>', help.responseAccount);
    command.action((agent: string, flags: RequestFlags) =>
      run(async (context) => (await load()).requestResponseCommand(context, agent, action, flags)),
    );
  }
}
