/**
 * The table of modifiers. Each declares its own compile step on the state of an item; the few ordering rules are in the
 * state (kinds of operand) and in `firstOnly`.
 */
import { base64, base64Offsets } from '../encode.ts';
import { TIME_PARTS } from '../time.ts';
import { eachBytes, utf16 } from './byte-modifiers.ts';
import { TEXT_KINDS } from './item-state.ts';
import type { Modifier } from './item-state.ts';
import { affix, expand, windash } from './text-modifiers.ts';
import { cidr, comparison, exists, fieldref, re, regexFlags, timePartModifier } from './value-modifiers.ts';

/** Modifiers by name. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['contains', affix('contains')],
  ['startswith', affix('startswith')],
  ['endswith', affix('endswith')],
  [
    'all',
    {
      apply(state, _, at) {
        if (state.values.length < 2)
          state.warnings.push({ at, message: '"all" on a single value changes nothing' });
        state.all = true;
      },
    },
  ],
  [
    'cased',
    {
      takes: [...TEXT_KINDS, 'bytes', 'fieldref'],
      apply(state) {
        state.cased = true;
      },
    },
  ],
  [
    'neq',
    {
      needsField: true,
      apply(state) {
        state.negated = true;
      },
    },
  ],
  ['windash', windash],
  ['re', re],
  ...regexFlags(),
  ['cidr', cidr],
  ['exists', exists],
  ['base64', eachBytes('base64', (bytes) => [base64(bytes)])],
  ['base64offset', eachBytes('base64offset', base64Offsets)],
  ['wide', utf16('wide', 'le')],
  ['utf16le', utf16('utf16le', 'le')],
  ['utf16be', utf16('utf16be', 'be')],
  ['utf16', utf16('utf16', 'bom')],
  ...(['lt', 'lte', 'gt', 'gte'] as const).map((op): [string, Modifier] => [op, comparison(op)]),
  ...TIME_PARTS.map((part): [string, Modifier] => [part, timePartModifier(part)]),
  ['fieldref', fieldref],
  ['expand', expand],
]);
