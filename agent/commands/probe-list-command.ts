/** `vonggac-agent probe list` */
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { formatTime } from '../format.ts';
import type { ProbeMessages } from '../messages/probe-en.ts';
import { printable } from '../printable.ts';
import { ASPECTS } from '../sources/probe/finding.ts';
import { readProbes } from '../sources/probe/probe-board.ts';
import type { ProbeStatus } from '../sources/probe/probe-board.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface ProbeListOptions {
  state?: string;
  json?: boolean;
}

/** Exit code 1: something is bad. */
export async function probeListCommand(options: ProbeListOptions, context: CommandContext): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  const probes = readProbes(stateDir) ?? [];
  const { m, print } = context;
  if (options.json === true) print(JSON.stringify({ probes }));
  else if (probes.length === 0) print(m.probe.neverRan);
  else for (const probe of probes) for (const line of describe(probe, m.probe)) print(printable(line));
  const bad = probes.some(({ states }) => Object.values(states).includes('failed'));
  return bad ? EXIT.failure : EXIT.ok;
}

function describe(probe: ProbeStatus, m: ProbeMessages): string[] {
  const { name, target, states, findings, certificateEndsMs, domainEndsMs, lookedAtMs, page } = probe;
  const head = name === target ? name : `${name}  ${target}`;
  const shown = ASPECTS.flatMap((aspect) => {
    const state = states[aspect];
    return state === undefined ? [] : [`${m.aspects[aspect]}: ${m.states[state]}`];
  });
  const dates = [
    ...(lookedAtMs === null ? [] : [m.lookedAt(formatTime(lookedAtMs))]),
    ...(certificateEndsMs === null ? [] : [m.certificateEnds(formatTime(certificateEndsMs))]),
    ...(domainEndsMs === null ? [] : [m.domainEnds(formatTime(domainEndsMs))]),
  ];
  const lines = [
    shown.join(', '),
    ...findings.map((finding) => `! ${m.findings[finding]}`),
    dates.join(', '),
    ...pageLines(page, m),
  ];
  return [head, ...lines.filter((line) => line !== '').map((line) => `  ${line}`)];
}

function pageLines(
  { looks, looksNeeded, baseline, accepted, candidate }: ProbeStatus['page'],
  m: ProbeMessages,
): string[] {
  if (looks === 0 && candidate === '') return [];
  const now = baseline === '' ? m.learning(looks, looksNeeded) : m.learned(baseline, accepted);
  return [now, ...(candidate === '' ? [] : [m.candidate(candidate)])];
}
