/**
 * Routes as a tree: each level asks one field of the event and goes on by its value, so that an event costs a few
 * look-ups however many routes there are.
 * Invariants: what is remembered of events' spellings is bounded; values of events are only ever compared.
 */
import { fold } from './fold.ts';
import { asList } from './pipeline.ts';
import type { Route, RouteConditions, RouteValue } from './pipeline.ts';

/** Values of one route multiplied: each way through its conditions is a path of the tree. */
const PATHS_MAX = 10_000;
const SPELLINGS_MAX = 1_024;
/** Members of a list in an event that are looked at. */
const MEMBERS_MAX = 16;
/** Up to this many fields are asked one by one; for more, the event's keys are looked through once. */
const DIRECT_MAX = 4;
const ANY = '*';
const CASED = '|cased';

export type Ask = (field: string) => unknown;

interface Condition {
  field: string;
  cased: boolean;
  /** Undefined = any value. */
  texts: readonly string[] | undefined;
}

/** Why a route cannot be used; undefined where it can. */
export function routeProblem({ when, unless }: Route): string | undefined {
  if (Object.keys(when).length === 0) return 'a route needs at least one condition in "when"';
  if (unless !== undefined && Object.keys(unless).length === 0)
    return 'a route needs at least one condition in "unless", or no "unless" at all';
  for (const value of [when, unless ?? {}].flatMap((all) =>
    Object.values(all).flatMap((one) => asList(one)),
  )) {
    if (typeof value !== 'object') continue;
    const { from, to } = value;
    const size = to - from + 1;
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || size < 1 || size > PATHS_MAX)
      return `a range goes from a whole number up to one that is not smaller, over at most ${String(PATHS_MAX)} numbers`;
  }
  const paths = conditionsOf(when).reduce((product, { texts }) => product * (texts?.length ?? 1), 1);
  return paths > PATHS_MAX
    ? `the values of a route multiply to ${String(paths)} combinations, at most ${String(PATHS_MAX)}: split the route`
    : undefined;
}

function conditionsOf(conditions: RouteConditions): Condition[] {
  return Object.entries(conditions).map(([key, values]) => {
    const cased = key.endsWith(CASED);
    const list = asList<RouteValue>(values);
    return {
      field: cased ? key.slice(0, -CASED.length) : key,
      cased,
      texts: list.includes(ANY) ? undefined : [...new Set(list.flatMap((value) => textsOf(value, cased)))],
    };
  });
}

function textsOf(value: RouteValue, cased: boolean): string[] {
  if (typeof value === 'object')
    return Array.from({ length: value.to - value.from + 1 }, (_, index) => String(value.from + index));
  return [cased ? String(value) : fold(String(value))];
}

/** One field asked at a node of the tree. */
class Branch {
  readonly field: string;
  readonly cased: boolean;
  any: Node | undefined;
  readonly #byText = new Map<string, Node>();
  /** Spellings met in events that lead somewhere. */
  readonly #spellings = new Map<string | number, Node>();
  #longest = 0;

  constructor({ field, cased }: Condition) {
    this.field = field;
    this.cased = cased;
  }

  grow(text: string): Node {
    const known = this.#byText.get(text) ?? new Node();
    this.#byText.set(text, known);
    this.#longest = Math.max(this.#longest, text.length);
    return known;
  }

