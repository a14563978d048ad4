/** `vonggac compliance overrides list | set | drop` */
import type { OverrideView } from '../../api/contract-compliance-catalogue.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  complianceOverrideDrop,
  complianceOverrides,
  complianceOverrideSet,
} from '../operations/compliance-overrides.ts';
import { printable, printableJson } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface OverrideFlags {
  profile: string;
  reason?: string;
  json?: boolean;
}

export async function listOverridesCommand(
  context: CommandContext,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { overrides } = await call(context, complianceOverrides, {});
  if (flags.json === true) return print(printableJson(overrides));
  const t = m.complianceOverrides;
  if (overrides.length === 0) return print(t.none);
  formatTable<OverrideView>(overrides, [
    { title: t.columns.control, value: ({ profile, control }) => `${profile} ${control}` },
    { title: t.columns.field, value: ({ field }) => field },
    {
      title: t.columns.shipped,
      value: ({ shipped, refused }) => (refused === null ? valueText(shipped) : '?'),
    },
    { title: t.columns.value, value: ({ value }) => valueText(value) },
    {
      title: t.columns.set,
      value: ({ setAt, setBy }) => `${localTime(Date.parse(setAt))} ${printable(setBy)}`,
    },
    {
      title: t.columns.reason,
      value: ({ reason, refused }) => (refused === null ? reason : t.refused(refused)),
    },
  ]).forEach(print);
}

export async function setOverrideCommand(
  context: CommandContext,
  [control, field, text]: readonly [control: string, field: string, text: string],
  { profile, reason }: OverrideFlags,
): Promise<void> {
  const { m, print } = context;
  if (reason === undefined) throw new UsageError(m.complianceOverrides.why);
  await call(context, complianceOverrideSet, { profile, control, field, value: toValue(text), reason });
  print(m.complianceOverrides.set(control, field));
}

export async function dropOverrideCommand(
  context: CommandContext,
  [control, field]: readonly [control: string, field: string],
  { profile }: OverrideFlags,
): Promise<void> {
  await call(context, complianceOverrideDrop, { profile, control, field });
  context.print(context.m.complianceOverrides.dropped(control, field));
}

/** JSON where the text is some, as `[3, 4]` or `{"vi": ...}`; else the text itself. */
function toValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
