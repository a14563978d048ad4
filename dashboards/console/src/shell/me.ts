/** Who is signed in, for the pages inside the shell. */
import { createContext, use } from 'react';
import type { Me } from '../api/types.ts';

export const MeContext = createContext<Me>({
  username: '',
  role: 'agency-viewer',
  mustChangePassword: false,
  mustEnrol: false,
  hasSecondFactor: false,
  method: 'password',
  needsCode: false,
});

/** Whether the person may act on alerts, not only look. The server decides; this only keeps buttons honest. */
export function useMayAct(): boolean {
  return ['administrator', 'soc-lead', 'analyst'].includes(use(MeContext).role);
}
