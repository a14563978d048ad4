/** The machines on watch. */
import type { Area } from '../shell/area.ts';

export const hostsArea: Area = {
  name: 'hosts',
  icon: 'agents',
  label: ['Máy', 'Hosts'],
  key: 'h',
  pages: [
    {
      path: '/agents',
      load: () => import('../agents/agents-page.tsx'),
      label: ['Tác nhân', 'Agents'],
      tab: true,
      needs: 'agent:read',
    },
  ],
};
