/** What is kept of a rule's text beside it, to be found by. */
import { ownText, type RuleDocument } from '../../content/rule-document.ts';
import { foldText } from '../../alert/search-text.ts';
import type { RuleOrigin, RuleTable, RuleVersionTable } from '../tables/rule.ts';

const CHARS_MAX = 1_000;
const cut = (text: string | undefined): string | null =>
  text === undefined ? null : text.slice(0, CHARS_MAX);

/** File and line in one. */
export const placeOf = ({ place, line }: Pick<RuleDocument, 'place' | 'line'>): string =>
  `${place.slice(-CHARS_MAX)}:${String(line)}`;

/** The other way round. */
export function fromPlace(text: string): { place: string; line: number } {
  const at = text.lastIndexOf(':');
  const line = Number(text.slice(at + 1));
  return at > 0 && Number.isSafeInteger(line) && line > 0
    ? { place: text.slice(0, at), line }
    : { place: text, line: 1 };
}

type Facts = Pick<
  RuleTable,
  | 'sha256'
  | 'kind'
  | 'name'
  | 'title'
  | 'title_vi'
  | 'search_text'
  | 'level'
  | 'status'
  | 'product'
  | 'category'
  | 'service'
  | 'tags'
  | 'place'
>;

/** What a rule is found by: without accents and case, so that "dang nhap" finds "Đăng nhập". */
export function ruleSearchText(id: string, title: string, titleVi: string | null): string {
  return foldText([title, titleVi ?? '', id].map((text) => text.slice(0, CHARS_MAX)).join('\n'));
}

export function factsOf(document: RuleDocument): Facts {
  const { info, sha256 } = document;
  const { product, category, service } = info.logsource;
  const titleVi = ownText(info, 'title_vi');
  return {
    sha256,
    kind: info.kind,
    name: cut(info.name),
    title: info.title.slice(0, CHARS_MAX),
    title_vi: cut(titleVi ?? undefined),
    search_text: ruleSearchText(info.id, info.title, titleVi),
    level: cut(info.level),
    status: cut(info.status),
    product: cut(product),
    category: cut(category),
    service: cut(service),
    tags: JSON.stringify(info.tags.map((tag) => tag.toLowerCase())),
    place: placeOf(document),
  };
}

export interface VersionMade {
  number: number;
  origin: RuleOrigin;
  madeBy: string;
  madeMs: number;
  why: string;
}

export function versionRow(document: RuleDocument, made: VersionMade): RuleVersionTable {
  const { info, text, sha256 } = document;
  return {
    rule_id: info.id,
    number: made.number,
    text,
    sha256,
    origin: made.origin,
    place: placeOf(document),
    author: cut(info.author),
    license: cut(info.license),
    made_by: made.madeBy,
    made_ms: made.madeMs,
    why: made.why.slice(0, CHARS_MAX),
  };
}
