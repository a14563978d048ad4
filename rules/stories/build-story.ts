/**
 * The records that the hosts of a story send, in the order of their times. Pure: the same story, begin and names give the
 * same records, so that what comes of them does, too.
 */
import { buildRecord } from '../testing/rule-test-file.ts';
import { ROOT_PROCESSES } from './root-processes.ts';
import { sysmonTemplate, type StoryProcess } from './sysmon-templates.ts';
import type { StoryEvent } from './story-events.ts';
import type { Story, StoryHost } from './story-schema.ts';
import { madeGuid, madeHex } from './made-values.ts';

export interface StoryRecord {
  /** Key of the host in the story. */
  role: string;
  step: number;
  timeMs: number;
  record: Record<string, unknown>;
}

/** Between events of one step, as a machine writes them. */
const BETWEEN_MS = 400;

/**
 * @param beginMs of its first step
 * @param speed how many of the story's minutes are one
 */
export function buildStory(story: Story, beginMs: number, speed = 1): StoryRecord[] {
  const records: StoryRecord[] = [];
  const processes = new Map<string, StoryProcess>();
  for (const [step, { at, on, repeat, every, events }] of story.steps.entries()) {
    const host = story.hosts[on];
    if (host === undefined) throw new RangeError(`${story.name}: step ${step + 1} is on no host`);
    for (let n = 1; n <= repeat; n += 1) {
      for (const [index, event] of events.entries()) {
        const timeMs = beginMs + ((at + (n - 1) * every) * 1_000 + index * BETWEEN_MS) / speed;
        const template = filled(templateOf(event, { story, on, host, processes }), { story, n, timeMs });
        records.push({ role: on, step, timeMs, record: buildRecord(template, timeMs, n) });
      }
    }
  }
  return records.toSorted((a, b) => a.timeMs - b.timeMs);
}

/** Seconds from the first event of a story to its last. */
export function storySeconds(story: Story): number {
  return Math.max(...story.steps.map(({ at, repeat, every }) => at + (repeat - 1) * every));
}

interface Around {
  story: Story;
  on: string;
  host: StoryHost;
  processes: Map<string, StoryProcess>;
}

type Template = Record<string, unknown>;

function templateOf(one: StoryEvent, around: Around): Template {
  const { story, on, host } = around;
  const computer = `${host.name}.minhhoa.example`;
  switch (one.kind) {
    case 'security':
      return {
        kind: 'windows',
        channel: 'Security',
        id: one.event.security,
        computer,
        data: one.event.data,
      };
    case 'windows': {
      const { windows: id, ...rest } = one.event;
      return { kind: 'windows', id, computer, ...rest };
    }
    case 'script': {
      const { script, path } = one.event;
      return {
        kind: 'windows',
        channel: 'Microsoft-Windows-PowerShell/Operational',
        id: 4_104,
        computer,
        data: {
          MessageNumber: '1',
          MessageTotal: '1',
          ScriptBlockText: script,
          ScriptBlockId: madeGuid(story.name, on, script).toLowerCase().replace(/[{}]/g, ''),
          Path: path,
        },
      };
    }
    case 'log': {
      const { log: channel, origin, text } = one.event;
      return { kind: 'log', channel, origin, text };
    }
    case 'web': {
      const { web, from, method, status, bytes, agent } = one.event;
      const line = `${from} - - [{clf}] "${method} ${web} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`;
      return { kind: 'log', channel: 'web-access', origin: '/var/log/nginx/access.log', text: line };
    }
    case 'integrity': {
      const { integrity: change, ...rest } = one.event;
      return { kind: 'integrity', change, ...rest };
    }
    case 'inventory': {
      const { inventory: change, ...rest } = one.event;
      return { kind: 'inventory', change, ...rest };
    }
    case 'process':
      return { kind: 'windows', computer, ...sysmonTemplate(one, begin(one.event, around), around) };
    case 'driver':
      return { kind: 'windows', computer, ...sysmonTemplate(one, undefined, around) };
    case 'file':
    case 'delete':
    case 'registry':
    case 'connect':
    case 'resolve':
    case 'load':
    case 'open':
      return { kind: 'windows', computer, ...sysmonTemplate(one, processOf(one.event.by, around), around) };
  }
}

/** A process of the story, or one of those that are always there. */
function processOf(key: string, { story, on, host, processes }: Around): StoryProcess {
  const own = processes.get(`${on}/${key}`);
  if (own !== undefined) return own;
  const root = ROOT_PROCESSES[key];
  if (root === undefined) throw new RangeError(`${story.name}: no process "${key}" on "${on}"`);
  const { image, line, user } = root;
  return {
    guid: madeGuid(story.name, on, key),
    pid: pidOf(story.name, on, key),
    image,
    line,
    user: user === '' ? host.user : user,
    parent: undefined,
  };
}

function begin(event: Extract<StoryEvent, { kind: 'process' }>['event'], around: Around): StoryProcess {
  const { story, on, host, processes } = around;
  const parent = processOf(event.parent, around);
  const begun: StoryProcess = {
    guid: madeGuid(story.name, on, event.process),
    pid: pidOf(story.name, on, event.process),
    image: event.image,
    line: event.line,
    user: event.user ?? (parent.user === '' ? host.user : parent.user),
    parent,
  };
  processes.set(`${on}/${event.process}`, begun);
  return begun;
}

const pidOf = (...parts: string[]): string =>
  String(1_000 + (Number.parseInt(madeHex(4, 'pid', ...parts), 16) >> 2) * 4);

/** `{n}`, `{hex}` (made up), `{utc}` as Sysmon and `{epoch}` as the audit write the moment; the rest is the record's own. */
function filled(
  template: Template,
  { story, n, timeMs }: { story: Story; n: number; timeMs: number },
): Template {
  const utc = new Date(timeMs).toISOString().replace('T', ' ').replace('Z', '');
  const epoch = (timeMs / 1_000).toFixed(3);
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value
        .replaceAll('{n}', String(n))
        .replaceAll('{hex}', madeHex(12, story.name, String(n)))
        .replaceAll('{utc}', utc)
        .replaceAll('{epoch}', epoch);
    if (Array.isArray(value)) return value.map((item) => fill(item));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
    return value;
  };
  return fill(template) as Template;
}
