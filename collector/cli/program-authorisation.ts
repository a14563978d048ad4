/** `vonggac response authorisations` on the command line; by itself it lists. */
import { Option, type Command } from 'commander';
import { AUTHORISATION_STATES, type AuthorisationState } from '../registry/tables/authorisation.ts';
import type { PersonFlags } from './as-person.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/authorisation.ts');

export function addAuthorisations(response: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run } = options;
  const parent = add(response, 'authorisations', help.authorisations);
  parent.action(() => run(async (context) => (await load()).listAuthorisationsCommand(context, {})));
  add(parent, 'list', help.authorisationsList)
    .addOption(new Option('--state <state>', help.authorisationsState).choices(AUTHORISATION_STATES))
    .addOption(jsonOption())
    .action((flags: { state?: AuthorisationState; json?: boolean }) =>
      run(async (context) => (await load()).listAuthorisationsCommand(context, flags)),
    );
  add(parent, 'show', help.authorisationsShow)
    .argument('<id>', help.authorisationsId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showAuthorisationCommand(context, id, flags)),
    );
  add(parent, 'request', help.authorisationsRequest, [
    'vonggac response authorisations request authorisation.json --user an',
  ])
    .argument('<file>', help.authorisationsFile)
    .requiredOption('--user <name>', help.responseUser)
    .addOption(jsonOption())
    .action((file: string, flags: PersonFlags & { json?: boolean }) =>
      run(async (context) => (await load()).requestAuthorisationCommand(context, file, flags)),
    );
  for (const [move, text] of [
    ['approve', help.authorisationsApprove],
    ['reject', help.authorisationsReject],
    ['resume', help.authorisationsResume],
  ] as const)
    add(parent, move, text, [`vonggac response authorisations ${move} 5b0c9c1e --user binh`])
      .argument('<id>', help.authorisationsId)
      .requiredOption('--user <name>', help.responseUser)
      .option('--reason <text>', help.authorisationsReason)
      .action((id: string, flags: PersonFlags & { reason?: string }) =>
        run(async (context) => (await load()).decideAuthorisationCommand(context, id, move, flags)),
      );
  add(parent, 'end', help.authorisationsEnd)
    .argument('<id>', help.authorisationsId)
    .requiredOption('--reason <text>', help.authorisationsReason)
    .action((id: string, flags: { reason: string }) =>
      run(async (context) => (await load()).endAuthorisationCommand(context, id, flags)),
    );
}
