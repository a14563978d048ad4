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
      load: () => import('./hosts-page.tsx'),
      label: ['Máy', 'Hosts'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/pending',
      load: () => import('./pending-page.tsx'),
      label: ['Chờ duyệt', 'Waiting'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/silent',
      load: () => import('./silences-page.tsx'),
      label: ['Im tiếng', 'Silent'],
      tab: true,
      needs: 'agent:read',
    },
    {
      path: '/hosts/responses/:id?',
      load: () => import('./responses-page.tsx'),
      label: ['Ứng phó', 'Response'],
      tab: true,
      needs: 'response:read',
    },
    {
      path: '/hosts/vulnerabilities/:id?',
      load: () => import('./vulnerabilities-page.tsx'),
      label: ['Lỗ hổng', 'Vulnerabilities'],
      tab: true,
      needs: 'vulnerability:read',
    },
    {
      path: '/hosts/:id/:tab?',
      load: () => import('./host-page.tsx'),
      label: ['Máy', 'Host'],
      under: '/hosts',
      needs: 'agent:read',
    },
  ],
};
