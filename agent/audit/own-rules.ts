/** The rules this agent asks for on its host, by its settings and by what is there. */
import fs from 'node:fs';
import { at, type Host } from '../host/host.ts';
import { ruleSet } from './rule-set.ts';
import { watchPlaces } from './watch-places.ts';

export interface OwnRulesOptions {
  stateDir: string;
  watch: readonly { path: string }[];
  connections: boolean;
}

export function ownRules(
  host: Pick<Host, 'root'>,
  { stateDir, watch, connections }: OwnRulesOptions,
): string {
  return ruleSet({
    architecture: process.arch,
    kindOf: (file) => {
      const stat = fs.statSync(at(host, file), { throwIfNoEntry: false });
      return stat === undefined ? undefined : stat.isDirectory() ? 'folder' : 'file';
    },
    watch: watch.flatMap(({ path }) => watchPlaces(host.root, path)),
    own: { folders: [stateDir], program: process.execPath },
    connections,
  });
}

/** How many rules a text holds. */
export function countRules(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('-a ')).length;
}

/** Whether the rules ask for connections: so a later look keeps what was chosen. */
export function asksConnections(text: string): boolean {
  return text.includes('key=vonggac-connect');
}
