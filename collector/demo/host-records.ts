/** All that a made-up host tells in a first session: what it has, how it stands against policies, and a day of its logs. */
import { createHash } from 'node:crypto';
import { laneNumber } from '#protocol/lane.ts';
import type { PostureRecord } from '#protocol/posture-record.ts';
import type { AgentRecord, IntegrityRecord } from '#protocol/record.ts';
import { builtInPolicies } from '../../rules/posture/index.ts';
import { sshdLine } from '../simulate/linux-records.ts';
import { MadeUp } from '../simulate/made-up.ts';
import { officeRecord, serverRecord, type LaneRecord } from '../simulate/records.ts';
import type { DemoHost } from './demo-hosts.ts';
import { inventoryRecords } from './host-inventory.ts';

/** Of the checks that apply, so many fail on a host that is well kept. */
const FAILS = 0.06;
const FAILS_WEAK = 0.3;
const HOUR_MS = 3_600_000;
/** From where somebody tries passwords on the portal; an address for documentation. */
const ATTACKER = '203.0.113.66';
const ATTEMPTS = 40;

const standard = laneNumber('standard');
const security = laneNumber('security');

/** Records as JSON by lane, in the order they are sent. */
export type Told = ReadonlyMap<number, readonly string[]>;

function postureRecords({ facts, weaknesses, kind }: DemoHost, made: MadeUp): PostureRecord[] {
  if (kind !== 'server') return [];
  const wanted: ReadonlySet<string> = new Set(['debian-server', 'sshd', 'nginx']);
  const policies = builtInPolicies().policies.filter(({ policy }) => wanted.has(policy));
  return policies.flatMap(({ policy, version, checks }) =>
    checks.map(({ id, severity, controls }): PostureRecord => {
      const isWeak = policy === 'sshd' ? weaknesses.has('weak-sshd') : weaknesses.size > 0;
      const failed = made.chance(isWeak ? FAILS_WEAK : FAILS);
      return {
        kind: 'posture',
        at: made.nowMs,
        change: 'present',
        policy,
        policyVersion: version,
        check: id,
        result: failed ? 'fail' : 'pass',
        severity,
        controls: [...controls],
        ...(failed ? { reason: `khác với yêu cầu trên ${facts.hostname}`, observed: 'no' } : {}),
      };
    }),
  );
}

/** Of files that are all the same. */
const DIGEST = createHash('sha256').update('demo').digest('hex').slice(0, 32);

function selfRecords(made: MadeUp, { kind }: DemoHost): (AgentRecord | IntegrityRecord)[] {
  const at = made.nowMs;
  return [
    { kind: 'agent', at, action: 'started', subject: 'agent' },
    ...(kind === 'server'
      ? [
          { kind: 'integrity', at, change: 'baseline-made', path: '/etc' } as const,
          {
            kind: 'agent',
            at,
            action: 'scan-completed',
            subject: 'integrity',
            detail: {
              trigger: 'start',
              paths: 2_140,
              baselineRows: 2_140,
              baselineDigest: DIGEST,
              durationMs: 900,
            },
          } as const,
        ]
      : []),
  ];
}

/** Somebody tries passwords from outside, and gets in with the last one. */
function story(made: MadeUp, hostname: string): string[] {
  const line = (atMs: number, text: string): string => {
    const head = sshdLine(new MadeUp(() => 0.5, atMs)).slice(0, 15);
    const said = `${head} ${hostname} sshd[4242]: ${text}`;
    return JSON.stringify({
      kind: 'log',
      at: atMs,
      channel: 'linux-syslog',
      origin: '/var/log/auth.log',
      text: said,
    });
  };
  const from = made.nowMs - HOUR_MS;
  const tried = Array.from({ length: ATTEMPTS }, (_, at) =>
    line(from + at * 1_000, `Failed password for root from ${ATTACKER} port ${40_000 + at} ssh2`),
  );
  const entered = line(
    from + ATTEMPTS * 1_000,
    `Accepted password for root from ${ATTACKER} port 40999 ssh2`,
  );
  return [...tried, entered];
}

export interface TellOptions {
  /** Lines of its logs. */
  logs: number;
  nowMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Something happened on it that an analyst must find. */
  attacked: boolean;
}

export function hostRecords(host: DemoHost, { logs, nowMs, random, attacked }: TellOptions): Told {
  const made = new MadeUp(random, nowMs);
  const told = new Map<number, string[]>([
    [security, selfRecords(made, host).map((record) => JSON.stringify(record))],
    [
      standard,
      [...inventoryRecords(host, made), ...postureRecords(host, made)].map((record) =>
        JSON.stringify(record),
      ),
    ],
  ]);
  const make: (made: MadeUp) => LaneRecord = host.kind === 'server' ? serverRecord : officeRecord;
  for (let left = logs; left > 0; left -= 1) {
    const { lane, json } = make(new MadeUp(random, nowMs - Math.floor((left / logs) * 24 * HOUR_MS)));
    told.get(laneNumber(lane))?.push(json);
  }
  if (attacked) told.get(security)?.push(...story(made, host.hostname));
  return told;
}