  find(value: unknown): Node | undefined {
    if (typeof value !== 'string' && typeof value !== 'number')
      return typeof value === 'boolean' ? this.#byText.get(String(value)) : undefined;
    const spelled = this.#spellings.get(value);
    if (spelled !== undefined) return spelled;
    const text = String(value);
    if (text.length > this.#longest) return undefined;
    const found = this.#byText.get(this.cased ? text : fold(text));
    if (found !== undefined) {
      if (this.#spellings.size >= SPELLINGS_MAX) this.#spellings.clear();
      this.#spellings.set(value, found);
    }
    return found;
  }
}

class Node {
  readonly routes: number[] = [];
  readonly branches: Branch[] = [];

  branch(condition: Condition): Branch {
    const known = this.branches.find(
      ({ field, cased }) => field === condition.field && cased === condition.cased,
    );
    if (known !== undefined) return known;
    const made = new Branch(condition);
    this.branches.push(made);
    return made;
  }
}

/** Which of some routes an event takes. */
export class RouteTree {
  readonly #root = new Node();
  /** Branches of the root by the keys of an event that may hold their field. */
  readonly #byKey = new Map<string, Branch[]>();
  /** For routes with exceptions: a tree of these alone. */
  readonly #unless: (readonly Branch[] | undefined)[];

  /** @throws RangeError for a route that `routeProblem` names a problem of. */
  constructor(routes: readonly Route[]) {
    this.#unless = routes.map(({ unless }) =>
      unless === undefined ? undefined : conditionsOf(unless).map(branchOf),
    );
    const uses = new Map<string, number>();
    for (const { when } of routes)
      for (const { field } of conditionsOf(when)) uses.set(field, (uses.get(field) ?? 0) + 1);
    const weight = ({ field }: Condition): number => uses.get(field) ?? 0;
    for (const [index, route] of routes.entries()) {
      const problem = routeProblem(route);
      if (problem !== undefined) throw new RangeError(problem);
      // Fields that many routes ask come first, so that routes share their way.
      const conditions = conditionsOf(route.when).toSorted(
        (left, right) => weight(right) - weight(left) || (left.field < right.field ? -1 : 1),
      );
      plant(this.#root, conditions, 0, index);
    }
    for (const branch of this.#root.branches)
      for (const key of new Set([branch.field, branch.field.split('.', 1)[0] ?? '']))
        this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), branch]);
  }

  /**
   * Numbers of the routes, rising.
   * @param event the event itself where its own keys are all it has: most routes ask for keys that it lacks.
   */
  find(ask: Ask, event?: Readonly<Record<string, unknown>>): readonly number[] {
    const found: number[] = [];
    if (event === undefined || this.#root.branches.length <= DIRECT_MAX) walk(this.#root, ask, found);
    else this.#walkKeys(event, ask, found);
    let sorted = true;
    let kept = 0;
    for (const route of found) {
      if (this.#unless[route]?.every((branch) => fits(branch, ask(branch.field))) === true) continue;
      // A list in the event may lead to one route twice, and branches come in any order.
      if (kept > 0 && route <= (found[kept - 1] ?? -1)) sorted = false;
      found[kept] = route;
      kept += 1;
    }
    found.length = kept;
    return sorted ? found : [...new Set(found)].sort((left, right) => left - right);
  }

  #walkKeys(event: Readonly<Record<string, unknown>>, ask: Ask, found: number[]): void {
    for (const key in event) {
      const branches = this.#byKey.get(key);
      if (branches === undefined) continue;
      for (const branch of branches) follow(branch, ask, found);
    }
  }
}

/** A condition by itself. */
function branchOf(condition: Condition): Branch {
  const branch = new Branch(condition);
  if (condition.texts === undefined) branch.any = new Node();
  else for (const text of condition.texts) branch.grow(text);
  return branch;
}

/** Whether a value leads anywhere. */
function fits(branch: Branch, value: unknown): boolean {
  if (isNothing(value)) return false;
  if (branch.any !== undefined) return true;
  return Array.isArray(value)
    ? (value as readonly unknown[]).slice(0, MEMBERS_MAX).some((member) => branch.find(member) !== undefined)
    : branch.find(value) !== undefined;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function plant(node: Node, conditions: readonly Condition[], depth: number, route: number): void {
  const condition = conditions[depth];
  if (condition === undefined) {
    node.routes.push(route);
    return;
  }
  const branch = node.branch(condition);
  if (condition.texts === undefined) {
    branch.any ??= new Node();
    plant(branch.any, conditions, depth + 1, route);
  } else for (const text of condition.texts) plant(branch.grow(text), conditions, depth + 1, route);
}

function walk(node: Node, ask: Ask, found: number[]): void {
  for (const route of node.routes) found.push(route);
  for (const branch of node.branches) follow(branch, ask, found);
}

function follow(branch: Branch, ask: Ask, found: number[]): void {
  const value = ask(branch.field);
  if (isNothing(value)) return;
  if (branch.any !== undefined) walk(branch.any, ask, found);
  if (Array.isArray(value)) {
    const members = (value as readonly unknown[]).slice(0, MEMBERS_MAX);
    for (const next of new Set(members.map((member) => branch.find(member))))
      if (next !== undefined) walk(next, ask, found);
  } else {
    const next = branch.find(value);
    if (next !== undefined) walk(next, ask, found);
  }
}
