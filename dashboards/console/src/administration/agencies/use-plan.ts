/** A plan of a change: what it would do is looked at first, then it is planned, or applied where its day has come; undone by calling it off or taking it back. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dayOf, dayText } from '../../format/day.ts';
import { refreshHosts } from '../../hosts/use-hosts.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Done } from '../../ui/use-action.ts';
import {
  agenciesKey,
  cancelChange,
  lookAtChange,
  planChange,
  reverseChange,
  type AgencyChange,
  type ChangePlan,
  type ChangePreview,
} from './agencies-api.ts';
import { messages } from './changes-messages.ts';

export type Planning = {
  /** What the plan would do; null: not looked at as it stands. */
  readonly look: ChangePreview | null;
  readonly lookNow: () => Promise<void>;
  readonly submit: () => Promise<Done | undefined>;
  /** What the button says, and whether it changes something at once. */
  readonly label: string;
  readonly isDue: boolean;
  /** It cannot go on: not filled in, or something stands in the way. */
  readonly blocked: boolean;
};

/** @param plan null while the form is not filled in */
export function usePlan(plan: ChangePlan | null): Planning {
  const text = useText(messages);
  const client = useQueryClient();
  const [seen, setSeen] = useState<{ readonly of: string; readonly look: ChangePreview } | null>(null);
  const key = JSON.stringify(plan);
  const look = seen?.of === key ? seen.look : null;
  const isDue = plan !== null && plan.on <= dayOf(Date.now());
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: agenciesKey });
    await refreshHosts(client);
  };
  const takeBack = async ({ id, state }: AgencyChange) => {
    if (state === 'planned') await cancelChange(id);
    else await reverseChange(id, false);
    await refresh();
  };
  return {
    look,
    isDue,
    blocked: plan === null || (look !== null && look.conflicts.length > 0),
    label: look === null ? text('plan.look') : text(isDue ? 'plan.doNow' : 'plan.do'),
    lookNow: async () => {
      if (plan !== null) setSeen({ of: key, look: await lookAtChange(plan) });
    },
    submit: async () => {
      if (plan === null) return undefined;
      const change = await planChange(plan);
      await refresh();
      const isApplied = change.state === 'applied';
      return {
        text: isApplied ? text('plan.appliedNow') : text('plan.planned', { day: dayText(change.on) }),
        undo: () => takeBack(change),
        undone: text(isApplied ? 'plan.taken' : 'plan.called'),
      };
    },
  };
}
