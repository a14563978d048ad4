/** `vonggac system dossier`, `vonggac system deadlines` and `vonggac compliance attest` on the command line. */
import { Argument, Option, type Command } from 'commander';
import { OFFICE_ROLES, type OfficeRole } from '../compliance/dossier/office.ts';
import { ATTESTATION_STATES, DOCUMENT_KINDS, type DocumentKind } from '../registry/tables/dossier.ts';
import type { PersonFlags } from './as-person.ts';
import type { AttestAddFlags, AttestListFlags } from './commands/attestation.ts';
import type { DocumentFlags } from './commands/dossier-document.ts';
import type { ImportFlags } from './commands/dossier-import.ts';
import { dayParser } from './parse-day.ts';
import type { RetentionProgram } from './program-retention.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { collect } from './collect.ts';

const DEADLINES_WITHIN = Number.MAX_SAFE_INTEGER;

/** @param system the command that they belong to */
export function addDossier(system: Command, parts: RetentionProgram): void {
  const { m, add, jsonOption, integer, run } = parts;
  const { help } = m;
  const load = () => import('./commands/dossier.ts');
  const systemArgument = (): Argument => new Argument('<system>', help.dossierSystem).argParser(integer);
  const dossier = add(system, 'dossier', help.dossier);
  add(dossier, 'show', help.dossierShow)
    .addArgument(systemArgument())
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showDossierCommand(context, id, flags)),
    );
  add(dossier, 'history', help.dossierHistory)
    .addArgument(systemArgument())
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).dossierHistoryCommand(context, id, flags)),
    );
  add(dossier, 'set', help.dossierSet, [
    'vonggac system dossier set 4 status=submitted submittedOn=2026-11-20 proposedLevel=3',
    'vonggac system dossier set 4 status=approved approvalNumber=12/QĐ-UBND approvedOn=2026-12-01',
  ])
    .addArgument(systemArgument())
    .argument('<field...>', help.dossierSetField)
    .option('--new', help.dossierNew)
    .option('--reason <text>', help.dossierReason)
    .action((id: number, fields: string[], flags: { new?: boolean; reason?: string }) =>
      run(async (context) => (await load()).setDossierCommand(context, id, fields, flags)),
    );
  add(dossier, 'answer', help.dossierAnswer, [
    'vonggac system dossier answer 4 kinds=internal internal-information=private-or-personal',
  ])
    .addArgument(systemArgument())
    .argument('<answer...>', help.dossierAnswer)
    .action((id: number, answers: string[]) =>
      run(async (context) => (await load()).answerCommand(context, id, answers)),
    );
  add(dossier, 'check', help.dossierCheck)
    .addOption(new Option('--system <id>', help.dossierSystem).argParser(integer))
    .addOption(jsonOption())
    .action((flags: { system?: number; json?: boolean }) =>
      run(async (context) => (await load()).checkDossiersCommand(context, flags)),
    );
  addReporting(dossier, parts);
  addImports(dossier, parts);
  addDocuments(dossier, parts);
  add(system, 'deadlines', help.systemDeadlines, ['vonggac system deadlines --within 30'])
    .addOption(new Option('--within <days>', help.deadlinesWithin).argParser(integer))
    .addOption(jsonOption())
    .action((flags: { within?: number; json?: boolean }) =>
      run(async (context) =>
        (await load()).deadlinesCommand(context, { within: DEADLINES_WITHIN, ...flags }),
      ),
    );
}

