/** `vonggac audit` on the command line. */
import { Option, type Command } from 'commander';
import type { AuditListFlags } from './commands/audit.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { timeParser } from './parse-time.ts';

const LIMIT = 100;
const LIMIT_MAX = 1_000;

const load = () => import('./commands/audit.ts');

export function addAudit(
  program: Command,
  { m, help, add, jsonOption, run, integer }: SimulateProgram,
): void {
  const time = timeParser(m);
  const limit = (text: string): number => Math.min(integer(text), LIMIT_MAX);
  const audit = add(program, 'audit', help.audit);
  add(audit, 'list', help.auditList, [
    'vonggac audit list --actor user:an --from 2026-11-01',
    'vonggac audit list --action response.',
  ])
    .option('--actor <actor>', help.auditActor)
    .option('--action <action>', help.auditAction)
    .option('--target <target>', help.auditTarget)
    .addOption(new Option('--from <time>', help.auditFrom).argParser(time))
    .addOption(new Option('--to <time>', help.auditTo).argParser(time))
    .addOption(new Option('--limit <count>', help.auditLimit).argParser(limit).default(LIMIT))
    .addOption(jsonOption())
    .action((flags: AuditListFlags) =>
      run(async (context) => (await load()).listAuditCommand(context, flags)),
    );
  add(audit, 'verify', help.auditVerify, [
    'vonggac audit verify --heads /mnt/archive/heads.log',
    'vonggac audit verify --file audit-2026.ndjson --heads /var/log/syslog',
  ])
    .option('--heads <file...>', help.auditHeads)
    .option('--file <file>', help.auditFile)
    .addOption(jsonOption())
    .action((flags: { heads?: string[]; file?: string; json?: boolean }) =>
      run(async (context) => (await load()).verifyAuditCommand(context, flags)),
    );
  add(audit, 'export', help.auditExport, ['vonggac audit export --out audit-2026.ndjson'])
    .requiredOption('--out <file>', help.auditOut)
    .action((flags: { out: string }) =>
      run(async (context) => (await load()).exportAuditCommand(context, flags)),
    );
  add(audit, 'head', help.auditHead)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await load()).headAuditCommand(context, flags)),
    );
  add(audit, 'send', help.auditSend).action(() =>
    run(async (context) => (await load()).sendAuditCommand(context)),
  );
}
