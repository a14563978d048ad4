/** The frame of the pages before the watch begins: the mark, the name, language and theme at hand. */
import type { ReactNode } from 'react';
import { languageStore } from '../i18n/language-store.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Logo } from '../shell/icons.tsx';
import '../styles/front.css';
import { WatchPost } from './watch-post.tsx';

export function Front({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t, language } = useI18n();
  const other = language === 'vi' ? 'en' : 'vi';
  return (
    <div className="vg-front">
      <header className="vg-front-side">
        <div className="vg-front-brand">
          <Logo />
          <span>{t('app.name')}</span>
        </div>
        <div className="vg-front-art">
          <WatchPost />
        </div>
        <p className="vg-front-line">{t('app.line')}</p>
      </header>
      <main className="vg-front-main">
        <div className="vg-front-card">
          <h1>{title}</h1>
          {children}
        </div>
        <button type="button" className="vg-link" lang={other} onClick={() => languageStore.set(other)}>
          {other === 'vi' ? t('language.vi') : t('language.en')}
        </button>
      </main>
    </div>
  );
}
