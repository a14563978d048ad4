/** `vonggac-agent probe accept` */
import { loadConfig } from '../config.ts';
import { EXIT } from '../exit-code.ts';
import { printable } from '../printable.ts';
import { accept } from '../sources/probe/accepted-pages.ts';
import { readProbes } from '../sources/probe/probe-board.ts';
import type { CommandContext, CommandResult } from './command.ts';

/** @param fingerprint left out: what the page has become, else what was learned of it. */
export async function probeAcceptCommand(
  name: string,
  fingerprint: string | undefined,
  options: { state?: string },
  { m, print, complain }: CommandContext,
): CommandResult {
  const { stateDir } = loadConfig({ stateDir: options.state });
  const probes = readProbes(stateDir) ?? [];
  const probe = probes.find((one) => one.name === name);
  if (probe === undefined) {
    const known = probes.map((one) => one.name).join(', ');
    complain(m.probe.notConfigured(name, known === '' ? m.probe.none : known));
    return EXIT.usage;
  }
  const { candidate, baseline } = probe.page;
  const chosen = [candidate, baseline].find((one) => one !== '' && (fingerprint ?? one) === one);
  if (chosen === undefined) {
    complain(m.probe.nothingToAccept);
    return EXIT.failure;
  }
  accept(stateDir, name, chosen);
  print(printable(m.probe.accepted(name, chosen)));
  return EXIT.ok;
}
