/**
 * The kinds of events that a story may have, each named by its first key: `process`, `file`, `security`, `log`...
 * Which kind an event is, is decided before its fields are checked, so that a fault names the field and not the union.
 */
import { z } from 'zod';

const text = z.string().min(1).max(8_192);
const key = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a short name: small letters, digits, dashes');
const values = z.record(z.string(), z.union([z.string(), z.number()]));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
/** Which process of the story did it. */
const by = { by: key };

const KINDS = {
  process: z.strictObject({
    process: key,
    /** A process of the story on the same host, or one that Windows always has. */
    parent: key,
    image: text,
    line: text,
    /** An account as Windows writes it; the host's own when left out. */
    user: text.optional(),
    level: z.enum(['Low', 'Medium', 'High', 'System']).default('Medium'),
    original: text.optional(),
    company: text.default('Microsoft Corporation'),
    product: text.default('Microsoft® Windows® Operating System'),
    sha256: sha256.optional(),
  }),
  file: z.strictObject({ file: text, ...by }),
  delete: z.strictObject({ delete: text, ...by }),
  registry: z.strictObject({ registry: text, details: text, ...by }),
  connect: z.strictObject({
    connect: z.ipv4(),
    port: z.int().min(1).max(65_535),
    name: text.optional(),
    ...by,
  }),
  resolve: z.strictObject({ resolve: text, ...by }),
  load: z.strictObject({ load: text, signed: z.boolean().default(false), sha256: sha256.optional(), ...by }),
  driver: z.strictObject({ driver: text, signature: text, sha256: sha256.optional() }),
  open: z.strictObject({ open: text, access: z.string().regex(/^0x[0-9a-f]+$/), ...by }),
  script: z.strictObject({ script: text, path: z.string().default('') }),
  security: z.strictObject({ security: z.int().min(1), data: values }),
  windows: z.strictObject({
    windows: z.int().min(0),
    channel: text,
    provider: text.optional(),
    data: values.optional(),
    user_data: z.strictObject({ element: text, values }).optional(),
  }),
  log: z.strictObject({
    log: z.enum([
      'sshd',
      'linux-syslog',
      'linux-audit',
      'dpkg',
      'web-access',
      'web-error',
      'postgresql',
      'mysql',
    ]),
    origin: text,
    text,
  }),
  web: z.strictObject({
    web: text,
    from: z.ipv4(),
    method: z.enum(['GET', 'POST', 'PUT', 'HEAD']).default('GET'),
    status: z.int().min(100).max(599),
    bytes: z.int().min(0).default(5_120),
    agent: text.default('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'),
  }),
  integrity: z.strictObject({
    integrity: z.enum(['created', 'modified', 'attributes', 'deleted', 'decoy', 'mass-change']),
    path: text,
    before: z.record(z.string(), z.unknown()).optional(),
    after: z.record(z.string(), z.unknown()).optional(),
    detail: z.record(z.string(), z.unknown()).optional(),
  }),
  inventory: z.strictObject({
    inventory: z.enum(['added', 'changed', 'removed']),
    category: text,
    key: text,
    before: z.record(z.string(), z.unknown()).optional(),
    after: z.record(z.string(), z.unknown()).optional(),
  }),
} as const;

type Kind = keyof typeof KINDS;
export type StoryEventOf<K extends Kind> = z.infer<(typeof KINDS)[K]>;
/** An event with its kind said. */
export type StoryEvent = { [K in Kind]: { kind: K; event: StoryEventOf<K> } }[Kind];

export const EVENT_KINDS = Object.keys(KINDS).toSorted();

const isKind = (name: string): name is Kind => Object.hasOwn(KINDS, name);

function parsed(kind: Kind, value: unknown, context: z.core.$RefinementCtx): StoryEvent {
  const result = KINDS[kind].safeParse(value);
  if (result.success) return { kind, event: result.data } as StoryEvent; // the kind chose the schema
  for (const { path, message } of result.error.issues)
    context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
}

export const storyEventSchema = z.record(z.string(), z.unknown()).transform((value, context): StoryEvent => {
  const [first = ''] = Object.keys(value);
  if (isKind(first)) return parsed(first, value, context);
  const message = `an event begins with what it is, one of ${EVENT_KINDS.join(', ')}, not "${first}"`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