function addReporting(dossier: Command, { m, add, jsonOption, integer, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/dossier.ts');
  const agencyArgument = (): Argument => new Argument('<agency>', help.dossierAgency).argParser(integer);
  add(dossier, 'mau-08', help.dossierMau08, ['vonggac system dossier mau-08 --year 2026'])
    .addOption(new Option('--agency <id>', help.dossierAgency).argParser(integer))
    .addOption(new Option('--year <year>', help.dossierYear).argParser(integer))
    .addOption(new Option('--day <day>', help.dossierDay).argParser(dayParser(m)))
    .addOption(jsonOption())
    .action((flags: { agency?: number; year?: number; day?: string; json?: boolean }) =>
      run(async (context) => (await load()).mau08Command(context, flags)),
    );
  add(dossier, 'confirm', help.dossierConfirm, ['vonggac system dossier confirm 3 --year 2026'])
    .addArgument(agencyArgument())
    .addOption(new Option('--year <year>', help.dossierYear).argParser(integer).makeOptionMandatory())
    .option('--note <text>', help.dossierNote)
    .action((id: number, flags: { year: number; note?: string }) =>
      run(async (context) => (await load()).confirmCommand(context, id, flags)),
    );
  add(dossier, 'office', help.dossierOffice, [
    'vonggac system dossier office 3 --role owner "head=Nguyễn Văn An" "headTitle=Giám đốc"',
  ])
    .addArgument(agencyArgument())
    .argument('[field...]', help.dossierOffice)
    .addOption(new Option('--role <role>', help.dossierOfficeRole).choices(OFFICE_ROLES).default('owner'))
    .addOption(jsonOption())
    .action((id: number, fields: string[], flags: { role: OfficeRole; json?: boolean }) =>
      run(async (context) => (await load()).officeCommand(context, id, fields, flags)),
    );
}

function addDocuments(dossier: Command, { m, add, jsonOption, integer, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/dossier-document.ts');
  const document = add(dossier, 'document', help.dossierDocument);
  const about = (command: Command): Command =>
    command
      .addOption(new Option('--system <id>', help.dossierDocumentSystem).argParser(integer))
      .addOption(new Option('--agency <id>', help.dossierDocumentAgency).argParser(integer))
      .addOption(jsonOption());
  about(
    add(document, 'add', help.dossierDocumentAdd, [
      'vonggac system dossier document add quyet-dinh.pdf --system 4 --kind decision',
    ]).argument('<file>', help.dossierDocumentFile),
  )
    .addOption(new Option('--kind <kind>', help.dossierDocumentKind).choices(DOCUMENT_KINDS).default('other'))
    .action((file: string, flags: DocumentFlags & { kind: DocumentKind }) =>
      run(async (context) => (await load()).addDocumentCommand(context, file, flags)),
    );
  about(add(document, 'list', help.dossierDocumentList)).action((flags: DocumentFlags) =>
    run(async (context) => (await load()).listDocumentsCommand(context, flags)),
  );
}

function addImports(dossier: Command, { m, add, jsonOption, integer, run }: RetentionProgram): void {
  const { help } = m;
  const load = () => import('./commands/dossier-import.ts');
  add(dossier, 'import', help.dossierImport, ['vonggac system dossier import mau-08-2025.xlsx --dry-run'])
    .argument('<file>', help.dossierImportFile)
    .option('--columns <choice>', help.dossierImportColumns)
    .addOption(new Option('--agency <id>', help.dossierImportAgency).argParser(integer))
    .option('--skip-bad', help.dossierImportSkip)
    .option('--dry-run', help.dossierDryRun)
    .addOption(jsonOption())
    .action((file: string, flags: ImportFlags) =>
      run(async (context) => (await load()).importCommand(context, file, flags)),
    );
  add(dossier, 'imports', help.dossierImports)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).listImportsCommand(context, flags)),
    );
  add(dossier, 'undo', help.dossierUndo)
    .addArgument(new Argument('<import>', help.dossierImportId).argParser(integer))
    .action((id: number) => run(async (context) => (await load()).undoImportCommand(context, id)));
}

/** @param compliance the command that it belongs to */
export function addAttest(
  compliance: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const load = () => import('./commands/attestation.ts');
  const attest = add(compliance, 'attest', help.attest);
  const about = (command: Command): Command =>
    command
      .addOption(new Option('--system <id>', help.attestSystem).argParser(integer))
      .addOption(new Option('--agency <id>', help.attestAgency).argParser(integer));
  about(add(attest, 'list', help.attestList, ['vonggac compliance attest list --due-before 2026-12-31']))
    .option('--control <id>', help.attestControl)
    .addOption(new Option('--state <state>', help.attestState).choices(ATTESTATION_STATES))
    .addOption(new Option('--due-before <day>', help.attestDue).argParser(dayParser(m)))
    .addOption(jsonOption())
    .action((flags: AttestListFlags) =>
      run(async (context) => (await load()).listAttestationsCommand(context, flags)),
    );
  add(attest, 'show', help.attestShow)
    .addArgument(new Argument('<id>', help.attestId).argParser(integer))
    .addOption(jsonOption())
    .action((id: number, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showAttestationCommand(context, id, flags)),
    );
  about(
    add(attest, 'add', help.attestAdd, [
      'vonggac compliance attest add --system 4 --control GV-01 --statement "Đã phê duyệt" --signer "Nguyễn Văn An" --signed-on 2026-11-20',
    ]),
  )
    .requiredOption('--control <id>', help.attestControl, collect)
    .requiredOption('--statement <text>', help.attestStatement)
    .requiredOption('--signer <name>', help.attestSigner)
    .addOption(
      new Option('--signed-on <day>', help.attestSignedOn).argParser(dayParser(m)).makeOptionMandatory(),
    )
    .addOption(new Option('--due-on <day>', help.attestDueOn).argParser(dayParser(m)))
    .option('--document <id>', help.attestDocument, collect)
    .option('--provider <name>', help.attestProvider)
    .option('--contract <number>', help.attestContract)
    .action((flags: AttestAddFlags) =>
      run(async (context) => (await load()).addAttestationCommand(context, flags)),
    );
  for (const decision of ['accept', 'reject', 'withdraw'] as const) {
    const about = { accept: help.attestAccept, reject: help.attestReject, withdraw: help.attestWithdraw };
    const command = add(attest, decision, about[decision])
      .addArgument(new Argument('<id>', help.attestId).argParser(integer))
      .requiredOption('--user <name>', help.attestUser);
    if (decision === 'accept') command.option('--reason <text>', help.dossierReason);
    else command.requiredOption('--reason <text>', help.dossierReason);
    command.action((id: number, flags: PersonFlags & { reason?: string }) =>
      run(async (context) => (await load()).decideAttestationCommand(context, id, decision, flags)),
    );
  }
}
