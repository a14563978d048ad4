/** The guides; in no rail: pages lead to their chapters, the person's menu to all. */
import type { Area } from '../shell/area.ts';

export const guideArea: Area = {
  name: 'guide',
  icon: 'help',
  label: ['Hướng dẫn', 'Guides'],
  key: '',
  hidden: true,
  pages: [
    {
      path: '/guide/:slug?',
      load: () => import('./guide-page.tsx'),
      label: ['Hướng dẫn', 'Guides'],
      guide: null,
    },
  ],
};
