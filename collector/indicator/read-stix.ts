/** Indicators of a STIX 2.1 bundle (TAXII envelopes too): those whose patterns are of the simple form; the rest is counted by why not. */
import { z } from 'zod';
import { IndicatorFileError, type ReadDefaults, type ReadResult, type Tlp } from './indicator.ts';
import { ReadGathering, type Said } from './read-result.ts';
import { parseJson } from './parse-json.ts';
import { readPattern } from './stix-pattern.ts';

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

/** Fixed by the standard: STIX 2.1, section 7.2.1.4, and the extension for TLP 2.0. */
const TLP_MARKINGS: ReadonlyMap<string, Tlp> = new Map<string, Tlp>([
  ['marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9', 'clear'],
  ['marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da', 'green'],
  ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82', 'amber'],
  ['marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed', 'red'],
  ['marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487', 'clear'],
  ['marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb', 'green'],
  ['marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421', 'amber'],
  ['marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003', 'amber+strict'],
  ['marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1', 'red'],
]);

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
