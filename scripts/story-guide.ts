/** Writes the guide of attack stories from the stories themselves: `node scripts/story-guide.ts`; a test holds it to them. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtInStories, type Story } from '../rules/stories/index.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');
export const GUIDE_LANGUAGES = ['vi', 'en'] as const;
type Language = (typeof GUIDE_LANGUAGES)[number];

const WORDS = {
  vi: {
    title: 'Tập huấn bằng kịch bản tấn công',
    intro:
      'Cho người trực và người hướng dẫn. Mỗi kịch bản gửi vào bộ thu thập đúng những gì một cuộc tấn công để lại trên các máy của một tỉnh không có thật, rồi đối chiếu cảnh báo và vụ việc với những gì phải có.',
    run: 'Diễn một kịch bản',
    runText:
      'Trong bản trình diễn, hoặc khi bộ thu thập chưa có máy thật, chạy lệnh dưới đây rồi mở **Vụ việc › Đề xuất**. Với `--dry-run`, kịch bản chạy trong một bộ thu thập tạm và không để lại gì; với `--speed 60`, một giờ của kịch bản diễn ra trong một phút trước mắt học viên.',
    real: 'Nơi có máy thật, lệnh từ chối cho đến khi thêm `--among-real`. Máy của kịch bản nằm trong nhóm `story` và bị thu hồi khi diễn xong, cảnh báo mang thẻ `story`; `--remove-stories` đóng các cảnh báo đó; làm vậy trước khi diễn lại một kịch bản. Sự kiện được giữ như mọi sự kiện khác.',
    proposals: 'Đọc một đề xuất vụ việc',
    proposalsText: [
      'Trang **Vụ việc › Đề xuất** ghép các cảnh báo đang mở, chưa thuộc vụ việc nào. Mỗi cảnh báo nói nó có chung điều gì với một cảnh báo trước đó, từ chắc đến kém chắc: tiến trình, tệp, tên miền, địa chỉ, tài khoản, cùng máy cùng lúc.',
      'Những gì máy nào cũng có thì không ghép gì cả: chương trình của Windows, tài khoản hệ thống, địa chỉ nội bộ mà ai cũng gọi đến, điều mà mười hai máy trở lên cùng có. Mỗi máy chỉ lấy bốn cảnh báo mới nhất của một luật và nhiều nhất sáu mươi cảnh báo, cảnh báo nặng lấy trước, nên kẻ làm một việc thật nhiều lần không che được việc khác. Cảnh báo ở gần mà không được ghép nằm cuối, kèm lý do.',
      '**Mở vụ việc** đưa tất cả vào một vụ việc; thẻ **Vì sao là một vụ việc** của vụ việc giải thích lại như vậy, kể cả khi người trực thêm hay bớt cảnh báo.',
    ],
    hosts: 'Máy',
    happens: 'Diễn biến',
    queue: 'hàng đợi',
    case: 'vì sao là một vụ việc',
    verdict: 'Kết luận cần có',
  },
  en: {
    title: 'Training with attack stories',
    intro:
      'For analysts and those who teach them. A story sends the collector what an attack leaves behind on hosts of a province that does not exist, and compares alerts and case with what must come.',
    run: 'Telling a story',
    runText:
      'In a demonstration, or where no real host reports yet, run the command below and open **Cases › Proposals**. With `--dry-run` it happens in a collector of its own and leaves nothing; with `--speed 60` an hour of the story takes a minute before the eyes of the class.',
    real: 'Where there are real hosts the command refuses until `--among-real` is added. Hosts of stories stand in the group `story` and are revoked in the end, their alerts bear the tag `story`; `--remove-stories` closes these alerts; do so before a story is told again. Events are kept as all others.',
    proposals: 'Reading a proposed case',
    proposalsText: [
      'The page **Cases › Proposals** joins open alerts that are in no case. Each alert says what it shares with one before it, from the surest to the least sure: a process, a file, a name, an address, an account, the same host at the same time.',
      'What every machine has joins nothing: programs of Windows, accounts of the system, addresses inside that all go to, what twelve hosts and more have. Of each host the four newest alerts of a rule are looked at, sixty at most, the severe ones first: who does one thing very often hides nothing by it. Alerts that are near and still not joined stand at the end, with why not.',
      '**Open a case** puts all of it into one case; the tab **Why this is one case** tells it again, also after somebody has added or taken out alerts.',
    ],
    hosts: 'Hosts',
    happens: 'What happens',
    queue: 'the queue',
    case: 'why it is one case',
    verdict: 'What to conclude',
  },
} as const;

/** The guide in a language. */
export function storyGuide(stories: readonly Story[], language: Language): string {
  const words = WORDS[language];
  const lines = [`# ${words.title}`, words.intro, `## ${words.run}`, words.runText];
  lines.push(
    '```sh\nvonggac replay --list\nvonggac replay --story ransomware-by-document --dry-run\nvonggac replay --story web-shell-to-domain --speed 60\nvonggac replay --story all\nvonggac replay --remove-stories\n```',
    words.real,
    `## ${words.proposals}`,
    ...words.proposalsText,
  );
  for (const story of stories) lines.push(...chapterOf(story, language));
  return `${lines.join('\n\n')}\n`;
}

function chapterOf(story: Story, language: Language): string[] {
  const words = WORDS[language];
  const say = (en: string, vi: string): string => (language === 'vi' ? vi : en);
  const picture = (of: 'queue' | 'case'): string[] => {
    const file = `../screenshots/stories/${story.name}-${of}-${language}-light.png`;
    return existsSync(path.join(DOCS, language, file)) ? [`![${title}: ${words[of]}](${file})`] : [];
  };
  const title = say(story.title, story.title_vi);
  const hosts = Object.values(story.hosts).map(
    ({ name, role, role_vi }) => `\`${name}\` (${say(role, role_vi)})`,
  );
  const steps = story.steps.map(
    ({ what, what_vi, technique }, at) => `${at + 1}. ${say(what, what_vi)} (${technique}).`,
  );
  return [
    `## ${title}`,
    say(story.summary, story.summary_vi),
    `\`vonggac replay --story ${story.name}\``,
    `**${words.hosts}**: ${hosts.join(', ')}.`,
    `**${words.happens}**`,
    steps.join('\n'),
    ...picture('queue'),
    ...picture('case'),
    `**${words.verdict}**: ${say(story.case.verdict, story.case.verdict_vi)}`,
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const stories = builtInStories().stories.map(({ story }) => story);
  for (const language of GUIDE_LANGUAGES)
    writeFileSync(path.join(DOCS, language, 'training-with-stories.md'), storyGuide(stories, language));
}
