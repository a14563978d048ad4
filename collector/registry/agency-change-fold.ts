/** What stands below agencies that become one comes below the one, twin with twin where that is wanted. */
import { sql } from 'kysely';
import type { Agency } from './agencies.ts';
import { DEPTH_MAX } from './agency-scope.ts';
import type { Steps, TargetKey } from './agency-change-step.ts';
import type { RegistryDb } from './database.ts';

interface Node extends Agency {
  nameKey: string;
}

/** Living agencies below these, themselves among them, by id. */
export async function loadNodes(db: RegistryDb, agencyIds: readonly number[]): Promise<Map<number, Node>> {
  const nodes = new Map<number, Node>();
  for (const id of new Set(agencyIds)) {
    if (nodes.has(id)) continue;
    const { rows } = await sql<Node>`
      with recursive subtree (id, depth) as (
        select id, 0 from agency where id = ${id}
        union all
        select agency.id, subtree.depth + 1 from agency join subtree on agency.parent_id = subtree.id
        where subtree.depth < ${DEPTH_MAX}
      )
      select agency.id as id, name, short_name as "shortName", kind, parent_id as "parentId",
        began_on as "beganOn", ended_on as "endedOn", version, name_key as "nameKey"
      from subtree join agency on agency.id = subtree.id`.execute(db);
    for (const row of rows) nodes.set(row.id, row);
  }
  return nodes;
}

/** Moves what is below `from` below `to`, or merges it with its twin there, all the way down. */
export class Fold {
  readonly #steps: Steps;
  readonly #children: Map<number | null, Node[]>;
  readonly #ending: ReadonlySet<number>;
  readonly #mergesTwins: boolean;
  /** What stands below a target once all is done, by name. */
  readonly #below = new Map<TargetKey, Map<string, Node>>();

  constructor(steps: Steps, nodes: Iterable<Node>, ending: ReadonlySet<number>, mergesTwins: boolean) {
    this.#steps = steps;
    this.#children = Map.groupBy(
      [...nodes].filter(({ endedOn }) => endedOn === null),
      ({ parentId }) => parentId,
    );
    this.#ending = ending;
    this.#mergesTwins = mergesTwins;
  }

  #childrenOf(key: TargetKey): Map<string, Node> {
    let below = this.#below.get(key);
    if (below === undefined) {
      const now = typeof key === 'number' ? (this.#children.get(key) ?? []) : [];
      below = new Map(now.filter(({ id }) => !this.#ending.has(id)).map((node) => [node.nameKey, node]));
      this.#below.set(key, below);
    }
    return below;
  }

  run(source: Pick<Agency, 'id' | 'name'>, to: TargetKey, depth = 0): void {
    const { id, name } = source;
    this.#steps.ends.push({ agencyId: id, name, successors: [to], keeper: to });
    this.#steps.carries.push({ from: id, to });
    if (depth > DEPTH_MAX) return;
    const below = this.#childrenOf(to);
    for (const child of this.#children.get(id) ?? []) {
      if (this.#ending.has(child.id)) continue;
      const twin = below.get(child.nameKey);
      if (twin === undefined) {
        below.set(child.nameKey, child);
        this.#steps.moves.push({ agencyId: child.id, name: child.name, from: id, to });
      } else if (this.#mergesTwins) {
        this.run(child, twin.id, depth + 1);
      } else {
        this.#steps.refuse(
          'twin',
          child.id,
          `agency ${child.id} (${child.name}) would stand beside its twin ${twin.id}: rename one, or merge twins`,
        );
      }
    }
  }
}
