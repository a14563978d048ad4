/**
 * What identifies a host's hardware, as digests, and whether two lists of them mean the same machine. Both ends decide
 * by this one table: the agent before it uses a key it finds, the collector for hosts that come back with a new key.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { LIMITS } from './limits.ts';

/**
 * How much a kind says for or against the same machine. What is soldered or flashed in the factory (UUID and serials
 * of the firmware's tables) comes from one place, so it may not outvote disk and network card together.
 */
const WEIGHTS = { 'product-uuid': 3, 'product-serial': 1, 'board-serial': 1, disk: 3, mac: 2 } as const;

export type HardwareKind = keyof typeof WEIGHTS;

const KINDS = Object.keys(WEIGHTS) as [HardwareKind, ...HardwareKind[]];

/** One fact. Of disks and network cards a machine may have several: one in common is enough, since parts come and go. */
const hardwareFactSchema = z.strictObject({
  kind: z.enum(KINDS),
  /** First 128 bits of hardwareDigest(), hex. */
  digest: z.string().regex(/^[0-9a-f]{32}$/),
});

export const hardwareSchema = z.array(hardwareFactSchema).max(LIMITS.hardwareFactsMax);

export type HardwareFact = z.infer<typeof hardwareFactSchema>;
export type Hardware = readonly HardwareFact[];

/** @param value as the firmware or the system says it; case and outer spaces do not count */
export function hardwareDigest(kind: HardwareKind, value: string): string {
  const text = value.trim().toLowerCase();
  return hash('sha256', `vonggac.v1 hardware\n${kind}\n${text}\n`, 'hex').slice(0, 32);
}

export interface HardwareMatch {
  /** `unknown`: they have no kind in common that could be compared. */
  verdict: 'same' | 'other' | 'unknown';
  agreeing: HardwareKind[];
  differing: HardwareKind[];
  /** Weights of what agrees less weights of what differs. */
  score: number;
}

/**
 * Kinds that only one side knows say nothing. The UUID of the firmware decides where both sides know one and they
 * differ: a copied virtual machine may keep its network address and its disk's serial, but gets a new UUID. Else the
 * weights decide, so that a new network card or a new disk is still the same machine.
 */
export function compareHardware(one: Hardware, other: Hardware): HardwareMatch {
  const agreeing: HardwareKind[] = [];
  const differing: HardwareKind[] = [];
  let score = 0;
  for (const kind of KINDS) {
    const mine = one.filter((fact) => fact.kind === kind);
    const theirs = new Set(other.filter((fact) => fact.kind === kind).map(({ digest }) => digest));
    if (mine.length === 0 || theirs.size === 0) continue;
    const agrees = mine.some(({ digest }) => theirs.has(digest));
    (agrees ? agreeing : differing).push(kind);
    score += agrees ? WEIGHTS[kind] : -WEIGHTS[kind];
  }
  const verdict = (): HardwareMatch['verdict'] => {
    if (agreeing.length + differing.length === 0) return 'unknown';
    return score > 0 && !differing.includes('product-uuid') ? 'same' : 'other';
  };
  return { verdict: verdict(), agreeing, differing, score };
}

/** Whether the lists hold the same facts, in whatever order. */
export function sameFacts(one: Hardware, other: Hardware): boolean {
  const key = (list: Hardware): string =>
    list
      .map(({ kind, digest }) => `${kind} ${digest}`)
      .toSorted()
      .join('\n');
  return key(one) === key(other);
}
