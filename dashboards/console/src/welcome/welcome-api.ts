/** What the first set-up asks of the server. */
import type { z } from 'zod';
import type { agencyPageSchema, agencySchema } from '../../../../collector/api/contract-agencies.ts';
import { http } from '../session/session-store.ts';

export type Agency = z.infer<typeof agencySchema>;

export const welcomeApi = {
  agencies: async (signal?: AbortSignal): Promise<readonly Agency[]> =>
    (await http.read<z.infer<typeof agencyPageSchema>>('/agencies', signal)).agencies,
  rename: (id: number, name: string) => http.change<Agency>('PATCH', `/agencies/${id}`, { name }),
  addAgency: (name: string, kind: Agency['kind']) => http.change<Agency>('POST', '/agencies', { name, kind }),
};
