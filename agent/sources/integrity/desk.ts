/**
 * Where commands reach the running source, and where it says how it stands: three small files in a folder of the
 * agent's state, which is its owner's alone. One request at a time; an answer carries the request's id.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../write-atomic.ts';

const REQUEST = 'request.json';
const ANSWER = 'answer.json';
const STATUS = 'status.json';
const MODE = 0o600;

const requestSchema = z.strictObject({
  id: z.string().min(1).max(64),
  command: z.enum(['scan', 'verify', 'accept']),
  /** Who asks, for the record. */
  by: z.string().max(256),
});

const answerSchema = z.strictObject({
  id: z.string(),
  paths: z.int().optional(),
  changes: z.int().optional(),
  rows: z.int().optional(),
  forged: z.int().optional(),
  digest: z.string().optional(),
  durationMs: z.number().optional(),
});

const statusSchema = z.object({
  at: z.number(),
  /** Not everything is watched: scans take its place. */
  degraded: z.boolean(),
  baseline: z.object({ rows: z.int(), sequence: z.int(), digest: z.string() }),
  sets: z.array(
    z.object({
      path: z.string(),
      realtime: z.boolean(),
      madeAt: z.number().nullable(),
      scannedAt: z.number().nullable(),
      nextScanAt: z.number().nullable(),
    }),
  ),
  scan: z.object({ kind: z.string(), startedAt: z.number(), paths: z.int(), folder: z.string() }).nullable(),
  /** End of the maintenance window whose changes are being gathered. */
  maintenanceUntil: z.number().nullable(),
});

export type DeskRequest = z.infer<typeof requestSchema>;
export type DeskAnswer = z.infer<typeof answerSchema>;
export type IntegrityStatus = z.infer<typeof statusSchema>;

/** Of a state folder. */
export function deskFolderOf(stateDir: string): string {
  return path.join(stateDir, 'integrity');
}

/** The source's side. */
export class Desk {
  readonly #folder: string;
  readonly #watcher: fs.FSWatcher;
  readonly #onProblem: (cause: unknown) => void;
  /** There may be a request. */
  pending: boolean;

  /** @param onRequest called when there may be one. */
  constructor(folder: string, onRequest: () => void, onProblem: (cause: unknown) => void) {
    this.#folder = folder;
    this.#onProblem = onProblem;
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#watcher = fs.watch(folder, { persistent: false }, (_type, name) => {
      if (name !== REQUEST) return;
      this.pending = true;
      onRequest();
    });
    this.#watcher.on('error', onProblem);
    // One that was made while nobody was here.
    this.pending = fs.existsSync(path.join(folder, REQUEST));
  }

  /** Takes a request away. */
  take(): DeskRequest | undefined {
    this.pending = false;
    const request = readJson(path.join(this.#folder, REQUEST), requestSchema);
    if (request !== undefined) fs.rmSync(path.join(this.#folder, REQUEST), { force: true });
    return request;
  }

  answer(answer: DeskAnswer): void {
    this.#write(ANSWER, answer);
  }

  say(status: IntegrityStatus): void {
    this.#write(STATUS, status);
  }

  close(): void {
    this.#watcher.close();
  }

  #write(name: string, value: unknown): void {
    try {
      writeAtomic(path.join(this.#folder, name), `${JSON.stringify(value)}\n`, {
        mode: MODE,
        durable: false,
      });
    } catch (cause) {
      // The disk may be full; watching does not depend on it.
      this.#onProblem(cause);
    }
  }
}

/** The other side: asks. */
export function askDesk(folder: string, request: DeskRequest): void {
  writeAtomic(path.join(folder, REQUEST), JSON.stringify(requestSchema.parse(request)), {
    mode: MODE,
    durable: false,
  });
}

/** The answer to that request, once it is there. */
export function answerOf(folder: string, id: string): DeskAnswer | undefined {
  const answer = readJson(path.join(folder, ANSWER), answerSchema);
  return answer?.id === id ? answer : undefined;
}

export function readIntegrityStatus(folder: string): IntegrityStatus | undefined {
  return readJson(path.join(folder, STATUS), statusSchema);
}

/** undefined when it is not there, or makes no sense. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(fs.readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
