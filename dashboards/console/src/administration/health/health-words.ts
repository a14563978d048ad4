/** Findings in words: what is so, what to do about it, and where in the console. */
import type { LabelOf, Text } from '../../i18n/messages.ts';
import type { Tone } from '../../ui/badge.tsx';
import { visibleString } from '../../text/visible-text.ts';
import type { Finding, Probe } from './health-api.ts';
import type { messages } from './health-messages.ts';

type Room = typeof messages;
type Label = LabelOf<Room>;
type Name = Finding['name'];

export const levelTone: Readonly<Record<Finding['level'], Tone>> = {
  ok: 'good',
  warn: 'warn',
  fail: 'bad',
  unknown: 'quiet',
};
export const levelLabel: Readonly<Record<Finding['level'], Label>> = {
  ok: 'health.ok',
  warn: 'health.warn',
  fail: 'health.fail',
  unknown: 'health.unknown',
};
export const probeTone: Readonly<Record<Probe['state'], Tone>> = {
  ok: 'good',
  degraded: 'warn',
  failed: 'bad',
  changed: 'bad',
  'not-assessed': 'quiet',
  unknown: 'quiet',
};
export const probeLabel: Readonly<Record<Probe['state'], Label>> = {
  ok: 'health.probe.ok',
  degraded: 'health.probe.degraded',
  failed: 'health.probe.failed',
  changed: 'health.probe.changed',
  'not-assessed': 'health.probe.unknown',
  unknown: 'health.probe.unknown',
};

export const nameLabel: Readonly<Record<Name, Label>> = {
  running: 'health.name.running',
  store: 'health.name.store',
  writer: 'health.name.writer',
  projector: 'health.name.projector',
  workers: 'health.name.workers',
  'data-folder': 'health.name.data-folder',
  disk: 'health.name.disk',
  files: 'health.name.files',
  memory: 'health.name.memory',
  clock: 'health.name.clock',
  certificate: 'health.name.certificate',
  'control-plane': 'health.name.control-plane',
  rules: 'health.name.rules',
  backup: 'health.name.backup',
  'agents-skew': 'health.name.agents-skew',
  'agents-version': 'health.name.agents-version',
  scanner: 'health.name.scanner',
};

const todo: Readonly<Partial<Record<Name, Label>>> = {
  store: 'health.store.do',
  writer: 'health.writer.do',
  projector: 'health.projector.do',
  workers: 'health.workers.do',
  'data-folder': 'health.data-folder.do',
  disk: 'health.disk.do',
  files: 'health.files.do',
  memory: 'health.memory.do',
  clock: 'health.clock.do',
  certificate: 'health.certificate.do',
  'control-plane': 'health.control-plane.do',
  rules: 'health.rules.do',
  backup: 'health.backup.do',
  'agents-skew': 'health.agents-skew.do',
  'agents-version': 'health.agents-version.do',
  scanner: 'health.scanner.do',
};

/** Where in the console one sees more of it. */
export const placeOf: Readonly<Partial<Record<Name, string>>> = {
  disk: '/administration/retention',
  projector: '/rules',
  rules: '/rules',
  'agents-skew': '/hosts',
  'agents-version': '/hosts',
};

/** What to do; undefined: nothing. */
export function todoText({ name, level }: Finding, text: Text<Room>): string | undefined {
  if (level === 'ok') return undefined;
  if (level === 'unknown') return text('health.unknownDo');
  const known = todo[name];
  return known === undefined ? undefined : text(known);
}

type Sentence = (a: string, b: string, text: Text<Room>, isWell: boolean) => string;

const sentences: Readonly<Record<Name, Sentence>> = {
  running: (a, _b, text) => text('health.running.ok', { a }),
  store: (a, _b, text, well) => (well ? text('health.store.ok') : text('health.store.bad', { a })),
  writer: (a, _b, text, well) => (well ? text('health.writer.ok') : text('health.writer.bad', { a })),
  projector: (a, _b, text, well) =>
    well ? text('health.projector.ok') : text('health.projector.bad', { n: Number(a) }),
  workers: (a, b, text, well) => {
    if (b === '0') return text('health.workers.main');
    return well ? text('health.workers.ok', { n: Number(a) }) : text('health.workers.bad', { a, b });
  },
  'data-folder': (a, _b, text, well) =>
    well ? text('health.data-folder.ok') : text('health.data-folder.bad', { a }),
  disk: (a, b, text) => text('health.disk.is', { a, b }),
  files: (a, b, text) => text('health.files.is', { a, b }),
  memory: (a, _b, text) => text('health.memory.is', { a }),
  clock: (_a, _b, text, well) => text(well ? 'health.clock.ok' : 'health.clock.bad'),
  certificate: (a, _b, text) =>
    Number(a) < 0 ? text('health.certificate.bad') : text('health.certificate.ok', { n: Number(a) }),
  'control-plane': (a, _b, text, well) =>
    well ? text('health.control-plane.ok') : text('health.control-plane.bad', { a }),
  rules: (a, _b, text, well) => (well ? text('health.rules.ok') : text('health.rules.bad', { n: Number(a) })),
  backup: (a, _b, text) =>
    a === '' ? text('health.backup.bad') : text('health.backup.ok', { n: Number(a) }),
  'agents-skew': (a, b, text, well) =>
    well
      ? text('health.agents-skew.ok', { of: Number(b) })
      : text('health.agents-skew.bad', { n: Number(a), of: Number(b) }),
  'agents-version': (a, b, text, well) =>
    well
      ? text('health.agents-version.ok', { of: Number(b) })
      : text('health.agents-version.bad', { n: Number(a), of: Number(b) }),
  scanner: (a, b, text, well) => {
    if (!well) return text('health.scanner.bad', { a: b });
    return text(a === 'off' ? 'health.scanner.off' : 'health.scanner.ok');
  },
};

export function findingText({ name, level, args }: Finding, text: Text<Room>): string {
  if (level === 'unknown') return text('health.unknown');
  const [a = '', b = ''] = args.map((arg) => visibleString(String(arg), 300));
  return sentences[name](a, b, text, level === 'ok');
}
