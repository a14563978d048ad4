/** Scalars by the YAML 1.2 core schema: what a plain text stands for, and which tags a rule may use. */
import { getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { EVENT_ID, Event } from 'js-yaml';
import { YamlError } from './yaml-node.ts';
import type { YamlScalar } from './yaml-node.ts';
import type { Position, Scalar } from './types.ts';

export type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;

/** Whether anything of the scalar stands in the text, be it a tag. */
export function isWritten({ valueStart, tagStart, anchorStart }: ScalarEvent): boolean {
  return valueStart !== -1 || tagStart !== -1 || anchorStart !== -1;
}

/** Index at which a reader sees the scalar begin: at its quote, or at its tag when it is empty. */
function scalarStart({ valueStart, style, tagStart, anchorStart }: ScalarEvent): number {
  if (valueStart === -1) return Math.max(tagStart, anchorStart, 0);
  const quoted = style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
  return quoted ? valueStart - 1 : valueStart;
}

/**
 * The scalar of an event of `chunk`, which begins at index `base` of the file.
 * @throws YamlError for a tag outside the core schema, at the tag
 */
export function resolveScalar(
  chunk: string,
  event: ScalarEvent,
  base: number,
  place: (index: number) => Position,
): YamlScalar {
  const raw = getScalarValue(chunk, event);
  const at = place(scalarStart(event));
  const tag = event.tagStart === -1 ? '' : chunk.slice(event.tagStart, event.tagEnd);
  const scalar = (value: Scalar): YamlScalar => ({
    kind: 'scalar',
    value,
    raw,
    at,
    start: event.valueStart === -1 ? base + scalarStart(event) : base + event.valueStart,
  });
  if (tag === '' && event.style === SCALAR_STYLE.PLAIN) return scalar(plainScalar(raw));
  if (tag === '' || tag === '!' || tag === '!!str') return scalar(raw);
  const value = plainScalar(raw);
  const fits =
    (tag === '!!int' && typeof value === 'number' && Number.isInteger(value)) ||
    (tag === '!!float' && typeof value === 'number') ||
    (tag === '!!bool' && typeof value === 'boolean') ||
    (tag === '!!null' && value === null);
  if (!fits) {
    throw new YamlError(
      `the tag ${tag} is not accepted in rules, or does not fit its value: leave it out`,
      place(event.tagStart),
    );
  }
  return scalar(value);
}

/** YAML 1.2 core schema, without infinities: those stay text. */
function plainScalar(raw: string): Scalar {
  switch (raw) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    default:
  }
  if (/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(raw)) {
    const value = Number(raw);
    // A number JavaScript cannot hold exactly stays the text it was written as.
    return Number.isSafeInteger(value) ? value : raw;
  }
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(raw)) {
    const value = Number(raw);
    return Number.isFinite(value) ? value : raw;
  }
  return raw;
}
