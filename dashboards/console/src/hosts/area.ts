/** The machines on watch. */
import type { Area } from '../shell/area.ts';

export const hostsArea: Area = {
  name: 'hosts',
  icon: 'agents',
  label: ['Máy', 'Hosts'],
  key: 'h',
  pages: [
    {
      path: '/hosts',
      guide: 'watching-hosts#the-list',
      load: () => import('./hosts-page.tsx'),
      label: ['Máy', 'Hosts'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/pending',
      guide: 'watching-hosts#waiting-hosts',
      load: () => import('./pending-page.tsx'),
      label: ['Chờ duyệt', 'Waiting'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/silent',
      guide: 'watching-hosts#silence',
      load: () => import('./silences-page.tsx'),
      label: ['Im tiếng', 'Silent'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/responses/:id?',
      guide: 'watching-hosts#acting-on-hosts',
      load: () => import('./responses-page.tsx'),
      label: ['Ứng phó', 'Response'],
      tab: true,
      needs: 'response:read',
    },
    {
      path: '/hosts/vulnerabilities/:id?',
      guide: 'watching-hosts#vulnerabilities',
      load: () => import('./vulnerabilities-page.tsx'),
      label: ['Lỗ hổng', 'Vulnerabilities'],
      tab: true,
      needs: 'vulnerability:read',
    },
    {
      path: '/hosts/install',
      guide: 'installing-agents#many-hosts-at-once',
      load: () => import('./install/install-page.tsx'),
      label: ['Cài tác nhân', 'Install'],
      tab: true,
      needs: 'join-token:read',
    },
    {
      path: '/hosts/:id/:tab?',
      guide: 'watching-hosts#one-host',
      load: () => import('./host-page.tsx'),
      label: ['Máy', 'Host'],
      under: '/hosts',
      needs: 'agent:read',
    },
  ],
};
