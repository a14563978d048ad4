/** `vonggac system dossier show | history | set | answer | check | confirm | office` and `vonggac system deadlines` */
import { dossierChangeSchema } from '../../api/contract-dossiers.ts';
import type { DossierView } from '../../api/dossier-view.ts';
import { dossierFactsSchema } from '../../compliance/dossier/facts.ts';
import { officeFactsSchema, officePatchSchema, type OfficeRole } from '../../compliance/dossier/office.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  dossierAnswer,
  dossierCheck,
  dossierConfirm,
  dossierDeadlines,
  dossierHistory,
  dossierMau08,
  dossierSet,
  dossierShow,
  officeSet,
  officeShow,
} from '../operations/dossier.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import { fieldValues } from './field-values.ts';

interface JsonFlag {
  json?: boolean;
}
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);

/** Facts that say something, one on each line. */
function printFields({ print }: CommandContext, facts: object): void {
  for (const [field, value] of Object.entries(facts))
    if (value !== null && value !== false) print(`  ${field}: ${printable(String(value))}`);
}

function printDossier(context: CommandContext, { id, facts, version }: DossierView): void {
  const { m, print } = context;
  const { status, ...rest } = facts;
  print(m.dossier.heading(id, m.dossier.statuses[status], version));
  printFields(context, rest);
}

export async function showDossierCommand(
  context: CommandContext,
  systemId: number,
  flags: JsonFlag,
): Promise<void> {
  const { dossiers } = await call(context, dossierShow, { systemId });
  if (flags.json === true) return context.print(json(dossiers));
  for (const dossier of dossiers) printDossier(context, dossier);
  if (dossiers.length === 0) context.print(context.m.dossier.none);
}

export async function dossierHistoryCommand(
  context: CommandContext,
  systemId: number,
  flags: JsonFlag,
): Promise<void> {
  const { m, print } = context;
  const { versions } = await call(context, dossierHistory, { systemId });
  if (flags.json === true) return print(json(versions));
  const { columns, statuses } = m.dossier;
  formatTable(versions, [
    { title: columns.id, value: ({ version }) => String(version), align: 'right' },
    { title: columns.at, value: ({ at }) => localTime(Date.parse(at)) },
    { title: columns.by, value: ({ actor }) => actor },
    { title: columns.state, value: ({ facts }) => (facts === null ? '-' : statuses[facts.status]) },
    { title: columns.reason, value: ({ reason }) => reason ?? '' },
  ]).forEach(print);
}

export async function setDossierCommand(
  context: CommandContext,
  systemId: number,
  fields: readonly string[],
  flags: { new?: boolean; reason?: string },
): Promise<void> {
  const patch = fieldValues(context, fields, dossierFactsSchema);
  const change = dossierChangeSchema.parse({ ...patch, reason: flags.reason });
  const { id, version } = await call(context, dossierSet, { systemId, change, isNew: flags.new ?? false });
  context.print(context.m.dossier.saved(id, version));
}

export async function answerCommand(
  context: CommandContext,
  systemId: number,
  given: readonly string[],
): Promise<void> {
  const { m, print } = context;
  const answers = Object.fromEntries(
    given.map((text) => {
      const [question = '', said = ''] = text.split('=', 2);
      if (question === '' || said === '') throw new UsageError(m.dossier.notField(text));
      return [question, said.split(',').map((one) => one.trim())] as const;
    }),
  );
  const { outcome } = await call(context, dossierAnswer, { systemId, answers });
  const clauses = [...new Set(outcome.decided.map(({ clause }) => clause))].join('; ');
  print(m.dossier.answered(outcome.level, clauses));
  if (outcome.missing.length > 0) print(m.dossier.missing(outcome.missing.join(', ')));
}

