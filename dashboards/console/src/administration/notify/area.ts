/** What one is told oneself: for everybody, reached from the menu of the person. */
import type { Area } from '../../shell/area.ts';

export const personalArea: Area = {
  name: 'personal',
  icon: 'user',
  label: ['Tin riêng của tôi', 'My own news'],
  key: '',
  hidden: true,
  pages: [
    {
      path: '/my/notifications',
      guide: 'administration#who-is-told',
      load: () => import('./personal-page.tsx'),
      label: ['Tin riêng của tôi', 'My own news'],
    },
  ],
};
