/** `vonggac response authorisations list | show | request | approve | reject | resume | end` */
import { newAuthorisationSchema } from '../../api/contract-authorisations.ts';
import type { AuthorisationState } from '../../registry/tables/authorisation.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import {
  authorisationDecide,
  authorisationEnd,
  authorisationList,
  authorisationRequest,
  authorisationShow,
} from '../operations/authorisation.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

const timeOf = (iso: string): string => localTime(Date.parse(iso));

export async function listAuthorisationsCommand(
  context: CommandContext,
  { state, json }: { state?: AuthorisationState; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { authorisations } = await call(context, authorisationList, { state });
  if (json === true) return print(JSON.stringify(authorisations, undefined, 2));
  const words = m.response.authorisation;
  if (authorisations.length === 0) return print(words.none);
  formatTable(authorisations, [
    { title: m.columns.id, value: ({ id }) => id },
    { title: m.columns.state, value: (one) => words.states[one.state] },
    { title: words.columns.agency, value: ({ agencyId }) => String(agencyId), align: 'right' },
    {
      title: m.response.columns.action,
      value: (one) => one.action + (one.dryRun ? ` (${words.rehearsal})` : ''),
    },
    { title: words.columns.until, value: ({ validTo }) => timeOf(validTo) },
    { title: m.response.columns.by, value: ({ requestedBy }) => requestedBy },
    { title: words.columns.title, value: ({ title }) => title },
  ]).forEach(print);
}

type Shown = Awaited<ReturnType<typeof authorisationEnd.run>>;

function printOne({ m, print }: CommandContext, one: Shown): void {
  const words = m.response.authorisation;
  print(printable(`${one.id}  ${words.states[one.state]}  ${one.title}`));
  print(printable(words.signed(one.signer, one.documentSha256)));
  print(words.valid(timeOf(one.validFrom), timeOf(one.validTo), one.fromTime, one.toTime, one.daysOff));
  const what = one.dryRun ? `${one.action} (${words.rehearsal})` : one.action;
  print(printable(words.does(what, one.rules.join(', '), one.agencyId)));
  print(words.limits(one.hostsMax, one.breakerHosts, one.breakerMinutes));
  print(printable(m.response.who(one.requestedBy, one.decidedBy ?? undefined, one.reason ?? '-')));
  if (one.state === 'requested') print(words.waits(one.id));
  if (one.state === 'tripped') print(words.tripped(one.id));
}

export async function showAuthorisationCommand(
  context: CommandContext,
  id: string,
  { json }: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { acts, ...one } = await call(context, authorisationShow, { id });
  if (json === true) return print(JSON.stringify({ ...one, acts }, undefined, 2));
  const words = m.response.authorisation;
  printOne(context, one);
  if (acts.length === 0) return print(words.noActs);
  formatTable(acts, [
    { title: words.columns.at, value: ({ at }) => timeOf(at) },
    { title: m.columns.host, value: ({ hostname }) => hostname },
    { title: words.columns.outcome, value: ({ outcome }) => words.outcomes[outcome] },
    { title: words.columns.alert, value: ({ alertId }) => alertId },
    { title: words.columns.command, value: ({ responseId }) => responseId ?? '-' },
  ]).forEach(print);
}

export async function requestAuthorisationCommand(
  context: CommandContext,
  file: string,
  flags: PersonFlags & { json?: boolean },
): Promise<void> {
  const wanted = readJsonFile(
    context,
    file,
    newAuthorisationSchema,
    context.m.response.authorisation.unreadable,
  );
  const made = await asPerson(context, flags, (person) =>
    call(context, authorisationRequest, { wanted, person }),
  );
  if (flags.json === true) context.print(JSON.stringify(made, undefined, 2));
  else printOne(context, made);
}

export async function decideAuthorisationCommand(
  context: CommandContext,
  id: string,
  move: 'approve' | 'reject' | 'resume',
  flags: PersonFlags & { reason?: string },
): Promise<void> {
  const { reason } = flags;
  printOne(
    context,
    await asPerson(context, flags, (person) =>
      call(context, authorisationDecide, { id, move, reason, person }),
    ),
  );
}

export async function endAuthorisationCommand(
  context: CommandContext,
  id: string,
  { reason }: { reason: string },
): Promise<void> {
  printOne(context, await call(context, authorisationEnd, { id, reason }));
}
