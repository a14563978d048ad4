/** A source whose items travel in another lane than the one it chose. */
import type { LaneName } from '#protocol/lane.ts';
import type { Source, SourceContext, SourceItem } from './source.ts';

export function inLane(source: Source, lane: LaneName): Source {
  return {
    name: source.name,
    async *open(context: SourceContext): AsyncGenerator<SourceItem, void, void> {
      for await (const item of source.open(context)) yield { ...item, lane };
    },
  };
}