export async function checkDossiersCommand(
  context: CommandContext,
  flags: JsonFlag & { system?: number },
): Promise<ExitCode> {
  const { m, print, language } = context;
  const { findings } = await call(context, dossierCheck, { systemId: flags.system });
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (flags.json === true) print(json(findings));
  else if (findings.length === 0) print(m.dossier.nothingFound);
  else {
    const { columns } = m.dossier;
    formatTable(findings, [
      { title: columns.system, value: ({ systemId, systemName }) => `${systemId} ${systemName}` },
      { title: columns.agency, value: ({ agencyName }) => agencyName },
      { title: columns.severity, value: ({ severity }) => severity },
      { title: columns.field, value: ({ field }) => field },
      { title: columns.finding, value: ({ text }) => text[language] },
    ]).forEach(print);
    print(m.dossier.found(errors, findings.length - errors));
  }
  return errors === 0 ? EXIT.ok : EXIT.failure;
}

export async function deadlinesCommand(
  context: CommandContext,
  flags: JsonFlag & { within: number },
): Promise<void> {
  const { m, print } = context;
  const { deadlines } = await call(context, dossierDeadlines, { withinDays: flags.within });
  if (flags.json === true) return print(json(deadlines));
  if (deadlines.length === 0) return print(m.dossier.noDeadlines);
  const { columns } = m.dossier;
  formatTable(deadlines, [
    { title: columns.due, value: ({ dueOn }) => dueOn },
    { title: columns.left, value: ({ daysLeft }) => String(daysLeft), align: 'right' },
    { title: columns.system, value: ({ systemId, systemName }) => `${systemId} ${systemName}` },
    { title: columns.agency, value: ({ agencyName }) => agencyName },
    { title: columns.what, value: ({ kind }) => m.dossier.deadlines[kind] },
    {
      title: columns.clause,
      value: ({ clause, confidence }) =>
        clause === null ? '' : `${clause}${confidence === 'D' ? ' (?)' : ''}`,
    },
  ]).forEach(print);
}

/** Counts, and who confirmed; the whole of it as JSON. */
export async function mau08Command(
  context: CommandContext,
  flags: JsonFlag & { agency?: number; year?: number; day?: string },
): Promise<void> {
  const { m, print } = context;
  const { json: isJson, agency: agencyId, year, day } = flags;
  const body = await call(context, dossierMau08, { agencyId, year, day });
  if (isJson === true) return print(json(body));
  const { part1, confirmations, checks } = body;
  const { managed, classified, dossierMade, appraised, approved, approvedAndChecked } = part1;
  print(m.dossier.reported(printable(body.agency.name), body.day));
  print(m.dossier.counts({ managed, classified, dossierMade, appraised, approved, approvedAndChecked }));
  for (const { agency, at, by, changed } of confirmations.confirmed)
    print(m.dossier.hasConfirmed(printable(agency.name), localTime(Date.parse(at)), printable(by), changed));
  for (const { name } of confirmations.late) print(m.dossier.late(printable(name)));
  const errors = checks.filter(({ severity }) => severity === 'error').length;
  print(m.dossier.found(errors, checks.length - errors));
}

export async function confirmCommand(
  context: CommandContext,
  agencyId: number,
  flags: { year: number; note?: string },
): Promise<void> {
  const { year, note = '' } = flags;
  const { rows } = await call(context, dossierConfirm, { agencyId, year, note });
  context.print(context.m.dossier.confirmed(agencyId, year, rows));
}

export async function officeCommand(
  context: CommandContext,
  agencyId: number,
  fields: readonly string[],
  flags: JsonFlag & { role: OfficeRole },
): Promise<void> {
  const { print, m } = context;
  if (fields.length > 0) {
    const patch = officePatchSchema.parse(fieldValues(context, fields, officeFactsSchema));
    await call(context, officeSet, { agencyId, role: flags.role, patch });
    return print(m.dossier.officeSaved);
  }
  const { offices } = await call(context, officeShow, { agencyId });
  if (flags.json === true) return print(json(offices));
  for (const { role, facts } of offices) {
    print(role);
    printFields(context, facts);
  }
}
