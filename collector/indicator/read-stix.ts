/** Indicators of a STIX 2.1 bundle (TAXII envelopes too): those whose patterns are of the simple form; the rest is counted by why not. */
import { z } from 'zod';
import { IndicatorFileError, type ReadDefaults, type ReadResult } from './indicator.ts';
import { ReadGathering, type Said } from './read-result.ts';
import { parseJson } from './parse-json.ts';
import { readPattern } from './stix-pattern.ts';
import { TLP_MARKINGS } from './stix-tlp.ts';

const bundleSchema = z.object({ objects: z.array(z.unknown()) });
const objectSchema = z.object({ type: z.string(), id: z.string() });
const identitySchema = z.object({ name: z.string() });
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const indicatorSchema = z.object({
  pattern: z.string(),
  pattern_type: optional(z.string()),
  name: optional(z.string()),
  description: optional(z.string()),
  created_by_ref: optional(z.string()),
  valid_until: optional(z.iso.datetime({ offset: true })),
  confidence: optional(z.int().min(0).max(100)),
  revoked: optional(z.boolean()),
  labels: optional(z.array(z.string())),
  indicator_types: optional(z.array(z.string())),
  object_marking_refs: optional(z.array(z.string())),
});

/** @throws IndicatorFileError when it is no JSON, too large, or no bundle */
export function readStix(text: string, defaults: ReadDefaults): ReadResult {
  const bundle = bundleSchema.safeParse(parseJson(text));
  if (!bundle.success) throw new IndicatorFileError('no STIX bundle: there is no list called objects');
  const gathering = new ReadGathering(defaults);
  const names = new Map<string, string>();
  for (const object of bundle.data.objects) {
    const known = objectSchema.safeParse(object);
    const identity = identitySchema.safeParse(object);
    if (known.success && known.data.type === 'identity' && identity.success)
      names.set(known.data.id, identity.data.name);
  }
  for (const object of bundle.data.objects) {
    const known = objectSchema.safeParse(object);
    if (!known.success) gathering.refuse('object without type or id', '', 'bad-row');
    else if (known.data.type === 'indicator') takeIndicator(gathering, known.data.id, object, names);
    else if (known.data.type !== 'identity' && known.data.type !== 'marking-definition')
      gathering.skip(`object ${known.data.type}`);
  }
  return gathering.result();
}

function takeIndicator(
  gathering: ReadGathering,
  id: string,
  object: unknown,
  names: ReadonlyMap<string, string>,
): void {
  const parsed = indicatorSchema.safeParse(object);
  if (!parsed.success) return gathering.refuse(id, '', 'bad-pattern');
  const { pattern, pattern_type, revoked, ...rest } = parsed.data;
  if (revoked === true) return gathering.skip('revoked');
  if (pattern_type !== undefined && pattern_type !== 'stix')
    return gathering.skip(`pattern_type ${pattern_type}`);
  const read = readPattern(pattern);
  if ('why' in read) return gathering.skip(read.why);
  const levels = (rest.object_marking_refs ?? []).flatMap((reference) => TLP_MARKINGS.get(reference) ?? []);
  const said: Said = {
    confidence: rest.confidence,
    source: names.get(rest.created_by_ref ?? ''),
    validUntilMs: rest.valid_until === undefined ? undefined : Date.parse(rest.valid_until),
    tlp: levels.at(0),
    tags: [...(rest.indicator_types ?? []), ...(rest.labels ?? [])],
    description: rest.name ?? rest.description,
  };
  for (const { kind, value } of read.values) gathering.take(id, kind, value, said);
}
