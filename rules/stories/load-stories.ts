/** Stories of a folder, each checked by itself and against the rules it names. What is wrong has file, line and field. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  problemAt,
  readDataFile,
  yamlFilesOf,
  type DataFile,
  type DataProblem,
} from '../files/read-data-file.ts';
import { ROOT_PROCESSES } from './root-processes.ts';
import { storySchema, type Story } from './story-schema.ts';

export interface LoadedStory {
  story: Story;
  /** Ids of the rules that it names, by their names. */
  ruleIds: ReadonlyMap<string, string>;
}

export interface LoadedStories {
  stories: readonly LoadedStory[];
  problems: readonly DataProblem[];
}

/** @throws the file system's error when the folder cannot be read */
export function loadStories(folder: string, rulesFolder: string): LoadedStories {
  const problems: DataProblem[] = [];
  const stories: LoadedStory[] = [];
  for (const file of yamlFilesOf(folder)) {
    const loaded = loadStory(file, rulesFolder, problems);
    if (loaded !== undefined) stories.push(loaded);
  }
  return { stories, problems };
}

/** Undefined when something is wrong; `problems` then says what. */
export function loadStory(
  file: string,
  rulesFolder: string,
  problems: DataProblem[],
): LoadedStory | undefined {
  const read = readDataFile(file, storySchema, problems);
  if (read === undefined) return undefined;
  const before = problems.length;
  const ruleIds = new Map<string, string>();
  const say = (place: readonly PropertyKey[], message: string): void =>
    void problems.push(problemAt(read, place, message));
  checkNames(read, say);
  checkHosts(read, say);
  checkProcesses(read, say);
  const named = [
    ...read.value.alerts.map(({ rule }, at) => ({ rule, place: ['alerts', at, 'rule'] })),
    ...read.value.quiet.map((rule, at) => ({ rule, place: ['quiet', at] })),
  ];
  for (const { rule, place } of named) {
    const id = ruleIdOf(path.join(rulesFolder, `${rule}.yml`));
    if (id === undefined) say(place, `there is no rule "${rule}"`);
    else ruleIds.set(rule, id);
  }
  return problems.length === before ? { story: read.value, ruleIds } : undefined;
}

type Say = (place: readonly PropertyKey[], message: string) => void;

function ruleIdOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return /^id:\s*["']?([0-9a-f-]{36})/m.exec(readFileSync(file, 'utf8'))?.[1];
}

function checkNames({ file, value }: DataFile<Story>, say: Say): void {
  const expected = path.basename(file).replace(/\.ya?ml$/, '');
  if (value.name !== expected) say(['name'], `the name is the file's: "${expected}"`);
  let last = 0;
  for (const [at, step] of value.steps.entries()) {
    if (step.at < last) say(['steps', at, 'at'], 'a step does not begin before the one above it');
    last = step.at;
  }
}

function checkHosts({ value }: DataFile<Story>, say: Say): void {
  const known = (role: string): boolean => Object.hasOwn(value.hosts, role);
  const check = (role: string, place: readonly PropertyKey[]): void => {
    if (!known(role)) say(place, `"${role}" is none of the hosts: ${Object.keys(value.hosts).join(', ')}`);
  };
  for (const [at, { on }] of value.steps.entries()) check(on, ['steps', at, 'on']);
  for (const [at, { on }] of value.alerts.entries()) check(on, ['alerts', at, 'on']);
  for (const [at, role] of value.case.hosts.entries()) check(role, ['case', 'hosts', at]);
  for (const [at, lead] of value.case.leads.entries()) {
    check(lead.from, ['case', 'leads', at, 'from']);
    check(lead.to, ['case', 'leads', at, 'to']);
  }
}

function checkProcesses({ value }: DataFile<Story>, say: Say): void {
  const begun = new Map<string, Set<string>>();
  for (const [at, { on, events }] of value.steps.entries()) {
    const own = begun.get(on) ?? new Set(Object.keys(ROOT_PROCESSES));
    begun.set(on, own);
    for (const [index, { kind, event }] of events.entries()) {
      const place = (field: string): PropertyKey[] => ['steps', at, 'events', index, field];
      const known = (name: string, field: string): void => {
        if (!own.has(name)) say(place(field), `no process "${name}" has begun on "${on}" before`);
      };
      if (kind === 'process') {
        known(event.parent, 'parent');
        own.add(event.process);
      } else if ('by' in event) known(event.by, 'by');
    }
  }
}
