/**
 * The rules in force, wherever they come from: packs become content at the start, people change it, and every collector
 * looks for changes and takes up a new book. Invariants: the control plane says which rules count; a rule that cannot be
 * read or compiled is named and left out; reading again is done in slices, one at a time.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { readDocument, splitDocuments, type RuleDocument } from '../../content/rule-document.ts';
import {
  makeRuleBookInSlices,
  type BookRules,
  type RuleBook,
  type RuleTexts,
} from '../../detect/rule-book.ts';
import type { Registry } from '../../registry/database.ts';
import { fromPlace } from '../../registry/rules/rule-facts-of.ts';
import { readGeneration, readRulesInForce } from '../../registry/rules/rule-rows.ts';
import { syncPack } from '../../registry/rules/sync-pack.ts';
import type { RuleOrigin } from '../../registry/tables/rule.ts';
import type { SigmaError } from '../../../rules/sigma/index.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { RuleSource } from '../../workers/messages.ts';

/** How long a slice of parsing may hold up everything else, milliseconds. */
const SLICE_MS = 15;

export interface RulePack {
  origin: Extract<RuleOrigin, 'shipped' | 'folder'>;
  texts: RuleTexts;
}

export interface RuleServiceOptions {
  registry: Registry;
  packs: readonly RulePack[];
  log: Logger;
  /** Whether events are matched by the book in this thread; elsewhere they are by its sources. */
  matchesHere: boolean;
  /** How often it looks whether rules were changed, by whichever collector. */
  everyMs: number;
}

type OnBook = (book: RuleBook, sources: readonly RuleSource[]) => Promise<void> | void;

interface InForce {
  book: RuleBook;
  generation: number;
  sources: readonly RuleSource[];
}

export class RuleService {
  readonly #options: RuleServiceOptions;
  /** Of packs: files and documents that are no rules. */
  readonly #refused: readonly SigmaError[];
  #book: RuleBook;
  #generation: number;
  #loading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onBook: OnBook = () => undefined;
  #sources: readonly RuleSource[];

  private constructor(options: RuleServiceOptions, loaded: InForce & { refused: readonly SigmaError[] }) {
    this.#options = options;
    this.#book = loaded.book;
    this.#sources = loaded.sources;
    this.#generation = loaded.generation;
    this.#refused = loaded.refused;
  }

  /** What comes with packs becomes content, and the rules in force are read. */
  static async open(options: RuleServiceOptions): Promise<RuleService> {
    const { registry, packs, log } = options;
    const refused: SigmaError[] = packs.flatMap(({ texts }) => texts.unreadable);
    const read = await readPacks(packs, refused);
    const counts = await syncPack(registry, read);
    if (counts.changed > 0) log.info(counts, 'rules of packs became content');
    const loaded = await load(options, refused);
    return new RuleService(options, { ...loaded, refused });
  }

  get book(): RuleBook {
    return this.#book;
  }

  /** What the book was made of, for other threads to make it again; none where it is matched by in this one. */
  get sources(): readonly RuleSource[] {
    return this.#sources;
  }

  /** @param onBook takes up each new book; while it fails, the one before stays in force and it is tried again */
  start(onBook: OnBook): void {
    this.#onBook = onBook;
    const { log, everyMs } = this.#options;
    this.#timer = setInterval(() => {
      this.refresh().catch((error: unknown) => log.warn({ err: error }, 'the rules could not be read again'));
    }, everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#loading?.catch(() => undefined); // whoever asked for it was told
  }

  /** Resolves when the rules in force are those of the control plane as it is now. */
  async refresh(): Promise<void> {
    await this.#loading?.catch(() => undefined); // begun before whatever the caller has changed
    const { registry, log } = this.#options;
    if ((await readGeneration(registry.db)) === this.#generation) return;
    this.#loading ??= (async () => {
      const { book, generation, sources } = await load(this.#options, this.#refused);
      await this.#onBook(book, sources);
      this.#book = book;
      this.#sources = sources;
      this.#generation = generation;
      log.info(
        { rules: book.summaries.length, rejected: book.rejected.length, generation },
        'rules in force',
      );
    })().finally(() => (this.#loading = undefined));
    await this.#loading;
  }
}

function slicer(): () => Promise<void> {
  let beganMs = performance.now();
  return async () => {
    if (performance.now() - beganMs < SLICE_MS) return;
    await yieldToLoop();
    beganMs = performance.now();
  };
}

/** Documents of all packs, each id once: the first has it. */
async function readPacks(
  packs: readonly RulePack[],
  refused: SigmaError[],
): Promise<{ origin: RulePack['origin']; documents: RuleDocument[] }[]> {
  const first = new Map<string, RuleDocument>();
  const breathe = slicer();
  const read: { origin: RulePack['origin']; documents: RuleDocument[] }[] = [];
  for (const { origin, texts } of packs) {
    const documents: RuleDocument[] = [];
    for (const { place, text } of texts.files) {
      await breathe();
      for (const written of splitDocuments(text, place)) {
        const document = readDocument(written);
        if ('errors' in document) {
          refused.push(...document.errors);
          continue;
        }
        const { id } = document.info;
        const before = first.get(id);
        if (before === undefined) {
          first.set(id, document);
          documents.push(document);
          continue;
        }
        const message = `the id "${id}" is taken by ${before.place}:${String(before.line)}: give this rule its own`;
        const { line } = document;
        refused.push({ source: place, line, column: 1, message, ruleId: id, title: document.info.title });
      }
    }
    read.push({ origin, documents });
  }
  return read;
}

async function load(
  { registry, matchesHere }: RuleServiceOptions,
  refused: readonly SigmaError[],
): Promise<InForce> {
  // Before the rules: what changes in between is found at the next look.
  const generation = await readGeneration(registry.db);
  const rows = await readRulesInForce(registry.db);
  const breathe = slicer();
  const rules: BookRules[] = [];
  const sources: RuleSource[] = [];
  const unreadable: SigmaError[] = [...refused];
  for (const { text, place, isTest, sha256 } of rows) {
    await breathe();
    const written = { text, ...fromPlace(place) };
    const document = readDocument(written);
    if ('errors' in document) unreadable.push(...document.errors);
    else {
      rules.push({ parsed: document.parsed, isTest, digest: sha256 });
      if (!matchesHere) sources.push({ ...written, isTest, digest: sha256 });
    }
  }
  return {
    book: await makeRuleBookInSlices(rules, unreadable, { breathe, isMatched: matchesHere }),
    generation,
    sources,
  };
}
