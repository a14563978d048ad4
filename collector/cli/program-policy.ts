/** `vonggac policy` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { RolloutFlags, SetPolicyFlags } from './commands/policy.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const load = () => import('./commands/policy.ts');

export function addPolicy(program: Command, options: SimulateProgram): void {
  const { m, help, add, jsonOption, run, integer } = options;
  const upTo = (most: number, text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) > most)
      throw new InvalidArgumentError(m.policy.notPercent(text));
    return Number(text);
  };
  const percent = (text: string): number => upTo(100, text);
  const rolloutOptions = (command: Command): Command =>
    command
      .addOption(new Option('--percent <n>', help.policyPercent).argParser(percent))
      .option('--canary <agent>', help.policyCanary, collect)
      .addOption(new Option('--halt-above <n>', help.policyHaltAbove).argParser(percent));

  const policy = add(program, 'policy', help.policy);
  add(policy, 'list', help.policyList)
    .option('--group <name>', help.limitGroup)
    .addOption(jsonOption())
    .action((flags: { group?: string; json?: boolean }) =>
      run(async (context) => (await load()).listPoliciesCommand(context, flags)),
    );
  add(policy, 'show', help.policyShow)
    .argument('<group>', help.limitGroup)
    .addOption(new Option('--at <version>', help.policyVersion).argParser(integer))
    .addOption(jsonOption())
    .action((group: string, flags: { at?: number; json?: boolean }) =>
      run(async (context) => (await load()).showPolicyCommand(context, group, flags)),
    );
  add(policy, 'diff', help.policyDiff, ['vonggac policy diff servers --from 3 --to 5'])
    .argument('<group>', help.limitGroup)
    .addOption(new Option('--from <version>', help.policyFrom).argParser(integer))
    .addOption(new Option('--to <version>', help.policyTo).argParser(integer))
    .option('--file <file>', help.policyDiffFile)
    .action((group: string, flags: { from?: number; to?: number; file?: string }) =>
      run(async (context) => (await load()).diffPolicyCommand(context, group, flags)),
    );
  rolloutOptions(
    add(policy, 'set', help.policySet, [
      'vonggac policy set servers --file servers.json --comment "watch /srv" --dry-run',
      'vonggac policy set servers --file servers.json --percent 5 --halt-above 10',
    ])
      .argument('<group>', help.limitGroup)
      .requiredOption('--file <file>', help.policyFile)
      .option('--comment <text>', help.policyComment)
      .option('--dry-run', help.policyDryRun),
  ).action((group: string, flags: SetPolicyFlags) =>
    run(async (context) => (await load()).setPolicyCommand(context, group, flags)),
  );
  rolloutOptions(
    add(policy, 'rollout', help.policyRollout, ['vonggac policy rollout servers --percent 100']).argument(
      '<group>',
      help.limitGroup,
    ),
  ).action((group: string, flags: RolloutFlags) =>
    run(async (context) => (await load()).rolloutPolicyCommand(context, group, flags)),
  );
  add(policy, 'rollback', help.policyRollback, [
    'vonggac policy rollback servers',
    'vonggac policy rollback servers --to 0',
  ])
    .argument('<group>', help.limitGroup)
    .addOption(
      new Option('--to <version>', help.policyRollbackTo).argParser((text: string) =>
        upTo(999_999_999, text),
      ),
    )
    .action((group: string, flags: { to?: number }) =>
      run(async (context) => (await load()).rollbackPolicyCommand(context, group, flags)),
    );
  add(policy, 'status', help.policyStatus)
    .option('--group <name>', help.limitGroup)
    .addOption(jsonOption())
    .action((flags: { group?: string; json?: boolean }) =>
      run(async (context) => (await load()).policyStatusCommand(context, flags)),
    );
  add(policy, 'rotate-key', help.policyRotateKey).action(() =>
    run(async (context) => (await load()).rotateSigningKeyCommand(context, 'policy')),
  );
}
