/** `vonggac notify roster | escalation` on the command line. */
import type { Command } from 'commander';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/oncall.ts');

export function addOncall(notify: Command, { help, add, jsonOption, run }: SimulateProgram): void {
  const roster = add(notify, 'roster', help.roster);
  add(roster, 'list', help.rosterList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listRostersCommand(context, flags)),
    );
  add(roster, 'on-duty', help.rosterOnDuty, [
    'vonggac notify roster on-duty truc-dem',
    'vonggac notify roster on-duty truc-dem --at 2027-02-06T03:00:00+07:00',
  ])
    .argument('<roster>', help.rosterName)
    .option('--at <time>', help.rosterAt)
    .addOption(jsonOption())
    .action((plan: string, flags: { at?: string; json?: boolean }) =>
      run(async (context) => (await load()).onDutyCommand(context, plan, flags)),
    );
  const escalation = add(notify, 'escalation', help.escalation);
  add(escalation, 'list', help.escalationList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listEscalationsCommand(context, flags)),
    );
  for (const [kind, parent, texts] of [
    [
      'roster',
      roster,
      { show: help.rosterShow, set: help.rosterSet, remove: help.rosterRemove, name: help.rosterName },
    ],
    [
      'escalation',
      escalation,
      {
        show: help.escalationShow,
        set: help.escalationSet,
        remove: help.escalationRemove,
        name: help.escalationName,
      },
    ],
  ] as const) {
    add(parent, 'show', texts.show)
      .argument(`<${kind}>`, texts.name)
      .action((plan: string) => run(async (context) => (await load()).showPlanCommand(context, kind, plan)));
    add(parent, 'set', texts.set, [`vonggac notify ${kind} set ${kind}.json`])
      .argument('<file>', help.oncallFile)
      .action((file: string) => run(async (context) => (await load()).setPlanCommand(context, kind, file)));
    add(parent, 'remove', texts.remove)
      .argument(`<${kind}>`, texts.name)
      .action((plan: string) =>
        run(async (context) => (await load()).removePlanCommand(context, kind, plan)),
      );
  }
}
