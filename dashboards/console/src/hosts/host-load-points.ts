/** What a host told of its load over time, from the agent's own records; pure. Texts that are no numbers are not known. */
import type { ApiEvent } from '../api/types.ts';

export type LoadPoint = {
  /** Begin of what the figures are of, milliseconds since 1970. */
  readonly atMs: number;
  readonly cpuPercent: number | null;
  readonly cpuPercentMax: number | null;
  readonly memoryPercent: number | null;
  readonly diskPercent: number | null;
  /** Of the agent itself: share of the whole machine, and memory. */
  readonly agentCpuPercent: number | null;
  readonly agentMemoryMb: number | null;
};

const plain = /^\d{1,15}(?:\.\d{1,3})?$/u;

function numberOf(event: ApiEvent, name: string): number | null {
  const told = event.fields[`agent.detail.${name}`];
  const text = typeof told === 'number' ? String(told) : told;
  return typeof text === 'string' && plain.test(text) ? Number(text) : null;
}

function shareOf(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || whole === 0) return null;
  return Math.round((1_000 * part) / whole) / 10;
}

/** Oldest first. @param events of the agent about itself, in any order */
export function loadPoints(events: readonly ApiEvent[]): readonly LoadPoint[] {
  return events
    .filter((event) => event.fields['agent.subject'] === 'load' && numberOf(event, 'overMs') !== null)
    .map((event) => {
      const of = (name: string) => numberOf(event, name);
      return {
        atMs: Date.parse(event.time) - (of('overMs') ?? 0),
        cpuPercent: of('cpuPercent'),
        cpuPercentMax: of('cpuPercentMax'),
        memoryPercent: shareOf(of('memoryUsedMb'), of('memoryTotalMb')),
        diskPercent: shareOf(of('diskUsedMb'), of('diskTotalMb')),
        agentCpuPercent: of('agentCpuPercent'),
        agentMemoryMb: of('agentMemoryMb'),
      };
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}
