/** Words and tones of changes. */
import type { LabelOf } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type { Cause, Change, Grouping } from './integrity-change.ts';
import type { messages } from './integrity-messages.ts';

type Label = LabelOf<typeof messages>;

export const causeLabel: Readonly<Record<Cause, Label>> = {
  unknown: 'integrityCause.unknown',
  person: 'integrityCause.person',
  package: 'integrityCause.package',
  maintenance: 'integrityCause.maintenance',
  tripwire: 'integrityCause.tripwire',
  baseline: 'integrityCause.baseline',
};

export const causeTone: Readonly<Record<Cause, Tone>> = {
  unknown: 'warn',
  person: 'info',
  package: 'good',
  maintenance: 'good',
  tripwire: 'bad',
  baseline: 'quiet',
};

export const kindLabel: Readonly<Record<Change['kind'], readonly [Label, Tone]>> = {
  created: ['integrityKind.created', 'info'],
  modified: ['integrityKind.modified', 'info'],
  attributes: ['integrityKind.attributes', 'quiet'],
  deleted: ['integrityKind.deleted', 'warn'],
  decoy: ['integrityKind.decoy', 'bad'],
  mass: ['integrityKind.mass', 'bad'],
  reconciled: ['integrityKind.reconciled', 'good'],
  'baseline-made': ['integrityKind.baselineMade', 'quiet'],
  'baseline-tampered': ['integrityKind.baselineTampered', 'bad'],
  unverified: ['integrityKind.unverified', 'warn'],
  other: ['integrityKind.other', 'quiet'],
};

export const groupLabel: Readonly<Record<Grouping, Label>> = {
  cause: 'integrityGroup.cause',
  host: 'integrityGroup.host',
  agency: 'integrityGroup.agency',
  path: 'integrityGroup.path',
  day: 'integrityGroup.day',
};
