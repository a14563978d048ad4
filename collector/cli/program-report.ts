/** `vonggac report` on the command line. */
import { Option, type Command } from 'commander';
import { REPORT_KINDS, REPORT_STATES, SEND_CHANNELS } from '../report/report-words.ts';
import type { ReportListFlags, SentFlags, SubjectFlags } from './commands/report.ts';
import { dayParser } from './parse-day.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/report.ts');

export function addReport(program: Command, options: SimulateProgram): void {
  const { help, add, jsonOption, run, integer } = options;
  const agency = () => new Option('--agency <id>', help.reportAgency).argParser(integer);
  const kind = () => new Option('--kind <kind>', help.reportKind).choices(REPORT_KINDS);
  const subject = (command: Command): Command =>
    command
      .addOption(kind().makeOptionMandatory())
      .requiredOption('--period <period>', help.reportPeriod)
      .addOption(agency())
      .addOption(new Option('--system <id>', help.reportSystem).argParser(integer));
  const report = add(program, 'report', help.report, [
    'vonggac report --kind mau-08 --period 2026 --out mau-08.docx',
    'vonggac report --kind quarterly --period 2026-Q4 --agency 3 --out quy-4.pdf',
  ]);
  subject(add(report, 'write', help.reportWrite, [], { isDefault: true }))
    .requiredOption('--out <file>', help.reportOut)
    .action((flags: SubjectFlags & { out: string }) =>
      run(async (context) => (await load()).writeReportCommand(context, flags)),
    );
  add(report, 'list', help.reportList)
    .addOption(kind())
    .option('--period <period>', help.reportPeriod)
    .addOption(agency())
    .addOption(new Option('--state <state>', help.reportState).choices(REPORT_STATES))
    .addOption(jsonOption())
    .action((flags: ReportListFlags) =>
      run(async (context) => (await load()).listReportsCommand(context, flags)),
    );
  add(report, 'due', help.reportDue)
    .addOption(agency())
    .addOption(jsonOption())
    .action((flags: { agency?: number; json?: boolean }) =>
      run(async (context) => (await load()).dueReportsCommand(context, flags)),
    );
  add(report, 'show', help.reportShow)
    .argument('<id>', help.reportId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showReportCommand(context, id, flags)),
    );
  subject(add(report, 'create', help.reportCreate))
    .addOption(jsonOption())
    .action((flags: SubjectFlags & { json?: boolean }) =>
      run(async (context) => (await load()).createReportCommand(context, flags)),
    );
  add(report, 'file', help.reportFile, ['vonggac report file 5b0c9c1e-... bao-cao.pdf'])
    .argument('<id>', help.reportId)
    .argument('<file>', help.reportOut)
    .action((id: string, file: string) =>
      run(async (context) => (await load()).reportFileCommand(context, id, file)),
    );
  addActs(report, options);
}

function addActs(report: Command, { m, help, add, jsonOption, run }: SimulateProgram): void {
  add(report, 'lock', help.reportLock)
    .argument('<id>', help.reportId)
    .option('--accept-findings <reason>', help.reportAccept)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean; acceptFindings?: string }) =>
      run(async (context) => (await load()).lockReportCommand(context, id, flags)),
    );
  add(report, 'amend', help.reportAmend)
    .argument('<id>', help.reportId)
    .requiredOption('--reason <text>', help.reportReason)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean; reason: string }) =>
      run(async (context) => (await load()).amendReportCommand(context, id, flags)),
    );
  add(report, 'sent', help.reportSent, [
    'vonggac report sent 5b0c9c1e-... --number 123/BC-UBND --on 2026-12-18 --channel document-system --file da-ky.pdf',
  ])
    .argument('<id>', help.reportId)
    .requiredOption('--number <number>', help.reportNumber)
    .requiredOption('--on <day>', help.reportOn, dayParser(m))
    .addOption(
      new Option('--channel <channel>', help.reportChannel).choices(SEND_CHANNELS).makeOptionMandatory(),
    )
    .requiredOption('--file <file>', help.reportSentFile)
    .option('--note <text>', help.reportNote)
    .addOption(jsonOption())
    .action((id: string, flags: SentFlags) =>
      run(async (context) => (await load()).sentReportCommand(context, id, flags)),
    );
  add(report, 'verify', help.reportVerify, ['vonggac report verify 5b0c9c1e-... da-ky.pdf'])
    .argument('<id>', help.reportId)
    .argument('<file>', help.reportSignedFile)
    .addOption(jsonOption())
    .action((id: string, file: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).verifyReportCommand(context, id, file, flags)),
    );
}
