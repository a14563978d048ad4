/** Looks at everything the agent needs, one finding a line; works whether or not the agent runs. */
import os from 'node:os';
import path from 'node:path';
import type { AgentConfig } from '../config.ts';
import { thisHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import { inColumns } from '../paint.ts';
import type { Colour, Screen } from '../paint.ts';
import { SOURCE_KINDS } from '../source-kind.ts';
import { loadTrust } from '../trust-store.ts';
import { ProgramHome } from '../update/program-home.ts';
import { checkCollector, formatHostPortOf } from './check-collector.ts';
import { checkLimits } from './check-limits.ts';
import { checkPlace } from './check-place.ts';
import { checkProtectors } from './check-protectors.ts';
import { checkRights } from './check-rights.ts';
import { checkRunning } from './check-running.ts';
import { checkAgent, checkIdentity, checkPrivacy, checkSpool } from './check-state.ts';
import { checkAccessControl, checkTime, checkWay } from './check-surroundings.ts';
import { checkWindowsAge, checkWindowsRights } from './check-windows.ts';
import { checkWriting } from './check-writing.ts';
import type { Check } from './check.ts';
import { SOURCE_CHECKS } from './source-checks.ts';

export async function examine(
  config: AgentConfig,
  m: Messages,
  now: () => number,
  host: Host = thisHost,
): Promise<Check[]> {
  const { stateDir, proxy } = config;
  const { checks: identityChecks, identity } = checkIdentity(stateDir, m);
  const { checks: agentChecks, status } = checkAgent(stateDir, m);
  const trusted = identity && { url: identity.url, trust: loadTrust(stateDir, identity.fingerprint) };
  const ofSources = SOURCE_KINDS.map(async (kind) => SOURCE_CHECKS[kind]({ config, status, m, now }));
  const parts: Promise<Check[]>[] = [
    Promise.resolve(identityChecks),
    Promise.resolve(host.platform === 'win32' ? checkWindowsAge(systemWord(), m) : []),
    checkPrivacy(stateDir, host, m),
    checkWay(identity?.url, proxy, m),
    checkCollector(trusted, proxy, m, now),
    checkTime(host, m),
    Promise.resolve(agentChecks),
    Promise.resolve(checkRunning(status, m)),
    Promise.resolve(checkSpool(config, status, m)),
    Promise.resolve(checkWriting(stateDir, m)),
    checkPlace(host, stateDir, m),
    host.platform === 'win32' ? checkWindowsRights(host, m) : checkRights(host, status?.pid, config, m),
    checkLimits(host, status?.pid, config.watch.length > 0, m),
    checkAccessControl(host, m),
    ...ofSources,
  ];
  const checks = (await Promise.all(parts)).flat();
  const excluded = {
    folders: [...new Set([programFolder(), stateDir])],
    program: process.execPath,
    address: identity === undefined ? m.doctor.theCollector : formatHostPortOf(identity.url),
  };
  return [...checks, ...(await checkProtectors(host, excluded, checks, m))];
}

const systemWord = () => ({
  release: os.release(),
  arch: process.arch,
  wow64: process.env['PROCESSOR_ARCHITEW6432'],
});

/** Where the agent's own files lie. */
const programFolder = (): string =>
  ProgramHome.of(process.argv[1])?.folder ?? path.dirname(process.argv[1] ?? process.execPath);

const COLOUR_OF: Readonly<Record<Check['level'], Colour>> = { ok: 'green', warn: 'yellow', fail: 'red' };

/** As lines for a person. @param texts already safe for a terminal */
export function formatChecks(checks: readonly Check[], m: Messages, screen: Screen): string {
  const { levels, names } = m.doctor;
  const width = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const levelWidth = width(Object.values(levels));
  const nameWidth = width(checks.map(({ name }) => names[name]));
  const lines = checks.flatMap(({ name, level, message }) => {
    const plain = `${levels[level].padEnd(levelWidth)}  ${names[name]}`;
    const [first = '', ...rest] = inColumns(plain, levelWidth + 2 + nameWidth, message, screen);
    const painted = screen.paint(first.slice(0, levelWidth), COLOUR_OF[level]);
    return [painted + first.slice(levelWidth), ...rest];
  });
  const count = (level: Check['level']): number => checks.filter((check) => check.level === level).length;
  const failed = count('fail');
  const verdict = failed === 0 ? m.doctor.summaryOk : m.doctor.summaryFail(failed);
  const warned = count('warn') === 0 ? '' : ` ${m.doctor.more.summaryWarn(count('warn'))}`;
  return [...lines, '', `${verdict}${warned}`].join('\n');
}
