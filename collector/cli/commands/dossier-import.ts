/** `vonggac system dossier import | imports | undo` */
import path from 'node:path';
import { columnChoiceSchema } from '../../api/contract-dossier-files.ts';
import type { ImportedView } from '../../api/dossier-view.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { dossierImport, dossierImports, dossierImportUndo } from '../operations/dossier.ts';
import { openNamed, readNamed } from '../named-file.ts';
import { WORKBOOK_LIMITS } from '../../spreadsheet/sheet.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface ImportFlags {
  columns?: string;
  agency?: number;
  skipBad?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export async function importCommand(
  context: CommandContext,
  file: string,
  flags: ImportFlags,
): Promise<ExitCode> {
  const { m, print } = context;
  const columns = columnChoiceSchema.safeParse(flags.columns ?? '');
  if (flags.columns !== undefined && !columns.success)
    throw new UsageError(m.dossier.notField(flags.columns));
  readNamed(context, file, WORKBOOK_LIMITS.bytesMax); // refused before anybody is asked
  const wanted = {
    name: path.basename(file).slice(0, 256),
    agencyId: flags.agency,
    columns: flags.columns === undefined ? {} : (columns.data ?? {}),
    skipBad: flags.skipBad ?? false,
    dryRun: flags.dryRun ?? false,
  };
  const content = () => openNamed(context, file, WORKBOOK_LIMITS.bytesMax);
  const done = await call(context, dossierImport, wanted, { content });
  if (flags.json === true) print(JSON.stringify(done, undefined, 2));
  else printImport(context, done, flags.dryRun === true);
  const failed = done.problems.some(({ severity }) => severity === 'error') && flags.skipBad !== true;
  return failed ? EXIT.failure : EXIT.ok;
}

function printImport(context: CommandContext, done: ImportedView, isDryRun: boolean): void {
  const { m, print, complain, language } = context;
  for (const { name, headingRow, rows, columns } of done.sheets) {
    const guessed = columns
      .map(({ letter, field, heading }) => `${letter}=${field ?? `(${heading})`}`)
      .join(', ');
    print(
      headingRow === null
        ? m.dossier.noTable(printable(name))
        : m.dossier.guessed(printable(name), headingRow, rows, printable(guessed)),
    );
  }
  const { columns, actions } = m.dossier;
  formatTable(done.rows, [
    { title: columns.place, value: ({ sheet, row }) => `${sheet}:${row}` },
    { title: columns.action, value: ({ action }) => actions[action] },
    { title: columns.name, value: ({ name }) => name },
    { title: columns.agency, value: ({ owner }) => owner ?? '?' },
    { title: columns.changes, value: ({ changes }) => Object.keys(changes).join(', ') },
  ]).forEach(print);
  for (const { sheet, row, column, severity, text } of done.problems)
    complain(m.dossier.problem(`${printable(sheet)}!${column}${row} ${severity}`, printable(text[language])));
  print(m.dossier.imported(done.counts));
  if (done.id !== null) print(m.dossier.done(done.id));
  else if (isDryRun) print(m.dossier.looked);
  else if (done.problems.some(({ severity }) => severity === 'error')) complain(m.dossier.refused);
}

export async function listImportsCommand(context: CommandContext, flags: { json?: boolean }): Promise<void> {
  const { m, print } = context;
  const { imports } = await call(context, dossierImports, {});
  if (flags.json === true) return print(JSON.stringify(imports, undefined, 2));
  const { columns } = m.dossier;
  formatTable(imports, [
    { title: columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: columns.at, value: ({ at }) => localTime(Date.parse(at)) },
    { title: columns.by, value: ({ actor }) => actor },
    { title: columns.file, value: ({ name }) => name },
    {
      title: columns.changes,
      value: ({ created, changed, undoneAt }) =>
        `+${created} ~${changed}${undoneAt === null ? '' : ' (undo)'}`,
    },
  ]).forEach(print);
}

export async function undoImportCommand(context: CommandContext, id: number): Promise<void> {
  await call(context, dossierImportUndo, { id });
  context.print(context.m.dossier.undone(id));
}
