/** An act on a case: when it is done, what is shown of the case is read again. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useAction, type Action, type Done } from '../ui/use-action.ts';

export type CaseAct = Omit<Action, 'run'> & {
  readonly run: (work: () => Promise<Done | undefined>) => Promise<boolean>;
  /** For forms, which run their work themselves: reads the case again. */
  readonly refresh: () => Promise<void>;
};

export function useCaseAct(): CaseAct {
  const client = useQueryClient();
  const { run, ...action } = useAction();
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['cases'] }), [client]);
  return {
    ...action,
    refresh,
    run: async (work) => {
      const done = await run(async () => {
        const told = await work();
        const undo = told?.undo;
        return told === undefined || undo === undefined
          ? told
          : {
              ...told,
              undo: async () => {
                await undo();
                await refresh();
              },
            };
      });
      await refresh();
      return done;
    },
  };
}
