/** `vonggac rules coverage`: techniques, the layer for the ATT&CK Navigator, and what hosts are blind to. */
import { writeFile } from 'node:fs/promises';
import type { CoverageKind } from '../../../rules/needs/index.ts';
import { call, type CommandContext } from '../command.ts';
import { rulesLayer, rulesSight } from '../operations/rules-coverage.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { ruleReportCommand } from './rules.ts';

export interface CoverageFlags {
  days: number;
  limit: number;
  navigator?: string;
  product?: string;
  host?: string;
  kind?: CoverageKind;
  auditInstalled?: boolean;
  sysmon?: boolean;
  json?: boolean;
}

const TITLE_CHARS = 70;
const NAMED_MAX = 5;

export async function coverageCommand(context: CommandContext, flags: CoverageFlags): Promise<void> {
  const { m, print } = context;
  const { navigator, host, kind, days, product } = flags;
  if ([navigator, host, kind].filter((one) => one !== undefined).length > 1)
    throw new UsageError(m.rules.coverageOne);
  if (kind === undefined && (flags.auditInstalled ?? flags.sysmon) !== undefined)
    throw new UsageError(m.rules.coverageKind);
  if (navigator !== undefined) {
    const layer = await call(context, rulesLayer, { days, product });
    await writeFile(navigator, `${JSON.stringify(layer, undefined, 2)}\n`);
    print(m.rules.layerWritten(navigator, layer.techniques.length, layer.versions.layer));
    return;
  }
  if (host !== undefined) return printSight(context, { host, days }, flags.json);
  if (kind !== undefined) {
    const set = { auditInstalled: flags.auditInstalled === true, sysmon: flags.sysmon === true };
    return printSight(context, { kind, ...set }, flags.json);
  }
  return ruleReportCommand(context, 'coverage', flags);
}

async function printSight(
  context: CommandContext,
  asked: Parameters<(typeof rulesSight)['run']>[1],
  json: boolean | undefined,
): Promise<void> {
  const { m, print, language } = context;
  const sight = await call(context, rulesSight, asked);
  if (json === true) return print(JSON.stringify(sight, undefined, 2));
  print(m.rules.sight(m.rules.hostKinds[sight.kind], sight.rules, sight.blind));
  formatTable(sight.logs, [
    { title: m.rules.columns.log, value: ({ title }) => title[language].slice(0, TITLE_CHARS) },
    { title: m.rules.columns.data, value: ({ state }) => m.rules.logStates[state] },
    { title: m.rules.columns.rules, value: ({ rules }) => String(rules), align: 'right' },
    { title: m.rules.columns.blind, value: ({ blind }) => String(blind.length), align: 'right' },
  ]).forEach(print);
  for (const { title, how, blind } of sight.logs) {
    if (blind.length === 0) continue;
    print('');
    print(`${title[language]}: ${how[language]}`);
    for (const rule of blind.slice(0, NAMED_MAX))
      print(`  ${printable(language === 'vi' ? (rule.titleVi ?? rule.title) : rule.title)}`);
    if (blind.length > NAMED_MAX) print(`  ${m.rules.andMore(blind.length - NAMED_MAX)}`);
  }
}
