/** Kinds of agencies by name, and spans of legal days. */
import { dayText } from '../../format/day.ts';
import type { LabelOf, Text } from '../../i18n/messages.ts';
import type { AgencyKind } from './agencies-api.ts';
import type { messages } from './agencies-messages.ts';

export const agencyKinds = ['province', 'department', 'commune', 'unit'] as const;

export const kindLabel: Readonly<Record<AgencyKind, LabelOf<typeof messages>>> = {
  province: 'agencyKind.province',
  department: 'agencyKind.department',
  commune: 'agencyKind.commune',
  unit: 'agencyKind.unit',
};

/** "01/07/2025 đến nay" */
export const spanText = (
  text: Text<typeof messages>,
  span: { readonly from: string | null; readonly to: string | null },
): string =>
  text('agency.codeSpan', {
    from: span.from === null ? text('agency.sinceEver') : dayText(span.from),
    to: span.to === null ? text('agency.stillNow') : dayText(span.to),
  });
