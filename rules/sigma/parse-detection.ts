/** A block of selections and a condition -> trees; whatever has two readings, or none, rejects the document. */
import { ConditionError, parseCondition } from './condition.ts';
import { placeIn } from './place.ts';
import type { SourceText } from './place.ts';
import { at1, DocumentError, need, textOf } from './read.ts';
import type { ConditionText, DetectionAst, DetectionBlock, ItemAst, ValueAst, Warning } from './types.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';

/** `rulesKey` is no selection there. @throws DocumentError */
export function readBlock(
  { value: node, keyAt: at }: YamlEntry,
  rulesKey: string | undefined,
  written: SourceText,
  warnings: Warning[],
): DetectionBlock {
  if (node.kind !== 'map')
    throw new DocumentError('expected a mapping of selections and a condition', node.at);
  const selections = new Map<string, DetectionAst>();
  const reader = new SelectionReader(written);
  for (const { key, keyAt, value } of node.entries) {
    if (key === 'condition' || key === rulesKey) continue;
    if (key === 'timeframe') {
      const message =
        '"timeframe" belonged to the removed aggregations and has no meaning: write a correlation';
      warnings.push({ at: at1(keyAt), message });
      continue;
    }
    selections.set(key, reader.detection(value, key));
  }
  const condition = need(node, 'condition', 'the "condition" is missing', at);
  const nodes = condition.value.kind === 'list' ? condition.value.items : [condition.value];
  if (nodes.length === 0)
    throw new DocumentError('the list of conditions is empty: name a selection', condition.value.at);
  const conditions = nodes.map((item) => readConditionText(item, written));
  if (selections.size === 0)
    throw new DocumentError('the detection has no selections: add one, such as "selection"', at);
  return { selections, conditions };
}

/** A condition whose syntax is right. @throws DocumentError at the very character */
export function readConditionText(node: YamlNode, written: SourceText): ConditionText {
  const text = textOf(node);
  if (node.kind !== 'scalar' || (text === undefined && node.value !== null))
    throw new DocumentError('a condition must be text, such as "selection and not filter"', node.at);
  const condition = { text: text ?? '', at: at1(node.at), lines: written.writtenLines(node.raw, node.start) };
  try {
    parseCondition(condition.text);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    throw new DocumentError(error.message, placeIn(condition, error.offset), { cause: error });
  }
  return condition;
}

class SelectionReader {
  readonly #written: SourceText;

  constructor(written: SourceText) {
    this.#written = written;
  }

  detection(node: YamlNode, name: string): DetectionAst {
    switch (node.kind) {
      case 'map':
        return this.#mapping(node, name);
      case 'list': {
        if (node.items.length === 0)
          throw new DocumentError(`the selection "${name}" is an empty list: add a value`, node.at);
        return { kind: 'any', of: node.items.map((item) => this.#listItem(item, name)) };
      }
      case 'scalar':
        return { kind: 'item', item: keyword(node, name) };
    }
  }

  #listItem(node: YamlNode, name: string): DetectionAst {
    if (node.kind === 'list')
      throw new DocumentError(`the selection "${name}" has a list inside a list: flatten it`, node.at);
    return node.kind === 'map' ? this.#mapping(node, name) : { kind: 'item', item: keyword(node, name) };
  }

  #mapping(map: YamlMap, name: string): DetectionAst {
    if (map.entries.length === 0)
      throw new DocumentError(`the selection "${name}" is empty: add a field and its value`, map.at);
    return { kind: 'all', items: map.entries.map((line) => this.#item(line)) };
  }

  #item({ key, keyAt, keyStart, value }: YamlEntry): ItemAst {
    const [field = '', ...modifiers] = key.split('|');
    const values = readValues(value, `"${key}"`);
    const start = { field: field === '' ? undefined : field, modifiers, values, at: keyAt };
    if (modifiers.length === 0) return start;
    const place = { at: keyAt, lines: this.#written.writtenLines(key, keyStart) };
    let offset = field.length;
    const modifiersAt = modifiers.map((modifier) => {
      const at = placeIn(place, offset + 1);
      offset += 1 + modifier.length;
      return at;
    });
    return { ...start, modifiersAt };
  }
}

function keyword(node: YamlScalar, name: string): ItemAst {
  if (node.value === null) {
    throw new DocumentError(
      `the selection "${name}" has an empty value: a keyword must be text or a number`,
      node.at,
    );
  }
  return { field: undefined, modifiers: [], values: [valueOf(node)], at: node.at };
}

function readValues(node: YamlNode, what: string): ValueAst[] {
  if (node.kind === 'scalar') return [valueOf(node)];
  if (node.kind === 'map')
    throw new DocumentError(`${what} needs a value or a list of values, not a mapping`, node.at);
  return node.items.map((item) => {
    if (item.kind !== 'scalar') throw new DocumentError(`${what} needs a flat list of values`, item.at);
    if (item.value === null) {
      throw new DocumentError(
        `${what} has null in a list: write a selection of its own for "absent", and "1 of"`,
        item.at,
      );
    }
    return valueOf(item);
  });
}

function valueOf({ value, raw, at }: YamlScalar): ValueAst {
  return { value, raw, at };
}
