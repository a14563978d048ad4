/** Agent groups and when their hosts are expected; what agencies and groups may send; what the lines of sites carry by hour. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { agentGroupListSchema } from '../../../../../collector/api/contract-groups.ts';
import type {
  bandwidthBodySchema,
  bandwidthCapListSchema,
  bandwidthFiguresSchema,
  quotaBodySchema,
  quotaFiguresSchema,
  quotaListSchema,
} from '../../../../../collector/api/contract-limits.ts';
import { http } from '../../session/session-store.ts';

type GroupList = z.infer<typeof agentGroupListSchema>;
export type AgentGroup = GroupList['groups'][number];
export type Profile = AgentGroup['profile'];
type QuotaList = z.infer<typeof quotaListSchema>;
export type Quota = QuotaList['quotas'][number];
type LineList = z.infer<typeof bandwidthCapListSchema>;
export type Line = LineList['caps'][number];
export type QuotaFigures = z.input<typeof quotaFiguresSchema>;
export type LineFigures = z.input<typeof bandwidthFiguresSchema>;

/** What all reads of this room begin with. */
export const sendingKey = ['sending'] as const;

export const useGroups = () =>
  useQuery({
    queryKey: [...sendingKey, 'groups'],
    queryFn: ({ signal }) => http.read<GroupList>('/agent-groups', signal),
  });
export const useQuotas = () =>
  useQuery({
    queryKey: [...sendingKey, 'quotas'],
    queryFn: ({ signal }) => http.read<QuotaList>('/quotas', signal),
    refetchInterval: 30_000,
  });
export const useLines = () =>
  useQuery({
    queryKey: [...sendingKey, 'lines'],
    queryFn: ({ signal }) => http.read<LineList>('/bandwidth-caps', signal),
  });

const tag = ({ version }: { readonly version: number }) => ({ ifMatch: `"${version}"` });
/** Nothing that somebody set meanwhile is written over. */
const isNew = { ifNoneMatch: '*' } as const;

export const setProfile = (group: AgentGroup, profile: Profile) =>
  http.change<AgentGroup>(
    'PUT',
    `/agent-groups/${encodeURIComponent(group.name)}/profile`,
    { profile },
    tag(group),
  );

export const addQuota = (body: z.input<typeof quotaBodySchema>) =>
  http.change<Quota>('POST', '/quotas', body, isNew);
export const changeQuota = (quota: Quota, figures: QuotaFigures) =>
  http.change<Quota>('PUT', `/quotas/${quota.id}`, figures, tag(quota));
export const removeQuota = (quota: Quota) =>
  http.change<undefined>('DELETE', `/quotas/${quota.id}`, undefined, tag(quota));

export const addLine = (body: z.input<typeof bandwidthBodySchema>) =>
  http.change<Line>('POST', '/bandwidth-caps', body, isNew);
export const changeLine = (line: Line, figures: LineFigures) =>
  http.change<Line>('PUT', `/bandwidth-caps/${line.id}`, figures, tag(line));
export const removeLine = (line: Line) =>
  http.change<undefined>('DELETE', `/bandwidth-caps/${line.id}`, undefined, tag(line));

export const figuresOf = ({ eventsPerSecond, bytesPerDay }: Quota): QuotaFigures => ({
  ...(eventsPerSecond === null ? {} : { eventsPerSecond }),
  ...(bytesPerDay === null ? {} : { bytesPerDay }),
});
export const hoursOf = ({ fromHour, toHour, timeZone, bytesPerSecond }: Line): LineFigures => ({
  fromHour,
  toHour,
  timeZone,
  bytesPerSecond,
});
