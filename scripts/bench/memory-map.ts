/** Resident memory of one process by what it holds, from /proc/PID/smaps: whose pages they are says where to save. */
import { readFileSync } from 'node:fs';

/** The runtime's file read-only and as code, what the JavaScript engine holds, glibc's heap, and the rest. */
export const MEMORY_PARTS = [
  'runtimeData',
  'runtimeCode',
  'engine',
  'malloc',
  'mapped',
  'libraries',
  'stacks',
  'other',
] as const;
export type MemoryPart = (typeof MEMORY_PARTS)[number];
/** MiB. */
export type MemoryMap = Record<MemoryPart, number>;

interface Mapping {
  start: number;
  end: number;
  permissions: string;
  name: string;
  rssKb: number;
}

const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/;
/** The engine takes its pages so large and so aligned; few of glibc's mappings are. */
const ENGINE_PAGE_BYTES = 262_144;
const GUARD_BYTES_MAX = 8_192;
const STACK_BYTES_MIN = 1_048_576;

export function memoryMapOf(pid: number): MemoryMap {
  const runtime = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
  const map: MemoryMap = {
    runtimeData: 0,
    runtimeCode: 0,
    engine: 0,
    malloc: 0,
    mapped: 0,
    libraries: 0,
    stacks: 0,
    other: 0,
  };
  let before: Mapping | undefined;
  for (const mapping of parseSmaps(readFileSync(`/proc/${pid}/smaps`, 'utf8'))) {
    map[partOf(mapping, before, runtime)] += mapping.rssKb / 1_024;
    before = mapping;
  }
  return map;
}

function parseSmaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of text.split('\n')) {
    const [, start, end, permissions, name] = HEAD.exec(line) ?? [];
    if (start !== undefined && end !== undefined && permissions !== undefined && name !== undefined) {
      const [from, to] = [Number.parseInt(start, 16), Number.parseInt(end, 16)];
      mappings.push({ start: from, end: to, permissions, name, rssKb: 0 });
      continue;
    }
    const rssKb = /^Rss:\s+(\d+) kB$/.exec(line)?.[1];
    const last = mappings.at(-1);
    if (rssKb !== undefined && last !== undefined) last.rssKb = Number(rssKb);
  }
  return mappings;
}

function partOf(mapping: Mapping, before: Mapping | undefined, runtime: string): MemoryPart {
  const { start, end, permissions, name } = mapping;
  if (name === '[heap]') return 'malloc';
  if (name.startsWith('[stack')) return 'stacks';
  if (/\.so(\.|$)/.test(name)) return 'libraries';
  if (name === runtime || name.endsWith('/bin/node'))
    return permissions.startsWith('r-x') ? 'runtimeCode' : 'runtimeData';
  if (name !== '') return 'other';
  // A thread's stack lies above a page that nobody may touch.
  const guarded =
    before?.end === start &&
    before.permissions.startsWith('---') &&
    before.end - before.start <= GUARD_BYTES_MAX;
  if (guarded && end - start >= STACK_BYTES_MIN) return 'stacks';
  return start % ENGINE_PAGE_BYTES === 0 ? 'engine' : 'mapped';
}
