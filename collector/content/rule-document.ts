/**
 * A rule as content: one document of a file, by its text. What it says of itself is read once; whether it compiles is
 * asked of the engine. Invariant: the text is kept as it was written, lines of messages are those of the file.
 */
import { createHash } from 'node:crypto';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import {
  compile,
  parseRules,
  type ParsedRules,
  type RuleInfo,
  type SigmaError,
} from '../../rules/sigma/index.ts';

/** A document as it stands in its file. */
export interface RuleText {
  text: string;
  /** The file, as people know it. */
  place: string;
  /** Its first line in the file, from 1. */
  line: number;
}

export interface RuleDocument extends RuleText {
  sha256: string;
  info: RuleInfo;
  parsed: ParsedRules;
}

const SEPARATOR = /^---(?:\s.*)?$/;
/** In which documents build on the ones before them. */
const OLD_ACTION = /^action\s*:/m;

/** The documents of a file; empty ones are left out. Three hyphens at a line's begin end a document wherever they stand. */
export function splitDocuments(text: string, place: string): RuleText[] {
  const documents: RuleText[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  let begin = 0;
  const end = (at: number): void => {
    const body = lines.slice(begin, at).join('\n');
    if (/\S/.test(body.replaceAll(/^\s*#.*$/gm, ''))) documents.push({ text: body, place, line: begin + 1 });
  };
  for (const [at, line] of lines.entries()) {
    if (!SEPARATOR.test(line.trimEnd())) continue;
    end(at);
    begin = at + 1;
  }
  end(lines.length);
  return documents;
}

export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The engine's parsing, with lines counted in the file. */
export function parseDocument({ text, place, line }: RuleText): ParsedRules {
  return parseRules('\n'.repeat(line - 1) + text, { source: place });
}

/** @returns the errors when it is no rule */
export function readDocument(written: RuleText): RuleDocument | { errors: readonly SigmaError[] } {
  const { place, line, text } = written;
  if (OLD_ACTION.test(text)) {
    const message = 'rules of the old "action" form build on each other: write each of them out';
    return { errors: [{ source: place, line, column: 1, message }] };
  }
  const parsed = parseDocument(written);
  const [first] = [...parsed.rules, ...parsed.correlations, ...parsed.filters];
  if (first === undefined || parsed.errors.length > 0) {
    const nothing = { source: place, line, column: 1, message: 'there is no rule' };
    return { errors: parsed.errors.length > 0 ? parsed.errors : [nothing] };
  }
  return { ...written, sha256: textDigest(text), info: first.info, parsed };
}

/** Text under a key of our own at the rule's top, such as `title_vi`; null when there is none. */
export function ownText({ custom }: RuleInfo, key: string): string | null {
  const value = custom[key];
  return typeof value === 'string' ? value : null;
}

/** Whether a rule has an id of its own, not one that the engine made of its title or place. */
export function hasOwnId({ id, title, source, line }: RuleInfo): boolean {
  return id !== `title:${title}` && id !== `${source}:${String(line)}`;
}

/** Why the document is no rule in force, with what it refers to beside it; empty when it is one. */
export function compileErrors(
  document: RuleDocument,
  beside: readonly ParsedRules[] = [],
): readonly SigmaError[] {
  const engine = compile([...beside, document.parsed], { pipelines: builtInPipelines() });
  return engine.errors.filter(({ ruleId }) => ruleId === document.info.id);
}

/** Ids and names of what a correlation or filter is about. */
export function referencesOf({ parsed }: Pick<RuleDocument, 'parsed'>): readonly string[] {
  const [correlation] = parsed.correlations;
  if (correlation !== undefined) return correlation.rules;
  const [filter] = parsed.filters;
  return filter === undefined || filter.rules === 'any' ? [] : filter.rules;
}
