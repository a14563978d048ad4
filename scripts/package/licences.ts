/** The licences of the libraries whose modules are in a bundle. */
import fs from 'node:fs';
import path from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying)(\..*)?$/i;

/** The folder of the package a module belongs to; undefined for the product's own. */
function packageFolder(module: string): string | undefined {
  const at = module.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const start = at + '/node_modules/'.length;
  const names = module.slice(start).split('/');
  return module.slice(0, start) + names.slice(0, names[0]?.startsWith('@') === true ? 2 : 1).join('/');
}

export interface Library {
  name: string;
  version: string;
  /** As its package says it: SPDX. */
  licence: string;
}

export function readManifest(folder: string): Library {
  const json: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const field = (name: string): string => {
    const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
    if (typeof value !== 'string') throw new Error(`${folder}/package.json says no ${name}`);
    return value;
  };
  return { name: field('name'), version: field('version'), licence: field('license') };
}

/** @throws Error where a library comes without the text of its licence */
export function licencesOf(modules: readonly string[]): { libraries: Library[]; text: string } {
  const folders = new Set(
    modules.flatMap(
      (module) =>
        packageFolder(module.split(path.sep).join('/').replace(/^\0/, '').split('?')[0] ?? '') ?? [],
    ),
  );
  const parts = [...folders]
    .map((folder) => ({ folder, ...readManifest(folder) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ folder, name, version, licence }) => {
      const file = fs.readdirSync(folder).find((each) => LICENCE_FILE.test(each));
      if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
      const text = fs.readFileSync(path.join(folder, file), 'utf8').trim();
      return { library: { name, version, licence }, text: `${name} ${version} (${licence})\n\n${text}\n` };
    });
  return {
    libraries: parts.map(({ library }) => library),
    text: parts.map(({ text }) => text).join(`\n${'-'.repeat(72)}\n\n`),
  };
}
