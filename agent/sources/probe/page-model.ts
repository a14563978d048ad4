/**
 * What a page is like when it is as it should be: learned from several looks, so that what changes by itself (news,
 * counters, dates) is no part of it; then it drifts slowly with the page. Text is kept as hashes only.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PageFacts, Reference } from './page-facts.ts';

const BLOCKS_MAX = 1_500;
const SHAPES_MAX = 1_500;
const HOSTS_MAX = 500;
const TITLES_MAX = 20;
const WORDS_MAX = 200;
const BLOCK_CHARS_MIN = 12;
/** Of the looks in which something must have stood to be part of the page. */
const STABLE_SHARE = 0.8;
/** So many times longer than learning takes until something new belongs to the page, or something lost no more. */
const DRIFT_FACTOR = 3;

const hashes = z.record(z.string(), z.number());
const names = z.array(z.string());

export const pageModelSchema = z.object({
  looks: z.number(),
  learned: z.boolean(),
  /** 16 hex digits; empty while it is being learned. */
  fingerprint: z.string(),
  /** By hash: in how many looks it stood; once learned: for how many looks in a row it has been missing. */
  blocks: hashes,
  shape: hashes,
  /** Not part of it yet: for how many looks in a row it has been there. */
  rising: hashes,
  titles: names,
  hosts: z.object({ link: names, script: names, frame: names, form: names, refresh: names }),
  /** Words of spam that stood there while it was learned. */
  words: names,
  finalHost: z.string(),
  obfuscatedMax: z.number(),
  textLengthMax: z.number(),
  foreignShareMax: z.number(),
});

export type PageModel = z.infer<typeof pageModelSchema>;

export function newPageModel(): PageModel {
  return {
    looks: 0,
    learned: false,
    fingerprint: '',
    blocks: {},
    shape: {},
    rising: {},
    titles: [],
    hosts: { link: [], script: [], frame: [], form: [], refresh: [] },
    words: [],
    finalHost: '',
    obfuscatedMax: 0,
    textLengthMax: 0,
    foreignShareMax: 0,
  };
}

/** Takes one look into what is being learned; complete after `looksNeeded`. */
export function learn(model: PageModel, facts: PageFacts, finalUrl: string, looksNeeded: number): PageModel {
  const looks = model.looks + 1;
  const grown: PageModel = {
    ...model,
    looks,
    blocks: counted(model.blocks, blockHashes(facts), BLOCKS_MAX * 2),
    shape: counted(model.shape, shapeHashes(facts), SHAPES_MAX * 2),
    titles: joined(model.titles, [titleKey(facts.title)], TITLES_MAX),
    hosts: joinHosts(model.hosts, facts.references),
    words: joined(model.words, spamWordsOf(facts), WORDS_MAX),
    finalHost: URL.parse(finalUrl)?.host ?? '',
    obfuscatedMax: Math.max(model.obfuscatedMax, facts.obfuscatedScripts),
    textLengthMax: Math.max(model.textLengthMax, facts.textLength),
    foreignShareMax: Math.max(model.foreignShareMax, foreignShare(facts)),
  };
  return looks < looksNeeded ? grown : complete(grown);
}

function complete(model: PageModel): PageModel {
  const needed = Math.ceil(model.looks * STABLE_SHARE);
  const blocks = stable(model.blocks, needed, BLOCKS_MAX);
  const shape = stable(model.shape, needed, SHAPES_MAX);
  const { titles, hosts } = model;
  const parts = [
    Object.keys(blocks).sort(),
    Object.keys(shape).sort(),
    titles,
    hosts.script,
    hosts.frame,
    hosts.form,
  ];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return { ...model, blocks, shape, learned: true, fingerprint: digest.slice(0, 16) };
}

