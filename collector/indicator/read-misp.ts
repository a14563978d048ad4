/**
 * Indicators of MISP events as its export and its REST interface write them. Only attributes that are meant for detection
 * (`to_ids`) are taken; what they are of other types is counted by type.
 */
import { z } from 'zod';
import {
  IndicatorFileError,
  type IndicatorKind,
  type ReadDefaults,
  type ReadResult,
  type Tlp,
} from './indicator.ts';
import { parseJson } from './parse-json.ts';
import { ReadGathering, tlpOf } from './read-result.ts';

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const tagsSchema = optional(z.array(z.object({ name: z.string() })));
const attributeSchema = z.object({
  type: z.string(),
  value: z.string(),
  uuid: optional(z.string()),
  to_ids: z.union([z.boolean(), z.enum(['0', '1']), z.int()]).optional(),
  deleted: optional(z.boolean()),
  comment: optional(z.string()),
  Tag: tagsSchema,
});
const list = optional(z.array(z.unknown()));
const eventSchema = z.object({
  info: optional(z.string()),
  Orgc: optional(z.object({ name: z.string() })),
  Attribute: list,
  Object: optional(z.array(z.object({ Attribute: list }))),
  Tag: tagsSchema,
});
const wrappedSchema = z.object({ Event: eventSchema });
const attributesSchema = z.object({ Attribute: z.array(z.unknown()) });
const responseSchema = z.object({ response: z.union([z.array(z.unknown()), attributesSchema]) });

type Part = readonly [part: number, kind: IndicatorKind];

function typed(types: readonly string[], ...parts: readonly Part[]): [string, readonly Part[]][] {
  return types.map((type) => [type, parts]);
}

/** By type: which part of a value (parts stand between `|`) is which kind. */
const TYPES: ReadonlyMap<string, readonly Part[]> = new Map([
  ...typed(['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port'], [0, 'ip']),
  ...typed(['domain', 'hostname', 'hostname|port'], [0, 'domain']),
  ...typed(['domain|ip'], [0, 'domain'], [1, 'ip']),
  ...typed(['url', 'link'], [0, 'url']),
  ...typed(['md5', 'sha1', 'sha256'], [0, 'hash']),
  ...typed(['filename|md5', 'filename|sha1', 'filename|sha256'], [1, 'hash']),
  ...typed(['email', 'email-src', 'email-dst', 'email-reply-to'], [0, 'email']),
]);

/** MISP's taxonomy of confidence. */
const CONFIDENCE: ReadonlyMap<string, number> = new Map([
  ['completely-confident', 100],
  ['usually-confident', 75],
  ['fairly-confident', 50],
  ['rarely-confident', 25],
  ['unconfident', 0],
]);

/** @throws IndicatorFileError when it is no JSON, too large, or of no form that MISP writes */
export function readMisp(text: string, defaults: ReadDefaults): ReadResult {
  const gathering = new ReadGathering(defaults);
  takeDocument(gathering, parseJson(text));
  return gathering.result();
}

function takeDocument(gathering: ReadGathering, document: unknown): void {
  const response = responseSchema.safeParse(document);
  const inner = response.success ? response.data.response : document;
  if (Array.isArray(inner)) {
    for (const [place, one] of inner.entries()) {
      const wrapped = wrappedSchema.safeParse(one);
      if (wrapped.success) takeEvent(gathering, wrapped.data.Event);
      else gathering.refuse(`event ${place + 1}`, '', 'bad-row');
    }
    return;
  }
  const wrapped = wrappedSchema.safeParse(inner);
  if (wrapped.success) return takeEvent(gathering, wrapped.data.Event);
  const attributes = attributesSchema.safeParse(inner);
  if (!attributes.success)
    throw new IndicatorFileError('no MISP export: there is neither Event nor response nor Attribute');
  takeEvent(gathering, { Attribute: attributes.data.Attribute });
}

function takeEvent(gathering: ReadGathering, event: z.infer<typeof eventSchema>): void {
  const inObjects = (event.Object ?? []).flatMap((object) => object.Attribute ?? []);
  for (const [place, attribute] of [...(event.Attribute ?? []), ...inObjects].entries()) {
    const parsed = attributeSchema.safeParse(attribute);
    if (parsed.success) takeAttribute(gathering, parsed.data, event);
    else gathering.refuse(`attribute ${place + 1}`, '', 'bad-row');
  }
}

function takeAttribute(
  gathering: ReadGathering,
  attribute: z.infer<typeof attributeSchema>,
  event: z.infer<typeof eventSchema>,
): void {
  const { type, value, to_ids, deleted } = attribute;
  if (deleted === true) return gathering.skip('deleted');
  if (to_ids !== true && to_ids !== '1' && to_ids !== 1) return gathering.skip('to_ids=false');
  const parts = TYPES.get(type);
  if (parts === undefined) return gathering.skip(`type ${type}`);
  // Those of the attribute come first: they are nearer to it than those of its event.
  const tags = [...(attribute.Tag ?? []), ...(event.Tag ?? [])].map(({ name }) => name);
  const values = value.split('|');
  const place = attribute.uuid ?? type;
  for (const [part, kind] of parts) {
    gathering.take(place, kind, (type.includes('|') ? values[part] : value) ?? '', {
      confidence: confidenceOf(tags),
      source: event.Orgc?.name,
      tlp: tlpAmong(tags),
      tags: tags.filter((tag) => !/^(?:tlp|misp):/i.test(tag)),
      description: [event.info, attribute.comment]
        .filter((text) => text !== undefined && text !== '')
        .join(': '),
    });
  }
}

function confidenceOf(tags: readonly string[]): number | undefined {
  for (const tag of tags) {
    const level = /^misp:confidence-level="([a-z-]{1,32})"$/.exec(tag)?.[1];
    const confidence = CONFIDENCE.get(level ?? '');
    if (confidence !== undefined) return confidence;
  }
  return undefined;
}

function tlpAmong(tags: readonly string[]): Tlp | undefined {
  for (const tag of tags) {
    const level = /^tlp:/i.test(tag) ? tlpOf(tag) : undefined;
    if (level !== undefined) return level;
  }
  return undefined;
}
