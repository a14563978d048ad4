/** One's own account; in no rail: the person's menu leads here. */
import type { Area } from '../shell/area.ts';

export const accountArea: Area = {
  name: 'account',
  icon: 'user',
  label: ['Tài khoản của tôi', 'My account'],
  key: '',
  hidden: true,
  pages: [
    {
      path: '/account',
      guide: 'administration#your-own-account',
      load: () => import('./account-page.tsx'),
      label: ['Tài khoản của tôi', 'My account'],
    },
  ],
};
