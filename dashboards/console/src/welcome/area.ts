/** The first set-up; in no rail: the shell leads here while there is no host. */
import type { Area } from '../shell/area.ts';

export const welcomeArea: Area = {
  name: 'welcome',
  icon: 'agents',
  label: ['Dựng vọng gác', 'Set up'],
  key: '',
  hidden: true,
  pages: [
    {
      path: '/welcome',
      guide: 'installing-agents#before-you-go',
      load: () => import('./welcome-page.tsx'),
      label: ['Dựng vọng gác', 'Set up'],
      needs: 'agency:write',
    },
  ],
};
