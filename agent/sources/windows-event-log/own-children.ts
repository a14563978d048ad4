/**
 * Reading the event log, and asking Windows how it is set, starts programs, and Windows writes an event of each start: these say nothing and would never end.
 * Invariant: only the start and the end of a process that this agent started under that id at that time (or of its console) is
 * its own; the name alone proves nothing.
 */
import { dataOf, type EventHead } from './event-head.ts';

const KEPT_MAX = 1_000;
/** Between the start as we know it and as the event has it. */
const APART_MS_MAX = 120_000;
const CONSOLE = 'conhost.exe';
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

interface Shape {
  /** Fields of the event: the process, and who started it. */
  process: string;
  image: string;
  parent: string | undefined;
}

function shapeOf({ channel, eventId }: EventHead): Shape | undefined {
  if (channel === 'Security') {
    if (eventId === 4_688) return { process: 'NewProcessId', image: 'NewProcessName', parent: 'ProcessId' };
    if (eventId === 4_689) return { process: 'ProcessId', image: 'ProcessName', parent: undefined };
  }
  if (channel === SYSMON) {
    if (eventId === 1) return { process: 'ProcessId', image: 'Image', parent: 'ParentProcessId' };
    if (eventId === 5) return { process: 'ProcessId', image: 'Image', parent: undefined };
  }
  return undefined;
}

export class OwnChildren {
  readonly #agentPid: number;
  /** By id: when it was started, and its file's name. */
  readonly #started = new Map<number, { at: number; name: string }>();

  constructor(agentPid: number) {
    this.#agentPid = agentPid;
  }

  /** @param file of the program that was started */
  started(pid: number, at: number, file: string): void {
    this.#keep(pid, at, nameOf(file));
  }

  isOwn(text: string, head: EventHead): boolean {
    const shape = shapeOf(head);
    if (shape === undefined || head.timeMs === undefined) return false;
    const name = nameOf(dataOf(text, shape.image));
    // Decimal in Sysmon, 0x... in Security.
    const pid = Number(dataOf(text, shape.process));
    if (shape.parent === undefined) return this.#isOurs(pid, name, head.timeMs);
    const parent = Number(dataOf(text, shape.parent));
    if (name !== CONSOLE) return parent === this.#agentPid && this.#isOurs(pid, name, head.timeMs);
    if (!this.#isOurs(parent, undefined, head.timeMs)) return false;
    this.#keep(pid, head.timeMs, CONSOLE);
    return true;
  }

  #keep(pid: number, at: number, name: string): void {
    this.#started.delete(pid);
    this.#started.set(pid, { at, name });
    if (this.#started.size <= KEPT_MAX) return;
    for (const [oldest] of this.#started) {
      this.#started.delete(oldest);
      break;
    }
  }

  /** @param name left out: of any program that was started */
  #isOurs(pid: number, name: string | undefined, atMs: number): boolean {
    const started = this.#started.get(pid);
    if (started === undefined || (name !== undefined && started.name !== name)) return false;
    return Math.abs(started.at - atMs) <= APART_MS_MAX;
  }
}

function nameOf(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('\\'), file.lastIndexOf('/')) + 1).toLowerCase();
}
