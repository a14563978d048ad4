/**
 * An inspection pack as files: the page, a JSON and a CSV of each part, what it is about, and the hashes of them all. Invariants: cells
 * are no formulas; names of files are ours; the same pack gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { markedCsv, writeCsv } from '../../agency/csv-text.ts';
import { safeText } from '../safe-text.ts';
import { indexPage } from './index-page.ts';
import { type Cell, type InspectionPack, type PackPart, partName } from './pack.ts';

export interface PackFile {
  name: string;
  text: string;
}

export const MANIFEST = 'MANIFEST.sha256';
/** Contents of papers lie there. */
export const PAPERS_FOLDER = 'papers';
const FORMAT = 'vonggac-inspection-1';
/** Of a cell; a text of a person or a host may be long. */
const CELL_CHARS_MAX = 4_000;

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

const clean = (cell: Cell): Cell => (typeof cell === 'string' ? safeText(cell, CELL_CHARS_MAX) : cell);

function partFiles(part: PackPart, index: number, mark: string | undefined): PackFile[] {
  const keys = Object.keys(part.columns);
  const rows = part.rows.map(({ cells }) => keys.map((key) => clean(cells[key] ?? null)));
  const json = {
    ...(mark === undefined ? {} : { demonstration: mark }),
    format: FORMAT,
    part: part.id,
    title: part.title,
    notes: part.notes,
    columns: part.columns,
    beyond: part.beyond,
    rows: rows.map((cells) => Object.fromEntries(keys.map((key, at) => [key, cells[at] ?? null]))),
  };
  const name = partName(part, index);
  return [
    { name: `${name}.json`, text: `${JSON.stringify(json, undefined, 2)}\n` },
    { name: `${name}.csv`, text: markedCsv(writeCsv([Object.values(part.columns), ...rows]), mark) },
  ];
}

/** Of a file whose content lies elsewhere. */
export interface HashedFile {
  name: string;
  sha256: string;
}

/** All files that are made of the pack, in order of their names; the manifest, which names the papers too, last. */
export function packFiles(pack: InspectionPack, papers: readonly HashedFile[] = []): PackFile[] {
  const { parts, ...about } = pack;
  const summary = {
    format: FORMAT,
    ...about,
    parts: parts.map((part, index) => ({
      file: partName(part, index),
      title: part.title,
      rows: part.rows.length,
    })),
  };
  const files = [
    ...parts.flatMap((part, index) => partFiles(part, index, pack.demonstration)),
    { name: 'index.html', text: indexPage(pack) },
    { name: 'pack.json', text: `${JSON.stringify(summary, undefined, 2)}\n` },
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const hashes = files.map(({ name, text }) => ({ name, sha256: sha256(text) }));
  return [...files, { name: MANIFEST, text: manifestText([...hashes, ...papers]) }];
}

/** As `sha256sum -c` reads it. */
function manifestText(files: readonly HashedFile[]): string {
  return files.map(({ name, sha256: hash }) => `${hash}  ${name}\n`).join('');
}

const LINE = /^([0-9a-f]{64}) {2}((?:papers\/)?[a-z0-9][a-z0-9.-]{0,127})$/;

/** File name -> hash; undefined when it is no manifest of ours. */
export function parseManifest(text: string): ReadonlyMap<string, string> | undefined {
  const hashes = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, hash, name] = LINE.exec(line) ?? [];
    if (hash === undefined || name === undefined || hashes.has(name)) return undefined;
    hashes.set(name, hash);
  }
  return hashes.size === 0 ? undefined : hashes;
}

export interface PackVerdict {
  changed: string[];
  missing: string[];
  added: string[];
}

/** What is not as the manifest says. @param found file name -> hash of what is there, without the manifest */
export function comparePack(
  manifest: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): PackVerdict {
  const names = [...manifest.keys()];
  return {
    changed: names.filter((name) => found.has(name) && found.get(name) !== manifest.get(name)),
    missing: names.filter((name) => !found.has(name)),
    added: [...found.keys()].filter((name) => !manifest.has(name)).toSorted(),
  };
}
