/** `vonggac hunt keep | forget`: hunts that are kept under a name. */
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { huntForget, huntKeep } from '../operations/hunt-keep.ts';
import { printable } from '../printable.ts';
import { UsageError } from '../usage-error.ts';
import { askedOf } from './hunt.ts';

export interface HuntKeepFlags {
  sigma?: string;
  description?: string;
  hours?: number;
  agency?: number;
  replaces?: string;
  atVersion?: number;
  json?: boolean;
}

const HOUR_S = 3_600;

export async function keepHuntCommand(
  context: CommandContext,
  name: string,
  query: string | undefined,
  { sigma, hours, agency: agencyId, replaces: hunt, atVersion: version, ...flags }: HuntKeepFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const asked = await askedOf(context, query, sigma === undefined ? {} : { sigma });
  if ('ruleId' in asked) throw new UsageError(m.hunt.oneAsked);
  const kept = await call(context, huntKeep, {
    name,
    asked,
    description: flags.description,
    spanSeconds: hours === undefined ? undefined : hours * HOUR_S,
    agencyId,
    replaces: hunt === undefined ? undefined : { hunt, version },
  });
  if ('problem' in kept) throw new UsageError(kept.problem);
  if (flags.json === true) print(JSON.stringify(kept, undefined, 2));
  else print(m.huntSchedule.kept(printable(kept.name), kept.id, kept.version));
  return EXIT.ok;
}

export async function forgetHuntCommand(context: CommandContext, hunt: string): Promise<ExitCode> {
  const { name } = await call(context, huntForget, { hunt });
  context.print(context.m.huntSchedule.forgotten(printable(name)));
  return EXIT.ok;
}
