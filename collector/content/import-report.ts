/** What an import comes to, rule by rule: what is taken, what is not and why, and in which state it begins. */
import { refusedVi } from './refused-vi.ts';
import {
  compileErrors,
  hasOwnId,
  readDocument,
  splitDocuments,
  type RuleDocument,
  type RuleText,
} from './rule-document.ts';
import type { RuleFile } from './archive-limits.ts';

export type ImportedState = 'draft' | 'test' | 'off';

export interface ImportFault {
  place: string;
  line: number;
  id: string | null;
  message: string;
  /** The same in Vietnamese; left out where it has no words for it. */
  vi?: string | undefined;
}

export interface ImportReport {
  documents: number;
  new: number;
  updated: number;
  unchanged: number;
  /** Changed here before: what counts stayed, the import's text is a version beside it. */
  kept: number;
  /** Ids that stand in the import again; the first counts. */
  duplicates: ImportFault[];
  unsupported: ImportFault[];
  /** `product/category/service` -> rules. */
  byLogsource: Record<string, number>;
  byState: Record<string, number>;
}

function inBoth(fault: ImportFault): ImportFault {
  const vi = refusedVi(fault.message);
  return vi === undefined ? fault : { ...fault, vi };
}

/** Faults that are named; all are counted. */
const FAULTS_MAX = 500;
const LOGSOURCES_MAX = 500;
const GRAVE: ReadonlySet<string> = new Set(['medium', 'high', 'critical']);

/**
 * Nothing that is imported raises an alert before somebody has seen what it finds: thousands of rules of strangers are
 * otherwise thousands of alerts. What its authors hold for finished and grave is tested at once, which costs nobody
 * anything and says how often it matches here; the rest waits as a draft.
 */
export function stateOnImport({ info }: RuleDocument): ImportedState {
  const { status, level } = info;
  if (status === 'deprecated' || status === 'unsupported') return 'off';
  return (status === 'stable' || status === 'test') && level !== undefined && GRAVE.has(level)
    ? 'test'
    : 'draft';
}

export function documentsOf(files: readonly RuleFile[]): RuleText[] {
  return files.flatMap(({ place, text }) => splitDocuments(text.replaceAll('\r\n', '\n'), place));
}

export const emptyReport = (): ImportReport => ({
  documents: 0,
  new: 0,
  updated: 0,
  unchanged: 0,
  kept: 0,
  duplicates: [],
  unsupported: [],
  byLogsource: {},
  byState: {},
});

/** Reads documents one by one, in their order. */
export class ImportReader {
  readonly report: ImportReport = emptyReport();
  readonly taken = new Map<string, RuleDocument>();
  /** Made of others: they are compiled when all are read. */
  readonly #made: RuleDocument[] = [];
  #unsupported = 0;
  #duplicates = 0;

  read(written: RuleText): void {
    this.report.documents += 1;
    const document = readDocument(written);
    const { place, line } = written;
    if ('errors' in document) {
      const [error] = document.errors;
      return this.#refuse({
        place,
        line: error?.line ?? line,
        id: null,
        message: error?.message ?? 'no rule',
      });
    }
    const { id } = document.info;
    if (!hasOwnId(document.info))
      return this.#refuse({ place, line, id: null, message: 'the rule has no "id"' });
    const first = this.taken.get(id);
    if (first !== undefined) {
      this.#duplicates += 1;
      const message = `the id stands in ${first.place}:${String(first.line)} already`;
      if (this.report.duplicates.length < FAULTS_MAX)
        this.report.duplicates.push(inBoth({ place, line, id, message }));
      return;
    }
    if (document.info.kind === 'rule') {
      const [error] = compileErrors(document);
      if (error !== undefined) return this.#refuse({ place, line: error.line, id, message: error.message });
    } else this.#made.push(document);
    this.taken.set(id, document);
  }

  /** When all are read. @param known rules that are there already and may be referred to */
  end(known: readonly RuleDocument['parsed'][], stateOf: (document: RuleDocument) => string): void {
    if (this.#made.length > 0) {
      const all = [...known, ...[...this.taken.values()].map(({ parsed }) => parsed)];
      for (const document of this.#made) {
        const beside = all.filter((parsed) => parsed !== document.parsed);
        const [error] = compileErrors(document, beside);
        if (error === undefined) continue;
        this.taken.delete(document.info.id);
        const { place, info } = document;
        this.#refuse({ place, line: error.line, id: info.id, message: error.message });
      }
    }
    const { byLogsource, byState } = this.report;
    for (const document of this.taken.values()) {
      const { product, category, service } = document.info.logsource;
      const source = [product, category, service].map((part) => part ?? '').join('/');
      if (Object.hasOwn(byLogsource, source) || Object.keys(byLogsource).length < LOGSOURCES_MAX)
        byLogsource[source] = (byLogsource[source] ?? 0) + 1;
      const state = stateOf(document);
      byState[state] = (byState[state] ?? 0) + 1;
    }
  }

  get counts(): { unsupported: number; duplicates: number } {
    return { unsupported: this.#unsupported, duplicates: this.#duplicates };
  }

  #refuse(fault: ImportFault): void {
    this.#unsupported += 1;
    if (this.report.unsupported.length < FAULTS_MAX) this.report.unsupported.push(inBoth(fault));
  }
}
