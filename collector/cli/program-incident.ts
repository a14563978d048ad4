/** `vonggac case incident | notice | told` on the command line. */
import { Option, type Command } from 'commander';
import { NOTICE_KINDS, TOLD_CHANNELS } from '../report/notice-words.ts';
import type { NoticeFlags, ToldFlags } from './commands/incident.ts';
import type { SimulateProgram } from './program-simulate.ts';

const load = () => import('./commands/incident.ts');

export function addIncident(root: Command, { help, add, jsonOption, run, integer }: SimulateProgram): void {
  const incident = add(root, 'incident', help.caseIncident);
  add(incident, 'show', help.caseIncidentShow)
    .argument('<number>', help.caseId)
    .addOption(jsonOption())
    .action((id: string, flags: { json?: boolean }) =>
      run(async (context) => (await load()).showIncidentCommand(context, id, flags)),
    );
  add(incident, 'set', help.caseIncidentSet, [
    'vonggac case incident set VG-2026-0012 detectedAt=2026-11-26T01:10:00Z seriousDisruption=true signs="tệp bị mã hóa"',
  ])
    .argument('<number>', help.caseId)
    .argument('<facts...>', help.caseIncidentPairs)
    .addOption(jsonOption())
    .action((id: string, pairs: string[], flags: { json?: boolean }) =>
      run(async (context) => (await load()).setIncidentCommand(context, id, pairs, flags)),
    );
  add(root, 'notice', help.caseNotice, [
    'vonggac case notice VG-2026-0012 --kind initial-24h --out thong-bao.docx',
    'vonggac case notice VG-2026-0012 --kind report-72h --lock --out bao-cao.pdf',
  ])
    .argument('<number>', help.caseId)
    .addOption(new Option('--kind <kind>', help.caseNoticeKind).choices(NOTICE_KINDS))
    .addOption(new Option('--notice <id>', help.caseNoticeLocked).argParser(integer))
    .requiredOption('--out <file>', help.reportOut)
    .option('--lock', help.caseNoticeLock)
    .addOption(jsonOption())
    .action((id: string, flags: NoticeFlags) =>
      run(async (context) => (await load()).noticeCommand(context, id, flags)),
    );
  add(root, 'told', help.caseTold, [
    'vonggac case told VG-2026-0012 --receiver A05 --channel document-system --number 12/TB --on 2026-11-26 --file tb.pdf --clock 7',
  ])
    .argument('<number>', help.caseId)
    .requiredOption('--receiver <name>', help.caseToldReceiver)
    .addOption(
      new Option('--channel <channel>', help.reportChannel).choices(TOLD_CHANNELS).makeOptionMandatory(),
    )
    .option('--number <number>', help.reportNumber)
    .option('--on <day>', help.reportOn)
    .option('--at <time>', help.caseToldAt)
    .option('--file <file>', help.reportSentFile)
    .addOption(new Option('--clock <id>', help.caseToldClock).argParser(integer))
    .addOption(new Option('--notice <id>', help.caseToldNotice).argParser(integer))
    .option('--note <text>', help.reportNote)
    .addOption(jsonOption())
    .action((id: string, flags: ToldFlags) =>
      run(async (context) => (await load()).toldCommand(context, id, flags)),
    );
}
