/** One's own account: who one is here, password and second factor, sessions, what one is told, language and looks. */
import { useSyncExternalStore } from 'react';
import { PermissionList } from '../administration/people/permission-list.tsx';
import { rolePurpose } from '../administration/people/role-words.ts';
import { languageStore } from '../i18n/language-store.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { useMe } from '../shell/me.ts';
import { roleLabel } from '../shell/role-label.ts';
import { themeLabel } from '../shell/theme-label.ts';
import '../styles/administration.css';
import { LineText } from '../text/safe-text.tsx';
import { themeChoices, themeStore } from '../theme/theme-store.ts';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { SelectField } from '../ui/form-fields.tsx';
import { Page } from '../ui/page.tsx';
import { messages } from './account-messages.ts';
import { SessionsCard } from './sessions-card.tsx';

function WhoCard() {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const me = useMe();
  return (
    <section className="vg-card vg-account-card">
      <h2>{text('account.who')}</h2>
      <Facts
        facts={[
          [text('account.username'), <LineText key="u" value={me.username} />],
          [text('account.role'), t(roleLabel[me.role])],
          [text('account.scope'), text(me.seesEverything ? 'account.all' : 'account.part')],
          [text('account.method'), text(me.method === 'oidc' ? 'account.byProvider' : 'account.byPassword')],
        ]}
      />
      <p className="vg-hint">{words(rolePurpose[me.role])}</p>
      <details>
        <summary>{text('account.mayDo')}</summary>
        <PermissionList allowed={me.permissions} />
      </details>
    </section>
  );
}

function SecurityCard() {
  const text = useText(messages);
  const me = useMe();
  return (
    <section className="vg-card vg-account-card">
      <h2>{text('account.security')}</h2>
      <div className="vg-account-parts">
        {me.method === 'oidc' ? null : (
          <div>
            <h3>{text('account.password')}</h3>
            <p className="vg-hint">{text('account.passwordText')}</p>
            <Link to="/password">{text('account.changePassword')}</Link>
          </div>
        )}
        <div>
          <h3>
            {text('account.factor')}{' '}
            <Badge tone={me.hasSecondFactor ? 'good' : 'warn'}>
              {text(me.hasSecondFactor ? 'account.hasFactor' : 'account.noFactor')}
            </Badge>
          </h3>
          <p className="vg-hint">
            {text('account.factorText')} {me.hasSecondFactor ? text('account.factorIsText') : ''}
          </p>
          <Link to="/second-factor" data-testid="account-factor">
            {text(me.hasSecondFactor ? 'account.changeFactor' : 'account.setFactor')}
          </Link>
        </div>
      </div>
    </section>
  );
}

function NewsCard() {
  const text = useText(messages);
  return (
    <section className="vg-card vg-account-card">
      <h2>{text('account.news')}</h2>
      <p className="vg-hint">{text('account.newsText')}</p>
      <Link to="/my/notifications">{text('account.toNews')}</Link>
    </section>
  );
}

function LooksCard() {
  const text = useText(messages);
  const { t, language } = useI18n();
  const theme = useSyncExternalStore(themeStore.subscribeChoice, themeStore.choice);
  return (
    <section className="vg-card vg-account-card">
      <h2>{text('account.looks')}</h2>
      <p className="vg-hint">{text('account.looksText')}</p>
      <div className="vg-form-row">
        <SelectField
          label={t('menu.language')}
          value={language}
          testId="account-language"
          choices={[
            { value: 'vi', label: t('language.vi') },
            { value: 'en', label: t('language.en') },
          ]}
          onChange={(next) => languageStore.set(next)}
        />
        <SelectField
          label={t('menu.theme')}
          value={theme}
          testId="account-theme"
          choices={themeChoices.map((choice) => ({ value: choice, label: t(themeLabel[choice]) }))}
          onChange={(next) => themeStore.choose(next)}
        />
      </div>
    </section>
  );
}

export default function AccountPage() {
  const text = useText(messages);
  return (
    <Page title={text('account.title')}>
      <div className="vg-columns">
        <WhoCard />
        <SecurityCard />
      </div>
      <SessionsCard />
      <div className="vg-columns">
        <NewsCard />
        <LooksCard />
      </div>
    </Page>
  );
}
