/** `vonggac posture status [HOST]`: how one host stands, failures first, or all hosts check by check. */
import { POSTURE_SEVERITIES } from '#protocol/posture-policy.ts';
import type { PostureView } from '../../api/contract-posture.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { postureChecks, postureShow } from '../operations/posture.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface PostureStatusOptions {
  at?: number;
  control?: string;
  policy?: string;
  agency?: number;
  json?: boolean;
}

type Result = PostureView['results'][number];

export async function postureStatusCommand(
  context: CommandContext,
  host: string | undefined,
  { at, control, policy, agency, json }: PostureStatusOptions,
): Promise<ExitCode> {
  const { m, print } = context;
  const query = { atMs: at ?? Date.now(), control, policy };
  const t = m.posture;
  if (host !== undefined) {
    const view = await call(context, postureShow, { ...query, host });
    if (json === true) print(printableJson(view));
    else describe(view, context);
    return EXIT.ok;
  }
  const view = await call(context, postureChecks, { ...query, agencyId: agency });
  if (json === true) {
    print(printableJson(view));
    return EXIT.ok;
  }
  if (view.checks.length === 0) {
    print(t.nothingTold);
    return EXIT.ok;
  }
  const failing = view.checks.toSorted((left, right) => right.hosts.fail - left.hosts.fail);
  formatTable(failing, [
    { title: t.results.fail, value: ({ hosts }) => String(hosts.fail), align: 'right' },
    { title: t.results.pass, value: ({ hosts }) => String(hosts.pass), align: 'right' },
    { title: t.results['not-assessed'], value: ({ hosts }) => String(hosts['not-assessed']), align: 'right' },
    {
      title: t.results['not-applicable'],
      value: ({ hosts }) => String(hosts['not-applicable']),
      align: 'right',
    },
    { title: t.results.excepted, value: ({ hosts }) => String(hosts.excepted), align: 'right' },
    { title: t.columns.check, value: ({ check }) => check },
    { title: t.columns.policy, value: (entry) => entry.policy },
    { title: t.columns.controls, value: ({ controls }) => controls.join(' ') },
  ]).forEach(print);
  return EXIT.ok;
}

function describe({ hostname, at, counts, results }: PostureView, { m, print }: CommandContext): void {
  const t = m.posture;
  print(t.heading(printable(hostname), localTime(Date.parse(at))));
  if (results.length === 0) {
    print(t.nothingTold);
    return;
  }
  print(
    Object.entries(counts)
      .map(([result, count]) => `${count} ${t.results[result as Result['result']]}`)
      .join(', '),
  );
  const rank = ({ severity }: Result): number => POSTURE_SEVERITIES.findIndex((each) => each === severity);
  for (const result of ['fail', 'not-assessed', 'excepted', 'not-applicable'] as const) {
    const found = results
      .filter((each) => each.result === result)
      .toSorted((left, right) => rank(right) - rank(left));
    if (found.length === 0) continue;
    print('');
    print(`${t.results[result]}:`);
    for (const each of found)
      print(printable(`  ${each.check}  ${each.controls.join(' ')}  ${evidence(each, t)}`));
  }
}

function evidence(
  { result, observed, expected, reason, exceptedBy, exceptedUntil, exceptionId }: Result,
  t: CommandContext['m']['posture'],
): string {
  if (result === 'fail') return t.foundFor(observed, expected);
  if (exceptionId !== null && exceptedUntil !== null)
    return `${t.exceptedAs(exceptionId, localTime(Date.parse(exceptedUntil)))}; ${t.foundFor(observed, expected)}`;
  if (result === 'excepted' && exceptedUntil !== null)
    return t.exceptedBy(exceptedBy, localTime(Date.parse(exceptedUntil)), reason);
  return reason;
}