/** Share of the learned page that is missing, 0 to 1; undefined when there is too little of it to say. */
export function missingShare(model: PageModel, facts: PageFacts): number | undefined {
  const shares = [
    missing(model.blocks, new Set(blockHashes(facts)), 4),
    missing(model.shape, new Set(shapeHashes(facts)), 8),
  ].filter((share) => share !== undefined);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function missing(
  kept: Readonly<Record<string, number>>,
  seen: ReadonlySet<string>,
  least: number,
): number | undefined {
  const keys = Object.keys(kept);
  return keys.length < least ? undefined : keys.filter((key) => !seen.has(key)).length / keys.length;
}

/** The page as it should be moves on by one look. */
export function drift(model: PageModel, facts: PageFacts, looksNeeded: number): PageModel {
  const streakMax = looksNeeded * DRIFT_FACTOR;
  const seen = new Set(blockHashes(facts));
  const blocks: Record<string, number> = {};
  for (const [key, streak] of Object.entries(model.blocks)) {
    const now = seen.has(key) ? 0 : streak + 1;
    if (now < streakMax) blocks[key] = now;
  }
  const rising: Record<string, number> = {};
  for (const key of seen) {
    if (model.blocks[key] !== undefined) continue;
    const streak = (model.rising[key] ?? 0) + 1;
    if (streak >= streakMax && Object.keys(blocks).length < BLOCKS_MAX) blocks[key] = 0;
    else if (Object.keys(rising).length < BLOCKS_MAX) rising[key] = streak;
  }
  return {
    ...model,
    blocks,
    rising,
    // News link to new hosts all the time; scripts, frames and forms do not.
    hosts: { ...model.hosts, link: joinHosts(model.hosts, facts.references.filter(visibleLink)).link },
    textLengthMax: Math.max(model.textLengthMax, facts.textLength),
  };
}

const visibleLink = ({ kind, hidden }: Reference): boolean => kind === 'link' && !hidden;

export function titleKey(title: string): string {
  return title.toLowerCase().replace(/\d+/g, '0').slice(0, 200);
}

export function spamWordsOf({ spam }: PageFacts): string[] {
  return [...new Set(Object.values(spam).flatMap((words) => words.map(({ word }) => word)))];
}

export function foreignShare({ letters }: PageFacts): number {
  const all = letters.latin + letters.foreign;
  return all < 200 ? 0 : letters.foreign / all;
}

function blockHashes({ blocks }: PageFacts): string[] {
  const long = blocks.filter((block) => block.length >= BLOCK_CHARS_MIN);
  return [...new Set(long.map((block) => hash(block.toLowerCase().replace(/\d+/g, '0'))))];
}

function shapeHashes({ shape }: PageFacts): string[] {
  return shape.map((path) => hash(path.replace(/\d+/g, '0')));
}

/** FNV-1a, 32 bits: what collides is a block that is not missed. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(36);
}

function counted(
  counts: Readonly<Record<string, number>>,
  keys: readonly string[],
  entriesMax: number,
): Record<string, number> {
  const next: Record<string, number> = { ...counts };
  let entries = Object.keys(next).length;
  for (const key of new Set(keys)) {
    const before = next[key];
    if (before === undefined && entries >= entriesMax) continue;
    if (before === undefined) entries += 1;
    next[key] = (before ?? 0) + 1;
  }
  return next;
}

function stable(
  counts: Readonly<Record<string, number>>,
  needed: number,
  entriesMax: number,
): Record<string, number> {
  const kept = Object.entries(counts)
    .filter(([, count]) => count >= needed)
    .slice(0, entriesMax);
  return Object.fromEntries(kept.map(([key]) => [key, 0]));
}

function joined(known: readonly string[], more: readonly string[], entriesMax: number): string[] {
  return [...new Set([...known, ...more])].slice(0, entriesMax);
}

function joinHosts(hosts: PageModel['hosts'], references: readonly Reference[]): PageModel['hosts'] {
  const of = (kind: Reference['kind']): string[] =>
    joined(
      hosts[kind],
      references.filter((one) => one.kind === kind && !one.own).map(({ host }) => host),
      HOSTS_MAX,
    );
  return {
    link: of('link'),
    script: of('script'),
    frame: of('frame'),
    form: of('form'),
    refresh: of('refresh'),
  };
}
