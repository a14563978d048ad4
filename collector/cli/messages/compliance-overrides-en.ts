/** `vonggac compliance overrides` in English. */
export const complianceOverridesEn = {
  none: 'nothing is overridden: the catalogues hold as the product says',
  refused: (why: string): string => `has no effect any more: ${why}`,
  why: 'say why with --reason, e.g. the document that you read',
  set: (control: string, field: string): string =>
    `${field} of ${control} has the new value from now on; what held on past days stays known.`,
  dropped: (control: string, field: string): string => `${field} of ${control} is as the product says again.`,
  columns: {
    control: 'CONTROL',
    field: 'FIELD',
    shipped: 'SHIPPED',
    value: 'NOW',
    set: 'SET',
    reason: 'WHY',
  },
};
export type ComplianceOverrideMessages = typeof complianceOverridesEn;

export const complianceOverridesHelpEn = {
  complianceOverrides: 'values that administrators put in place of facts that are to be confirmed',
  complianceOverrideList: 'all of them, beside what the product says',
  complianceOverrideSet: 'put a value in place of one that is to be confirmed',
  complianceOverrideDrop: 'what the product says holds again',
  complianceOverrideField: 'a field that "show" marks as to be confirmed, e.g. thresholds.keep.2',
  complianceOverrideValue: 'text, or JSON such as [3,4,5], {"vi":"...","en":"..."} or null for no demand',
  complianceOverrideReason: 'why it is so, e.g. the document that was read',
};
