/** Who is signed in, for the pages inside the shell. */
import { createContext, use } from 'react';
import type { Me, Permission } from '../api/types.ts';

export const MeContext = createContext<Me>({
  username: '',
  role: 'agency-viewer',
  permissions: [],
  seesEverything: false,
  mustChangePassword: false,
  mustEnrol: false,
  hasSecondFactor: false,
  method: 'password',
  needsCode: false,
});

export function useMe(): Me {
  return use(MeContext);
}

/** Whether the person may do this. The server decides; this only keeps buttons honest. */
export function useMay(permission: Permission): boolean {
  return use(MeContext).permissions.includes(permission);
}

/** Whether the person may act on alerts, not only look. */
export function useMayAct(): boolean {
  return useMay('alert:write');
}
