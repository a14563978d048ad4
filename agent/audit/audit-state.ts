/** What the kernel's audit and its daemon say of themselves, by auditctl(8). */
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { KEY_PREFIX } from './rule-set.ts';

export interface AuditState {
  /** 0 off, 1 on, 2 on and locked until the next start. */
  enabled: number;
  /** Process that takes the records; 0: none. */
  pid: number;
  /** Records a second above which the kernel drops; 0: none. */
  rateLimit: number;
  backlogLimit: number;
  /** Records dropped since the system was started. */
  lost: number;
  backlog: number;
  /** Of ours, by key. */
  rules: ReadonlyMap<string, number>;
  foreignRules: number;
}

export type AuditReading =
  { kind: 'read'; state: AuditState } | { kind: 'absent' } | { kind: 'failed'; reason: string };

const RULE_KEY = /(?:-F key=|-k )(\S+)/g;

/** @param text of `auditctl -s` */
export function parseStatus(text: string): Omit<AuditState, 'rules' | 'foreignRules'> {
  const numbers = new Map(
    [...text.matchAll(/^(\w+) (\d+)/gm)].map(([, name = '', value]) => [name, Number(value)]),
  );
  const of = (name: string): number => numbers.get(name) ?? 0;
  return {
    enabled: of('enabled'),
    pid: of('pid'),
    rateLimit: of('rate_limit'),
    backlogLimit: of('backlog_limit'),
    lost: of('lost'),
    backlog: of('backlog'),
  };
}

/** @param text of `auditctl -l` */
export function parseRules(text: string): Pick<AuditState, 'rules' | 'foreignRules'> {
  const rules = new Map<string, number>();
  let foreignRules = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith('-')) continue;
    const ours = [...line.matchAll(RULE_KEY)]
      .map(([, key = '']) => key)
      .find((key) => key.startsWith(KEY_PREFIX));
    if (ours === undefined) foreignRules += 1;
    else rules.set(ours, (rules.get(ours) ?? 0) + 1);
  }
  return { rules, foreignRules };
}

export async function readAuditState({ run }: Pick<Host, 'run'>): Promise<AuditReading> {
  const status = await run('auditctl', ['-s']);
  if (status.kind === 'absent') return { kind: 'absent' };
  const list = await run('auditctl', ['-l']);
  const reason = whyNot('auditctl', status) ?? whyNot('auditctl', list);
  if (reason !== undefined || status.kind !== 'ended' || list.kind !== 'ended') {
    return { kind: 'failed', reason: reason ?? 'auditctl gave no answer' };
  }
  return { kind: 'read', state: { ...parseStatus(status.stdout), ...parseRules(list.stdout) } };
}

export function ownRules({ rules }: AuditState): number {
  return [...rules.values()].reduce((sum, count) => sum + count, 0);
}
