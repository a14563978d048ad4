/** Predicates as SQL: what a field's value must be, whatever form it is stored in; and what SQL cannot say, by name. */
import { and, FALSE, not, or, orBoth, same, TRUE } from './clickhouse-logic.ts';
import type { Both } from './clickhouse-logic.ts';
import { misreads, oddSql, opens } from './clickhouse-scope.ts';
import type { FieldSql, Scope } from './clickhouse-scope.ts';
import { containedSql, isPlainInJson, isWhole, literalsOf, textSql, wordRuns } from './clickhouse-text.ts';
import { compareSql, networkSql, regexSql } from './clickhouse-value.ts';
import { fold } from './fold.ts';
import type { Affix, Predicate } from './predicate.ts';
import { requiredLiterals } from './regex-literal.ts';
import { linearRegex } from './regex.ts';
import { shapeOf, textTest } from './text.ts';
import type { TextShape, Tokens } from './text.ts';

type Of<Kind extends Predicate['kind']> = Predicate & { kind: Kind };

/** Regular expressions of one `or` that are asked one by one. */
const REGEX_EACH_MAX = 200;

export class LeafWriter {
  /** What narrows nothing, in words. */
  readonly wide = new Set<string>();
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Any of several text predicates that ask one field alike (`field` and `cased` are those of the first). */
  anyText(predicates: readonly Of<'text'>[]): Both {
    const [first] = predicates;
    if (first === undefined) return same(FALSE);
    const { field, cased } = first;
    const patterns = predicates.map(({ tokens }) => tokens);
    if (field === undefined) return this.#keywords(patterns, cased);
    const sql = this.#scope.field(field);
    const both = textSql(this.#scope, sql, patterns, cased);
    const isWide = both.over === TRUE && both.under === FALSE;
    return throughObjects(isWide ? this.#present(field, 'text', sql) : both, sql);
  }

  /** Any of very many expressions over one field: by the literals they need alone. */
  anyRegex(predicates: readonly Of<'regex'>[]): Both {
    const [first] = predicates;
    if (first?.field === undefined || predicates.length <= REGEX_EACH_MAX)
      return orBoth(predicates.map((predicate) => this.leaf(predicate)));
    const field = this.#scope.field(first.field);
    const literals = predicates.map(({ pattern }) => requiredLiterals(pattern).map(fold));
    const folded = this.#scope.folded(field.value, '');
    const held = containedSql(this.#scope, folded, literals, isWhole);
    const plain = containedSql(this.#scope, folded, literals, isPlainInJson);
    const both =
      held === TRUE
        ? this.#present(first.field, 'regular expressions without required literals', field)
        : onValue(field, { over: held, under: FALSE }, plain, true);
    return throughObjects(both, field);
  }

  leaf(predicate: Predicate): Both {
    if (predicate.kind === 'text') return this.anyText([predicate]);
    if (predicate.field === undefined) return this.#keywordRegex(predicate);
    const field = this.#scope.field(predicate.field);
    return throughObjects(this.#ofField(predicate, predicate.field, field), field);
  }

  #ofField(predicate: Exclude<Predicate, Of<'text'>>, name: string, field: FieldSql): Both {
    switch (predicate.kind) {
      case 'exists':
        return same(predicate.want ? field.present : not(field.present));
      case 'null':
        return nullSql(field);
      case 'regex':
        return this.#regex(predicate, name, field);
      case 'cidr':
        return onValue(
          field,
          networkSql(this.#scope, field.value, predicate.network),
          opens(field.value),
          false,
        );
      case 'compare':
        return this.#compare(predicate, field);
      case 'fieldref':
        return this.#fieldref(predicate, field);
    }
  }

  #compare(predicate: Of<'compare'>, field: FieldSql): Both {
    const test = compareSql(this.#scope, field.value, predicate);
    if (predicate.part === undefined) return onValue(field, test, opens(field.value), false);
    if (predicate.part === 'week') this.wide.add(`field ${predicate.field}: the week of a time`);
    // Any number is a time, which as text it may not be.
    return { over: or([test.over, field.json]), under: FALSE };
  }

  #regex(predicate: Of<'regex'>, name: string, field: FieldSql): Both {
    const literals = requiredLiterals(predicate.pattern);
    const test = regexSql(this.#scope, field.value, predicate);
    if (literals.length === 0 && test === undefined)
      return this.#present(name, 'regular expression without a required literal', field);
    const folded = this.#scope.folded(field.value, '');
    const held = containedSql(this.#scope, folded, [literals.map(fold)], isWhole);
    const plain = containedSql(this.#scope, folded, [literals.map(fold)], isPlainInJson);
    // A pattern may match the empty text, which is what a missing key reads as.
    const both = same(and([held === TRUE ? field.present : TRUE, held, test ?? TRUE]));
    const regex = linearRegex(predicate.pattern, predicate.flags);
    const misread = misreads((text) => regex.test(text));
    return onValue(field, test === undefined ? { ...both, under: FALSE } : both, plain, misread);
  }

  #fieldref({ other, affix, cased }: Of<'fieldref'>, field: FieldSql): Both {
    const theirs = this.#scope.field(other);
    const [left, right] = [field, theirs].map(({ value }) =>
      cased ? value : this.#scope.foldedWhole(value),
    ) as [string, string];
    const present = and([field.present, theirs.present]);
    const test = and([present, affixSql(affix, left, right)]);
    const odd = [field, theirs].map((one) => oddSql(one, true));
    const both = {
      over: or([test, and([present, or(odd.map(({ may }) => may))])]),
      under: and([test, ...odd.map(({ is }) => not(is))]),
    };
    return throughObjects(both, theirs);
  }

  #keywords(patterns: readonly Tokens[], cased: boolean): Both {
    const shapes = patterns.map((tokens) => shapeOf(tokens, cased));
    const tests = shapes.map(textTest);
    const { value, several, plain } = this.#scope.everything(
      misreads((text) => tests.some((accepts) => accepts(text))),
    );
    const own = shapes.map(literalsOf);
    const text = cased ? value : this.#scope.folded(value, own.flat().join(''));
    const whole = containedSql(this.#scope, text, own, isInOneValue);
    const inJson = containedSql(this.#scope, text, own, isPlainInJson);
    const held = or([whole, and([several, inJson])]);
    const over = and([this.#anywhere(own), held]);
    if (over === TRUE) this.wide.add('a keyword without a literal text');
    else if (inJson === TRUE && several !== FALSE) this.wide.add('a keyword that may stand in a list');
    // A word stands in one value exactly where it stands in all of them, joined by NUL.
    const isWord = (shape: TextShape): boolean =>
      shape.kind === 'contains' && Array.from(shape.literal).every(isInOneValue);
    return { over, under: shapes.every(isWord) ? and([plain, whole]) : FALSE };
  }

  /** Before what costs more: whether any value of the event may hold what one of the patterns needs. */
  #anywhere(patterns: readonly (readonly string[])[]): string {
    const runs = wordRuns(patterns);
    return runs === undefined ? TRUE : this.#scope.anywhere(runs);
  }

  #keywordRegex(predicate: Predicate): Both {
    const literals = predicate.kind === 'regex' ? requiredLiterals(predicate.pattern) : [];
    const { value, several } = this.#scope.everything(true);
    const text = this.#scope.folded(value, '');
    const over = and([
      this.#anywhere([literals]),
      or([
        containedSql(this.#scope, text, [literals.map(fold)], isInOneValue),
        and([several, containedSql(this.#scope, text, [literals.map(fold)], isPlainInJson)]),
      ]),
    ]);
    if (over === TRUE) this.wide.add('a keyword: regular expression without a required literal');
    return { over, under: FALSE };
  }

  #present(name: string, what: string, { present }: FieldSql): Both {
    this.wide.add(`field ${name}: ${what}`);
    return { over: present, under: FALSE };
  }
}

/** A condition on the text of a value; `inJson` is what must hold where a list stands as JSON text. */
function onValue(field: FieldSql, test: Both, inJson: string, misread: boolean): Both {
  const odd = oddSql(field, misread);
  return { over: or([test.over, and([odd.may, inJson])]), under: and([test.under, not(odd.is)]) };
}

/** Where the name may reach into an object, the matcher decides. */
function throughObjects({ over, under }: Both, { nested }: FieldSql): Both {
  return { over: or([over, nested]), under: and([under, not(nested)]) };
}

/** Absent, null, or a list with a null in it. */
function nullSql({ present, value, json, several }: FieldSql): Both {
  const isNull = and([json, `${value} = 'null'`]);
  const isIn = and([several, `startsWith(${value}, '[')`, `position(${value}, 'null') > 0`]);
  return { over: or([not(present), isNull, isIn]), under: or([not(present), isNull]) };
}

function affixSql(affix: Affix, left: string, right: string): string {
  switch (affix) {
    case 'equals':
      return `${left} = ${right}`;
    case 'contains':
      return `(${right} = '' OR position(${left}, ${right}) > 0)`;
    case 'startswith':
      return `startsWith(${left}, ${right})`;
    case 'endswith':
      return `endsWith(${left}, ${right})`;
  }
}

function isInOneValue(character: string): boolean {
  return isWhole(character) && character !== '\0';
}
