/** How many sockets this process may have open, from what the system lets it. */
import { readFileSync } from 'node:fs';

export interface SocketBudget {
  /** For agents and console together. */
  socketsMax: number;
  /** The system's limit of open files, where it is lower than what was wanted. */
  shortOf: { limit: number; wanted: number } | undefined;
}

const SOCKETS_MAX = 20_000;
/** A province's agents, and its people. */
const SOCKETS_WANTED = 11_000;
/** Databases, the engine's socket, logs, rule files and the like. */
const FILES_KEPT_FREE = 500;
const SOCKETS_MIN = 64;

/** @param limits text of /proc/self/limits; undefined where there is none */
export function socketBudget(limits: string | undefined): SocketBudget {
  const text = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  const limit = text === undefined || text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  const socketsMax = Math.min(SOCKETS_MAX, Math.max(SOCKETS_MIN, limit - FILES_KEPT_FREE));
  const wanted = SOCKETS_WANTED + FILES_KEPT_FREE;
  return { socketsMax, shortOf: limit < wanted ? { limit, wanted } : undefined };
}

/** @returns undefined where the system has no such file */
export function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined; // not Linux: nothing is known, and what is too much shows when a socket cannot be opened
  }
}
