/** Filters of alerts that are kept under a name: read, and what people do to them. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  alertViewBodySchema,
  alertViewListSchema,
  alertViewPatchSchema,
  alertViewSchema,
} from '../../../../collector/api/contract-alert-views.ts';
import { pathOf } from '../router/location.ts';
import { http } from '../session/session-store.ts';

export type KeptView = z.infer<typeof alertViewSchema>;
type Body = z.input<typeof alertViewBodySchema>;
type Patch = z.input<typeof alertViewPatchSchema>;

export const viewsKey = ['alert-views'] as const;

export const useKeptViews = () =>
  useQuery({
    queryKey: viewsKey,
    queryFn: async ({ signal }) =>
      (await http.read<z.infer<typeof alertViewListSchema>>('/alert-views', signal)).views,
    staleTime: 60_000,
  });

export const keepView = (body: Body) => http.change<KeptView>('POST', '/alert-views', body);

/** @param version the one that was seen: a change in between is noticed */
export const changeView = ({ id, version }: Pick<KeptView, 'id' | 'version'>, patch: Patch) =>
  http.change<KeptView>('PATCH', pathOf('alert-views', id), patch, { ifMatch: `"${version}"` });

export async function dropView(id: string): Promise<void> {
  await http.change<unknown>('DELETE', pathOf('alert-views', id));
}

/** @param id null: with none */
export async function beginWith(id: string | null): Promise<void> {
  await http.change<unknown>('PUT', '/alert-views/first', { id });
}
