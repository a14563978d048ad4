/** What the watch looks for, and what it is told to pass over. */
import type { Area } from '../shell/area.ts';

export const rulesArea: Area = {
  name: 'rules',
  icon: 'rules',
  label: ['Luật', 'Rules'],
  key: 'r',
  pages: [
    {
      path: '/rules',
      load: () => import('./rules-page.tsx'),
      label: ['Luật', 'Rules'],
      tab: true,
      needs: 'rule:read',
    },
  ],
};
