/**
 * Pipelines on the side of the rules: what a field of a rule is called in events, and which fields no pipeline knows.
 * With several names, what is asked positively may be in any of them; `null`, `exists: false` and what is negated must
 * be so in all of them, so that a name an event does not use makes nothing true.
 */
import { asList, inOrder, inScope } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { ValueTable } from './pipeline-values.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import type { LogSource, Position, Scalar } from './types.ts';

type Placeholders = ReadonlyMap<string, readonly Scalar[]>;

/** What the pipelines say for rules of one log source. */
export class Scope {
  readonly placeholders: Placeholders;
  /** Names of the pipelines that say which fields there are. */
  readonly declaredBy: readonly string[];
  readonly #maps: readonly Readonly<Record<string, string | readonly string[]>>[];
  readonly #values: ReadonlyMap<string, readonly ValueTable[]>;
  readonly #known: ReadonlySet<string>;

  constructor(pipelines: readonly Pipeline[], placeholders: Placeholders) {
    const declaring = pipelines.filter(({ fields, known }) => fields !== undefined || known !== undefined);
    const mapping = pipelines.filter(({ side }) => side !== 'events');
    this.declaredBy = declaring.map(({ name }) => name);
    this.#known = new Set(
      declaring.flatMap(({ fields = {}, known = [] }) => [...Object.keys(fields), ...known]),
    );
    this.#maps = mapping.flatMap(({ fields }) => (fields === undefined ? [] : [fields]));
    const values = new Map<string, ValueTable[]>();
    for (const [field, table] of mapping.flatMap((pipeline) => Object.entries(pipeline.values ?? {})))
      values.set(field, [...(values.get(field) ?? []), new ValueTable(table)]);
    this.#values = values;
    this.placeholders = withDefaults(placeholders, pipelines);
  }

  /** Whether some pipeline knows the field, or none says which fields there are. */
  knows(field: string): boolean {
    return this.declaredBy.length === 0 || this.#known.has(field);
  }

  /** The event's names for a rule's field, at least one. */
  names(field: string): readonly string[] {
    let names: readonly string[] = [field];
    for (const fields of this.#maps) {
      if (!names.some((name) => Object.hasOwn(fields, name))) continue;
      names = [
        ...new Set(names.flatMap((name) => (Object.hasOwn(fields, name) ? (fields[name] ?? name) : name))),
      ];
    }
    return names;
  }

  /**
   * One line of a selection over all names of its field; `compile` compiles it for one of them. Other fields that it
   * compares with are added to `asked`.
   */
  map(field: string, at: Position, compile: (name: string) => Expr, asked: Set<string>): Expr {
    return anyName(
      this.names(field).map((name) => {
        const tables = this.#values.get(name) ?? [];
        return tables.reduce((expr, table) => table.widen(expr, at), this.#mapOthers(compile(name), asked));
      }),
    );
  }

  /** The other field of a `fieldref` has several names too. */
  #mapOthers(expr: Expr, asked: Set<string>): Expr {
    switch (expr.kind) {
      case 'leaf': {
        const { leaf } = expr;
        if (leaf.kind !== 'fieldref') return expr;
        asked.add(leaf.other);
        return join(
          'or',
          this.names(leaf.other).map((other): Expr => ({ kind: 'leaf', leaf: { ...leaf, other } })),
        );
      }
      case 'not':
        return { kind: 'not', of: this.#mapOthers(expr.of, asked) };
      case 'and':
      case 'or':
        return join(
          expr.kind,
          expr.of.map((part) => this.#mapOthers(part, asked)),
        );
    }
  }
}

/** The scopes of a set of pipelines, one for each log source. */
export class Scopes {
  readonly #pipelines: readonly Pipeline[];
  readonly #placeholders: Placeholders;
  readonly #byPipelines = new Map<string, Scope>();
  readonly #byLogSource = new Map<string, Scope>();

  constructor(pipelines: readonly Pipeline[], placeholders: Placeholders) {
    this.#pipelines = inOrder(pipelines);
    this.#placeholders = placeholders;
  }

  /** The same scope for log sources that the same pipelines are for. */
  of({ product, category, service }: LogSource): Scope {
    const key = JSON.stringify([product, category, service]);
    const known = this.#byLogSource.get(key) ?? this.#find({ product, category, service });
    this.#byLogSource.set(key, known);
    return known;
  }

  #find(logsource: LogSource): Scope {
    const used = this.#pipelines.filter((pipeline) => inScope(pipeline, logsource));
    const key = used.map((pipeline) => this.#pipelines.indexOf(pipeline)).join();
    const known = this.#byPipelines.get(key) ?? new Scope(used, this.#placeholders);
    this.#byPipelines.set(key, known);
    return known;
  }
}

/** The same expression for each name of a field, as one. */
function anyName(exprs: readonly Expr[]): Expr {
  const [first] = exprs;
  if (exprs.length === 1 && first !== undefined) return first;
  if (first?.kind === 'not')
    return { kind: 'not', of: anyName(exprs.flatMap((expr) => (expr.kind === 'not' ? expr.of : []))) };
  return join(first?.kind === 'leaf' && asksAbsence(first.leaf) ? 'and' : 'or', exprs);
}

function asksAbsence(leaf: { kind: string; want?: boolean }): boolean {
  return leaf.kind === 'null' || (leaf.kind === 'exists' && leaf.want === false);
}

function withDefaults(given: Placeholders, pipelines: readonly Pipeline[]): Placeholders {
  const tables = pipelines.flatMap(({ placeholders }) => (placeholders === undefined ? [] : [placeholders]));
  if (tables.length === 0) return given;
  const merged = new Map(given);
  for (const table of tables)
    for (const [name, values] of Object.entries(table))
      if (!merged.has(name)) merged.set(name, asList<Scalar>(values));
  return merged;
}
