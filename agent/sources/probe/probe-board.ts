/** probes.json: what the running agent knows of its targets, for other processes; replaced every few seconds at most. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ProbeConfig } from '../../probe-config.ts';
import { writeAtomic } from '../../write-atomic.ts';
import { ASPECTS, FINDINGS } from './finding.ts';
import type { PageMemory, TargetState } from './target-state.ts';

const FILE_NAME = 'probes.json';
const MODE = 0o600;
const EVERY_MS = 3_000;

const probeStatusSchema = z.object({
  name: z.string(),
  target: z.string(),
  /** Milliseconds since 1970. */
  lookedAtMs: z.int().nullable(),
  down: z.boolean(),
  /** As last reported. */
  states: z.partialRecord(z.enum(ASPECTS), z.enum(['ok', 'degraded', 'failed', 'not-assessed'])),
  findings: z.array(z.enum(FINDINGS)),
  certificateEndsMs: z.number().nullable(),
  domainEndsMs: z.number().nullable(),
  page: z.object({
    /** Of `looksNeeded`. */
    looks: z.int(),
    looksNeeded: z.int(),
    /** Fingerprint of the page as it should be; empty while it is being learned. */
    baseline: z.string(),
    accepted: z.boolean(),
    /** What it has become instead; empty when it has not, or not long enough. */
    candidate: z.string(),
  }),
});

const boardSchema = z.object({ version: z.literal(1), probes: z.array(probeStatusSchema) });

export type ProbeStatus = z.infer<typeof probeStatusSchema>;

interface Watched {
  config: ProbeConfig;
  name: string;
  state: TargetState;
  page: PageMemory;
}

export class ProbeBoard {
  readonly #stateDir: string;
  readonly #monotonicMs: () => number;
  #writtenMs = -Infinity;

  constructor(stateDir: string, monotonicMs: () => number) {
    this.#stateDir = stateDir;
    this.#monotonicMs = monotonicMs;
  }

  /** @throws the file system's error. */
  show(watched: readonly Watched[]): void {
    if (this.#monotonicMs() - this.#writtenMs < EVERY_MS) return;
    this.#writtenMs = this.#monotonicMs();
    const board = { version: 1, probes: watched.map(statusOf) };
    writeAtomic(path.join(this.#stateDir, FILE_NAME), `${JSON.stringify(board)}\n`, {
      mode: MODE,
      durable: false,
    });
  }
}

/** @returns undefined when no probe ran here. @throws Error naming the file when it makes no sense. */
export function readProbes(stateDir: string): ProbeStatus[] | undefined {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return undefined;
  try {
    return boardSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8'))).probes;
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}

function statusOf({ config, name, state, page }: Watched): ProbeStatus {
  const told = Object.entries(state.aspects).flatMap(([aspect, memory]) =>
    memory.told === undefined ? [] : [[aspect, memory.told] as const],
  );
  const { baseline, candidate, accepted } = page;
  const { learnLooks } = config.page;
  return {
    name,
    target: config.target,
    lookedAtMs: state.lookedAtMs ?? null,
    down: state.down,
    states: Object.fromEntries(told.map(([aspect, { state: one }]) => [aspect, one])),
    findings: told.flatMap(([, { findings }]) => findings),
    certificateEndsMs: state.certificateEndsMs ?? null,
    domainEndsMs: state.domain?.expiresMs ?? null,
    page: {
      looks: Math.min(baseline?.looks ?? 0, learnLooks),
      looksNeeded: learnLooks,
      baseline: baseline?.learned === true ? baseline.fingerprint : '',
      accepted,
      candidate: candidate?.learned === true ? candidate.fingerprint : '',
    },
  };
}
