/** `vonggac quota` and `vonggac bandwidth` on the command line. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { BandwidthFlags } from './commands/bandwidth.ts';
import type { QuotaFlags } from './commands/quota.ts';
import type { SimulateProgram } from './program-simulate.ts';

const DAY_HOURS = 24;
const HOME_ZONE = 'Asia/Ho_Chi_Minh';

export function addLimits(program: Command, options: SimulateProgram): void {
  addQuota(program, options);
  addBandwidth(program, options);
}

function addQuota(program: Command, { help, add, jsonOption, run, integer, number }: SimulateProgram): void {
  const quota = add(program, 'quota', help.quota);
  add(quota, 'set', help.quotaSet, [
    'vonggac quota set --agency 7 --eps 500 --mb-per-day 20000',
    'vonggac quota set --group servers --per-agent --eps 200',
  ])
    .addOption(new Option('--agency <id>', help.limitAgency).argParser(integer))
    .option('--group <name>', help.limitGroup)
    .option('--per-agent', help.quotaPerAgent)
    .addOption(new Option('--eps <n>', help.quotaEps).argParser(integer))
    .addOption(new Option('--mb-per-day <n>', help.quotaMbPerDay).argParser(number))
    .action((flags: QuotaFlags) =>
      run(async (context) => (await import('./commands/quota.ts')).setQuotaCommand(context, flags)),
    );
  add(quota, 'list', help.quotaList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/quota.ts')).listQuotasCommand(context, flags)),
    );
  add(quota, 'clear', help.quotaClear)
    .argument('<id>', help.limitId, integer)
    .action((id: number) =>
      run(async (context) => (await import('./commands/quota.ts')).clearQuotaCommand(context, id)),
    );
}

function addBandwidth(
  program: Command,
  { m, help, add, jsonOption, run, integer, number }: SimulateProgram,
): void {
  const hours = (text: string): readonly [number, number] => {
    const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
    if (
      from === undefined ||
      Number(from) >= DAY_HOURS ||
      Number(to) > DAY_HOURS ||
      Number(to) < 1 ||
      from === to
    )
      throw new InvalidArgumentError(m.limits.notHours(text));
    return [Number(from), Number(to)];
  };
  const bandwidth = add(program, 'bandwidth', help.bandwidth);
  add(bandwidth, 'set', help.bandwidthSet, [
    'vonggac bandwidth set --agency 7 --hours 7-18 --kbps 256',
    'vonggac bandwidth set --prefix 10.20.30.0/24 --hours 0-24 --kbps 1000',
  ])
    .addOption(new Option('--agency <id>', help.limitAgency).argParser(integer))
    .option('--prefix <cidr>', help.bandwidthPrefix)
    .addOption(new Option('--hours <from-to>', help.bandwidthHours).argParser(hours).makeOptionMandatory())
    .addOption(new Option('--kbps <n>', help.bandwidthKbps).argParser(number).makeOptionMandatory())
    .addOption(new Option('--time-zone <zone>', help.bandwidthZone).default(HOME_ZONE))
    .action((flags: BandwidthFlags) =>
      run(async (context) => (await import('./commands/bandwidth.ts')).setBandwidthCommand(context, flags)),
    );
  add(bandwidth, 'list', help.bandwidthList)
    .addOption(jsonOption())
    .action((flags: { json?: boolean }) =>
      run(async (context) => (await import('./commands/bandwidth.ts')).listBandwidthCommand(context, flags)),
    );
  add(bandwidth, 'clear', help.bandwidthClear)
    .argument('<id>', help.limitId, integer)
    .action((id: number) =>
      run(async (context) => (await import('./commands/bandwidth.ts')).clearBandwidthCommand(context, id)),
    );
}
