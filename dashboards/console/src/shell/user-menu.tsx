/** The person's menu: language, theme, keys, password, sign out. */
import Dropdown from 'antd/es/dropdown';
import { useState, useSyncExternalStore } from 'react';
import type { Me } from '../api/types.ts';
import { languageStore } from '../i18n/language-store.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { navigate } from '../router/router.tsx';
import { signOut } from '../session/session-store.ts';
import { visibleString } from '../text/visible-text.ts';
import { themeChoices, themeStore } from '../theme/theme-store.ts';
import { errorText } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { Icon } from './icons.tsx';
import { roleLabel } from './role-label.ts';
import { themeLabel } from './theme-label.ts';

type Props = { readonly me: Me; readonly onHelp: () => void };

export function UserMenu({ me, onHelp }: Props) {
  const { t, language } = useI18n();
  const theme = useSyncExternalStore(themeStore.subscribeChoice, themeStore.choice);
  const [open, setOpen] = useState(false);
  const name = visibleString(me.username, 64);

  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      showToast({ kind: 'error', text: t('menu.signOut.onlyHere', { why: errorText(error, t) }) });
    }
  };
  const run = (key: string) => {
    setOpen(false);
    if (key === 'vi' || key === 'en') languageStore.set(key);
    const choice = themeChoices.find((known) => key === `theme-${known}`);
    if (choice !== undefined) themeStore.choose(choice);
    if (key === 'help') onHelp();
    if (key === 'guide') navigate('/guide');
    if (key === 'account') navigate('/account');
    if (key === 'password') navigate('/password');
    if (key === 'my-notifications') navigate('/my/notifications');
    if (key === 'second-factor') navigate('/second-factor');
    if (key === 'sign-out') void leave();
  };
  const chosen = (on: boolean) => (on ? <Icon name="check" /> : <span className="vg-icon" />);

  return (
    <Dropdown
      open={open}
      onOpenChange={setOpen}
      trigger={['click']}
      placement="topLeft"
      classNames={{ root: 'vg-menu' }}
      menu={{
        onClick: ({ key }) => run(key),
        items: [
          {
            type: 'group',
            label: `${name} · ${t(roleLabel[me.role])}`,
            children: [],
          },
          {
            type: 'group',
            label: t('menu.language'),
            children: [
              { key: 'vi', label: t('language.vi'), icon: chosen(language === 'vi') },
              { key: 'en', label: t('language.en'), icon: chosen(language === 'en') },
            ],
          },
          {
            type: 'group',
            label: t('menu.theme'),
            children: themeChoices.map((known) => ({
              key: `theme-${known}`,
              label: t(themeLabel[known]),
              icon: chosen(theme === known),
            })),
          },
          { type: 'divider' },
          { key: 'account', label: t('menu.account'), icon: <Icon name="user" /> },
          { key: 'guide', label: t('menu.guide'), icon: <Icon name="help" /> },
          { key: 'help', label: t('menu.keys'), icon: <span className="vg-icon" /> },
          ...(me.method === 'oidc'
            ? []
            : [{ key: 'password', label: t('password.title'), icon: <span className="vg-icon" /> }]),
          { key: 'my-notifications', label: t('menu.myNotifications'), icon: <span className="vg-icon" /> },
          { key: 'second-factor', label: t('secondFactor.title'), icon: <span className="vg-icon" /> },
          { key: 'sign-out', label: t('menu.signOut'), icon: <span className="vg-icon" /> },
        ],
      }}
    >
      <button
        type="button"
        className="vg-rail-link"
        data-testid="user-menu"
        aria-haspopup="menu"
        aria-expanded={open}
      >
        <Icon name="user" />
        <span className="vg-rail-user">{name}</span>
      </button>
    </Dropdown>
  );
}
