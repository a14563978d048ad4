/** `vonggac size` */
import { COSTS, EVENTS_PER_DAY, type HostKind, sizeFor } from '../sizing.ts';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { printFacts } from './print-facts.ts';

export interface SizeOptions {
  pcs: number;
  servers: number;
  domainControllers: number;
  eps?: number;
  months: number;
  json?: boolean;
}

const UNITS = ['', 'k', 'M', 'G', 'T', 'P'];

/** A quantity with two or three digits and a decimal prefix. */
function short(value: number, unit: string, language: string): string {
  let scaled = value;
  let step = 0;
  for (; scaled >= 1_000 && step < UNITS.length - 1; step += 1) scaled /= 1_000;
  const digits = scaled.toLocaleString(language, { maximumFractionDigits: scaled < 10 ? 1 : 0 });
  return `${digits} ${UNITS[step] ?? ''}${unit}`;
}

export function sizeCommand(context: CommandContext, options: SizeOptions): void {
  const { m, print, language } = context;
  const hosts: Record<HostKind, number> = {
    pc: options.pcs,
    server: options.servers,
    'domain-controller': options.domainControllers,
  };
  const size = sizeFor({ hosts, eventsPerSecond: options.eps, months: options.months });
  if (size.hosts === 0) throw new UsageError(m.size.nothing);
  if (options.json === true) {
    print(JSON.stringify(size, undefined, 2));
    return;
  }
  const bytes = (value: number): string => short(value, 'B', language);
  const count = (value: number): string =>
    value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 });
  const { spoolBytes } = size;
  printFacts(context, [
    [m.size.hosts, count(size.hosts)],
    [m.size.rate, m.size.rateLine(count(size.eventsPerSecond), count(size.eventsPerSecondPeak))],
    [m.size.cores, m.size.coresLine(size.cores)],
    [
      m.size.memory,
      m.size.memoryLine(count(size.memoryBytes / 2 ** 30), size.workers, bytes(COSTS.workerBytes)),
    ],
    [m.size.disk, m.size.diskLine(bytes(size.diskBytes), options.months, bytes(size.diskBytesPerYear))],
    [m.size.line, m.size.lineLine(short(size.lineBitsPerSecond, 'bit/s', language))],
    [
      m.size.spool,
      m.size.spoolLine(
        bytes(spoolBytes.pc),
        bytes(spoolBytes.server),
        bytes(spoolBytes['domain-controller']),
      ),
    ],
  ]);
  if (options.eps !== undefined) return;
  const { pc, server, 'domain-controller': controller } = EVENTS_PER_DAY;
  print('');
  print(m.size.assumed(count(pc), count(server), count(controller)));
}
