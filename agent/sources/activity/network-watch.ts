/**
 * New listening ports, and destinations that are new for a program. A connection shorter than one look is not seen. What
 * was seen is remembered for a day, in bounded numbers, so a busy proxy costs memory for its newest destinations only.
 */
import { listProcesses, readProcess, type ProcessFacts } from './read-process.ts';
import { ownersOf, readSockets, type SocketRow } from './socket-table.ts';

const REMEMBER_MS = 86_400_000;
const REMEMBERED_MAX = 10_000;
/** Told of one look. */
const NEWS_MAX = 200;

export interface NetworkNews {
  kind: 'connect' | 'listen';
  socket: SocketRow;
  /** undefined: the process is gone, or may not be seen. */
  process: ProcessFacts | undefined;
}

const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

export class NetworkWatch {
  readonly #procRoot: string;
  /** Sockets of the last look. */
  #sockets = new Set<string>();
  /** By what is told, when it was last seen: monotonic. The oldest first. */
  readonly #remembered = new Map<string, number>();
  #isFirst = true;
  /** Not told: more than one look tells. */
  uncounted = 0;

  constructor(procRoot = '/proc') {
    this.#procRoot = procRoot;
  }

  look(nowMs: number): NetworkNews[] {
    const rows = readSockets(this.#procRoot);
    const listening = new Set(
      rows.flatMap(({ state, protocol, localPort }) =>
        state === 'listening' ? [`${protocol} ${localPort}`] : [],
      ),
    );
    const fresh = rows.filter((row) => !this.#sockets.has(row.inode) && isWorthTelling(row, listening));
    this.#sockets = new Set(rows.map(({ inode }) => inode));
    const wasFirst = this.#isFirst;
    this.#isFirst = false;
    if (fresh.length === 0) return [];
    // What listens already is the inventory's affair, whom it talks to already is not news.
    const owners = ownersOf(
      this.#procRoot,
      new Set(fresh.map(({ inode }) => inode)),
      listProcesses(this.#procRoot),
    );
    const news: NetworkNews[] = [];
    const facts = new Map<number, ProcessFacts | undefined>();
    for (const socket of fresh) {
      const pid = owners.get(socket.inode);
      if (pid !== undefined && !facts.has(pid)) facts.set(pid, readProcess(this.#procRoot, pid));
      const process = pid === undefined ? undefined : facts.get(pid);
      const isNew = this.#remember(keyOf(socket, process), nowMs);
      if (!isNew || wasFirst) continue;
      if (news.length >= NEWS_MAX) this.uncounted += 1;
      else news.push({ kind: socket.state === 'listening' ? 'listen' : 'connect', socket, process });
    }
    return news;
  }

  /** @returns whether it was not known */
  #remember(key: string, nowMs: number): boolean {
    const seen = this.#remembered.get(key);
    this.#remembered.delete(key);
    this.#remembered.set(key, nowMs);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_MAX) break;
      this.#remembered.delete(oldest);
    }
    return seen === undefined || nowMs - seen > REMEMBER_MS;
  }
}

/** Outbound: not to a port that this host serves. Ports given out by the kernel to clients over UDP listen for nobody. */
function isWorthTelling(row: SocketRow, listening: ReadonlySet<string>): boolean {
  if (row.state === 'listening') return row.protocol === 'tcp' || row.localPort < 32_768;
  if (row.state !== 'connected' || row.remotePort === 0) return false;
  return !isLoopback(row.remoteIp) && !listening.has(`${row.protocol} ${row.localPort}`);
}

function keyOf(
  { state, protocol, localIp, localPort, remoteIp, remotePort, userId }: SocketRow,
  process: ProcessFacts | undefined,
): string {
  const program = process?.image ?? `user ${userId}`;
  return state === 'listening'
    ? `l ${program} ${protocol} ${localIp} ${localPort}`
    : `c ${program} ${protocol} ${remoteIp} ${remotePort}`;
}
