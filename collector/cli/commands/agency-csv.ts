/** `vonggac agency import | export`, `vonggac system import | export | starter | rule | why`, `vonggac agent tag` */
import { writeFile } from 'node:fs/promises';
import type { HostRule } from '../../agency/host-rule.ts';
import type { importedSchema } from '../../api/contract-agencies.ts';
import type { z } from 'zod';
import { call, type CommandContext, refusalWords } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import {
  agencyExport,
  agencyImport,
  agentTag,
  systemExport,
  systemImport,
  systemRuleAdd,
  systemRuleList,
  systemRulePreview,
  systemRuleRemove,
  systemStarter,
  systemWhy,
} from '../operations/agency-csv.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import type { HostFlags } from './system.ts';
import { readNamedText } from '../named-file.ts';

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** What an import did, or what is wrong with its file. */
export function tellImported(
  { m, language, print, complain }: CommandContext,
  done: z.infer<typeof importedSchema>,
  flags: { dryRun?: boolean; json?: boolean },
): ExitCode {
  if (flags.json === true) print(json(done));
  else {
    for (const { line, column, message, vi, reason } of done.faults) {
      const said = reason === undefined ? message : refusalWords(m, reason, message);
      complain(m.agency.fault(line, column, printable(language === 'vi' ? (vi ?? said) : said)));
    }
    if (done.moreFaults > 0) complain(m.agency.moreFaults(done.moreFaults));
    if (done.faults.length > 0) complain(m.agency.nothingWritten);
    else print(m.agency.imported(done, flags.dryRun === true));
  }
  return done.faults.length === 0 ? EXIT.ok : EXIT.failure;
}

interface ImportFlags {
  dryRun?: boolean;
  json?: boolean;
}

export async function importAgenciesCommand(
  context: CommandContext,
  file: string,
  flags: ImportFlags,
): Promise<ExitCode> {
  const csv = readNamedText(context, file);
  return tellImported(
    context,
    await call(context, agencyImport, { csv, dryRun: flags.dryRun ?? false }),
    flags,
  );
}

export async function importSystemsCommand(
  context: CommandContext,
  file: string,
  flags: ImportFlags,
): Promise<ExitCode> {
  const csv = readNamedText(context, file);
  return tellImported(
    context,
    await call(context, systemImport, { csv, dryRun: flags.dryRun ?? false }),
    flags,
  );
}

export async function exportCommand(
  context: CommandContext,
  what: 'agency' | 'system',
  file: string,
): Promise<void> {
  const { language } = context;
  const csv = await call(context, what === 'agency' ? agencyExport : systemExport, { language });
  // Never over a file that is there.
  await writeFile(file, csv, { flag: 'wx' }).catch((error: unknown) => {
    throw new UsageError(context.m.agency.fileUnwritten(file), { cause: error });
  });
  context.print(context.m.agency.exported(file));
}

export async function starterCommand(
  context: CommandContext,
  flags: { agency: number; dryRun?: boolean; json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const dryRun = flags.dryRun ?? false;
  const { added, there } = await call(context, systemStarter, { agencyId: flags.agency, dryRun });
  if (flags.json === true) return print(json({ added, there }));
  const lines = formatTable(added, [
    { title: m.agency.columns.code, value: ({ code }) => code },
    { title: m.columns.name, value: ({ name }) => name },
    { title: m.agency.columns.proposed, value: ({ level }) => String(level), align: 'right' },
  ]);
  if (added.length > 0) lines.forEach(print);
  print(m.agency.starter(added.length, there.length, dryRun));
}

export interface RuleFlags {
  inAgency?: number[];
  group?: string[];
  host?: string[];
  address?: string[];
  os?: string[];
  tag?: string[];
  note?: string;
  dryRun?: boolean;
}

function ruleOf({
  inAgency: agencyIds,
  group: groups,
  host: hostnames,
  address: addresses,
  os,
  tag: tags,
}: RuleFlags): HostRule {
  return { agencyIds, groups, hostnames, addresses, os, tags };
}

export async function addRuleCommand(context: CommandContext, id: number, flags: RuleFlags): Promise<void> {
  const { m, print } = context;
  const rule = ruleOf(flags);
  const { count, sample } = await call(context, systemRulePreview, { rule });
  print(m.agency.ruleMeans(count, sample.map(({ hostname }) => printable(hostname)).join(', ')));
  if (flags.dryRun === true) return;
  const added = await call(context, systemRuleAdd, { id, rule, note: flags.note ?? '' });
  print(m.agency.ruleAdded(added.id));
}

export async function listRulesCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const rules = await call(context, systemRuleList, { id });
  if (flags.json === true) return print(json(rules));
  const lines = formatTable(rules, [
    { title: m.columns.id, value: (rule) => String(rule.id), align: 'right' },
    { title: m.agency.columns.rule, value: ({ rule }) => JSON.stringify(rule) },
    { title: m.columns.by, value: ({ createdBy }) => createdBy },
    { title: m.agency.columns.note, value: ({ note }) => note },
  ]);
  lines.forEach(print);
}

export async function removeRuleCommand(context: CommandContext, id: number, ruleId: number): Promise<void> {
  await call(context, systemRuleRemove, { id, ruleId });
  context.print(context.m.agency.ruleRemoved(ruleId));
}

export async function whyCommand(
  context: CommandContext,
  id: number,
  agent: string,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const why = await call(context, systemWhy, { id, agent });
  if (flags.json === true) return print(json(why));
  print(m.agency.because[why.because]);
  for (const { ruleId, matches, conditions } of why.rules) {
    print(m.agency.ruleSays(ruleId, matches));
    for (const { condition, wanted, actual, by } of conditions) {
      print(
        `  ${m.agency.conditionSays(condition, wanted.map(printable).join(' | '), printable(actual), by !== undefined)}`,
      );
    }
  }
}

export async function tagCommand(
  context: CommandContext,
  flags: HostFlags & { add?: string[]; remove?: string[] },
): Promise<ExitCode> {
  const { agent: agentIds, host: hostnames, group: groups, add = [], remove = [] } = flags;
  const { m, print, complain } = context;
  if ((agentIds ?? hostnames ?? groups) === undefined) {
    complain(m.retention.hostsMissing);
    return EXIT.usage;
  }
  const { hosts } = await call(context, agentTag, { agentIds, hostnames, groups, add, remove });
  print(m.agency.tagged(hosts));
  return EXIT.ok;
}
