/** The guides: their list, or one of them with its contents beside it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { guideList } from './guide-list.ts';
import { messages } from './guide-messages.ts';
import type { Guide, Inline } from './guide-tree.ts';
import { Blocks } from './guide-view.tsx';
import { loadGuide } from './load-guide.ts';
import './guide.css';

function plain(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => ('text' in inline ? inline.text : 'children' in inline ? plain(inline.children) : ''))
    .join('');
}

function GuideList() {
  const text = useText(messages);
  const words = useWords();
  return (
    <Page title={text('guide.title')}>
      <p className="vg-guide-lead">{text('guide.lead')}</p>
      <ul className="vg-guide-list">
        {guideList.map((entry) => (
          <li key={entry.slug}>
            <Link to={`/guide/${entry.slug}`} className="vg-card">
              <strong>{words(entry.title)}</strong>
              <span>{words(entry.about)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function GuideBody({ guide }: { readonly guide: Guide }) {
  const text = useText(messages);
  // The address may name a chapter; it is there only now.
  useEffect(() => {
    const chapter = decodeURIComponent(window.location.hash.slice(1));
    if (chapter !== '') document.getElementById(chapter)?.scrollIntoView();
  }, [guide]);
  const chapters = guide.blocks.filter((block) => block.kind === 'heading' && block.depth === 2);
  return (
    <div className="vg-guide">
      <nav className="vg-guide-contents" aria-label={text('guide.contents')}>
        <ul>
          {chapters.map((block) =>
            block.kind === 'heading' ? (
              <li key={block.anchor}>
                <a href={`#${block.anchor}`}>{plain(block.children)}</a>
              </li>
            ) : null,
          )}
        </ul>
      </nav>
      <article className="vg-guide-text">
        <Blocks blocks={guide.blocks.slice(1)} images={guide.images} />
      </article>
    </div>
  );
}

function OneGuide({ slug }: { readonly slug: string }) {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const entry = guideList.find((known) => known.slug === slug);
  const query = useQuery({
    queryKey: ['guide', slug, language],
    queryFn: () => loadGuide(slug, language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Page
      title={entry === undefined ? text('guide.none') : words(entry.title)}
      back={{ to: '/guide', label: text('guide.all') }}
    >
      <QueryView query={query}>
        {(guide) =>
          guide === null ? <EmptyState title={text('guide.none')} /> : <GuideBody guide={guide} />
        }
      </QueryView>
    </Page>
  );
}

export default function GuidePage({ params }: PageProps) {
  const slug = params['slug'];
  return slug === undefined ? <GuideList /> : <OneGuide slug={slug} />;
}
