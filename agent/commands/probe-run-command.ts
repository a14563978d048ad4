/** `vonggac-agent probe run` */
import { EXIT } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import type { ProbeMessages } from '../messages/probe-en.ts';
import { effectiveConfig } from '../policy/effective-config.ts';
import { printable } from '../printable.ts';
import { probeName, probeSchema } from '../probe-config.ts';
import type { ProbeConfig } from '../probe-config.ts';
import { ASPECTS, stateOf } from '../sources/probe/finding.ts';
import type { Aspect, Look } from '../sources/probe/finding.ts';
import { lookAt } from '../sources/probe/look.ts';
import { newTargetState } from '../sources/probe/target-state.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface ProbeRunOptions {
  state?: string;
  config?: string;
  json?: boolean;
}

/** Exit code 1: something is bad; attention and what is not assessed leave it 0. */
export async function probeRunCommand(
  target: string,
  options: ProbeRunOptions,
  context: CommandContext,
): CommandResult {
  const { m, print, complain, signal } = context;
  const { probes, proxy } = effectiveConfig({ stateDir: options.state, file: options.config });
  const config = probes.find((one) => probeName(one) === target) ?? oneOff(target);
  if (config === undefined) {
    complain(m.probe.badTarget(target));
    return EXIT.usage;
  }
  const state = newTargetState(config.target, Date.now());
  const { looks } = await lookAt({ config, proxy, now: Date.now, monotonicMs: monotonicNow, signal }, state, {
    url: config.target,
    accepted: false,
  });
  const found = ASPECTS.flatMap((aspect) => {
    const look = looks.get(aspect);
    return look === undefined ? [] : [{ aspect, state: stateOf(look.findings), ...look }];
  });
  if (options.json === true) print(JSON.stringify({ target: config.target, aspects: found }));
  else for (const line of describe(config, looks, m.probe)) print(printable(line));
  return found.some((one) => one.state === 'failed') ? EXIT.failure : EXIT.ok;
}

function oneOff(target: string): ProbeConfig | undefined {
  const text = target.includes('://') ? target : `https://${target}`;
  return probeSchema().safeParse({ target: text }).data;
}

function describe(config: ProbeConfig, looks: ReadonlyMap<Aspect, Look>, m: ProbeMessages): string[] {
  const rows = ASPECTS.flatMap((aspect) => {
    const look = looks.get(aspect);
    return look === undefined ? [] : [{ aspect, look }];
  });
  const nameWidth = Math.max(...Object.values(m.aspects).map((text) => text.length));
  const stateWidth = Math.max(...Object.values(m.states).map((text) => text.length));
  const indent = ' '.repeat(nameWidth + stateWidth + 4);
  const lines = rows.flatMap(({ aspect, look }) => {
    const head = `${m.aspects[aspect].padEnd(nameWidth)}  ${m.states[stateOf(look.findings)].padEnd(stateWidth)}`;
    const [first = '', ...rest] = [
      ...look.findings.map((finding) => m.findings[finding]),
      ...(look.message === undefined ? [] : [look.message]),
      ...factLines(look),
    ];
    return [`${head}  ${first}`, ...rest.map((line) => indent + line)];
  });
  const bad = rows.reduce((sum, { look }) => sum + look.findings.length, 0);
  const verdict = bad === 0 ? m.verdictOk : m.verdictBad(bad);
  return [config.target, '', ...lines, '', verdict, ...(looks.has('page') ? [m.firstLook] : [])];
}

function factLines({ facts }: Look): string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== '' && value !== false)
    .map(([name, value]) =>
      typeof value === 'number' && /(?:From|To|expires)Ms$/.test(name)
        ? `${name.replace(/Ms$/, '')}: ${formatTime(value)}`
        : `${name}: ${String(value)}`,
    );
}
