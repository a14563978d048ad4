/** `vonggac ledger`: what became of every record, and what does not balance. */
import type { LedgerBy, LedgerReportView } from '../../api/contract-ledger.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { ledgerRead } from '../operations/ledger.ts';
import { formatTable, type Column } from '../table.ts';

export interface LedgerOptions {
  agent?: string;
  agency?: number;
  from?: number;
  to?: number;
  by: LedgerBy;
  check?: boolean;
  json?: boolean;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Before the first agent there was. */
const EVER_MS = 0;
/** Lines that a person can take in. */
const FAULTS_SHOWN = 50;

/** Exit code 1 with --check when anything does not balance. */
export async function ledgerCommand(context: CommandContext, options: LedgerOptions): Promise<ExitCode> {
  const { print } = context;
  // A host's clock may run ahead: its hours lie before ours.
  const toMs = options.to ?? Date.now() + DAY_MS;
  const fromMs = options.from ?? (options.check === true ? EVER_MS : toMs - 2 * DAY_MS);
  const report = await call(context, ledgerRead, {
    fromMs,
    toMs: Math.max(toMs, fromMs + HOUR_MS),
    by: options.by,
    agent: options.agent,
    agencyId: options.agency,
  });
  if (options.json === true) print(JSON.stringify(report, undefined, 2));
  else if (options.check === true) printFaults(context, report);
  else {
    printReport(context, report);
    printFaults(context, report);
  }
  return options.check === true && !report.balanced ? EXIT.failure : EXIT.ok;
}

type Line = LedgerReportView['lines'][number];

function printReport({ m, print }: CommandContext, report: LedgerReportView): void {
  const { columns } = m.ledger;
  const number = (name: Exclude<keyof Line, 'key' | 'label'>): Column<Line> => ({
    title: columns[name],
    value: (line) => line[name].toLocaleString(m.ledger.locale),
    align: 'right',
  });
  const total: Line = { key: m.ledger.total, label: '', ...report.total };
  const nameOf = ({ key, label }: Line): string => {
    if (report.by === 'hour' && key !== total.key) return localTime(Date.parse(key));
    return label === '' ? key : `${label} (${key.slice(0, 8)})`;
  };
  const all: readonly Exclude<keyof Line, 'key' | 'label'>[] = [
    'produced',
    'limited',
    'spooled',
    'dropped',
    'sent',
    'stored',
    'rejected',
    'duplicate',
    'waiting',
    'untold',
    'named',
    'uncounted',
    'missing',
  ];
  // What is 0 throughout is left out, but for the numbers that the sum begins and ends with.
  const shown = all.filter(
    (name) => ['produced', 'stored', 'missing'].includes(name) || report.total[name] !== 0,
  );
  const lines = formatTable(
    [...report.lines, total],
    [{ title: m.ledger.by[report.by], value: nameOf }, ...shown.map(number)],
  );
  lines.forEach(print);
  for (const kind of ['limited', 'dropped', 'named'] as const) {
    const reasons = Object.entries(report.reasons[kind]);
    if (reasons.length === 0) continue;
    const texts = reasons.map(([reason, count]) => `${m.ledger.reasons[reason] ?? reason} ${count}`);
    print(`${columns[kind]}: ${texts.join(', ')}`);
  }
}

function printFaults({ m, print }: CommandContext, report: LedgerReportView): void {
  for (const { hostname, hour } of report.unknownLosses) {
    print(m.ledger.unknownLoss(hostname, localTime(Date.parse(hour))));
  }
  for (const cell of report.unbalanced.slice(0, FAULTS_SHOWN)) {
    print(
      m.ledger.unbalanced({
        host: `${cell.hostname} (${cell.agentId})`,
        channel: cell.channel,
        hour: localTime(Date.parse(cell.hour)),
        difference: cell.difference,
      }),
    );
  }
  for (const gap of report.gaps.slice(0, FAULTS_SHOWN)) {
    print(
      m.ledger.gap({
        host: `${gap.hostname} (${gap.agentId})`,
        lane: gap.lane,
        afterSeq: gap.afterSeq,
        toSeq: gap.toSeq,
        missing: gap.missing,
      }),
    );
  }
  const more =
    Math.max(0, report.unbalanced.length - FAULTS_SHOWN) + Math.max(0, report.gaps.length - FAULTS_SHOWN);
  if (more > 0) print(m.ledger.more(more));
  print(
    report.balanced ? m.ledger.balanced : m.ledger.notBalanced(report.unbalanced.length + report.gaps.length),
  );
}
