/** What the probes of this host need: names that resolve, a way, and dates that no registry tells. */
import dns from 'node:dns/promises';
import type { AgentConfig } from '../config.ts';
import type { Messages } from '../messages/en.ts';
import { probeName } from '../probe-config.ts';
import type { ProbeConfig } from '../probe-config.ts';
import { isName } from '../sources/probe/is-name.ts';
import { parseTarget } from '../sources/probe/target.ts';
import { proxyFor, proxyName } from '../transport/proxy.ts';
import { ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

const AT_ONCE_MAX = 8;

export async function checkProbes({ probes, proxy }: AgentConfig, m: Messages): Promise<Check[]> {
  const checks: Check[] = [];
  for (let first = 0; first < probes.length; first += AT_ONCE_MAX) {
    const some = probes.slice(first, first + AT_ONCE_MAX).map((probe) => checkProbe(probe, proxy, m));
    checks.push(...(await Promise.all(some)).flat());
  }
  return checks;
}

async function checkProbe(probe: ProbeConfig, proxy: AgentConfig['proxy'], m: Messages): Promise<Check[]> {
  const texts = m.probe.doctor;
  const name = probeName(probe);
  const target = parseTarget(probe.target);
  if (target === undefined) return [];
  const { host, port } = target;
  const silent = host.endsWith('.vn') && probe.domain.enabled && probe.domain.expires === undefined;
  const expiry = silent ? [warn('probe', texts.noExpiry(name))] : [];
  const via = proxyFor(proxy, host, port);
  if (via !== undefined) return [ok('probe', texts.behindProxy(name, proxyName(via))), ...expiry];
  if (!isName(host)) return [ok('probe', texts.target(name, probe.target)), ...expiry];
  try {
    await dns.lookup(host);
    return [ok('probe', texts.target(name, probe.target)), ...expiry];
  } catch (error) {
    return [warn('probe', texts.unresolved(name, host, reasonOf(error))), ...expiry];
  }
}
