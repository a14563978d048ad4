/** What stays unseen because of who the agent runs as. */
import type { AgentConfig } from '../config.ts';
import type { Host } from '../host/host.ts';
import { readText } from '../host/read-text.ts';
import type { Messages } from '../messages/en.ts';
import { ok, warn } from './check.ts';
import type { Check } from './check.ts';

/** Bits of capabilities(7). */
const CAPABILITIES = { 'dac-read-search': 2, 'net-bind-service': 10, 'sys-ptrace': 19 } as const;
type Capability = keyof typeof CAPABILITIES;

const PRIVILEGED_PORTS_BELOW = 1_024;

/** @param pid of the agent that runs; undefined: of this process, which stands for it. */
export async function checkRights(
  host: Pick<Host, 'root'>,
  pid: number | undefined,
  config: AgentConfig,
  m: Messages,
): Promise<Check[]> {
  const status = await readText(host, `/proc/${pid ?? 'self'}/status`);
  if (status.kind !== 'text') return [];
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(status.text)?.[1];
  const mask = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)/m.exec(status.text)?.[1] ?? '0'}`);
  const has = (name: Capability): boolean => ((mask >> BigInt(CAPABILITIES[name])) & 1n) === 1n;
  const missing: string[] = [];
  const texts = m.doctor.more;
  if (!has('dac-read-search')) missing.push(texts.noReadAll);
  if (!has('sys-ptrace')) missing.push(texts.noOtherProcesses);
  const needsPort = config.syslog.listeners.some(({ port }) => port < PRIVILEGED_PORTS_BELOW);
  if (needsPort && !has('net-bind-service')) missing.push(texts.noLowPorts);
  if (missing.length === 0) return [ok('rights', texts.rightsOk(uid === '0' ? 'root' : `uid ${uid ?? '?'}`))];
  return missing.map((text) => warn('rights', text));
}
