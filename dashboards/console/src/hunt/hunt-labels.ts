/** Words of the choices and faults of a hunt. */

export const rangeLabels = {
  '15m': 'hunt.range.15m',
  '1h': 'hunt.range.1h',
  '24h': 'hunt.range.24h',
  '7d': 'hunt.range.7d',
  '30d': 'hunt.range.30d',
  all: 'hunt.range.all',
  between: 'hunt.range.between',
} as const;

export const suggestionLabels = {
  field: 'hunt.kind.field',
  value: 'hunt.kind.value',
  joint: 'hunt.kind.joint',
} as const;

export const faultLabels = {
  empty: 'hunt.fault.empty',
  'too-long': 'hunt.fault.too-long',
  'too-deep': 'hunt.fault.too-deep',
  'too-many': 'hunt.fault.too-many',
  'open-quote': 'hunt.fault.open-quote',
  'open-pattern': 'hunt.fault.open-pattern',
  'open-parenthesis': 'hunt.fault.open-parenthesis',
  'value-expected': 'hunt.fault.value-expected',
  'condition-expected': 'hunt.fault.condition-expected',
  'end-expected': 'hunt.fault.end-expected',
  'field-expected': 'hunt.fault.field-expected',
  'number-expected': 'hunt.fault.number-expected',
  'network-wrong': 'hunt.fault.network-wrong',
  rule: 'hunt.fault.rule',
} as const;
